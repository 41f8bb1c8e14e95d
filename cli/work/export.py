"""Export with display of its steps, for the commands `export` and `demo`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from webparity.cli.optional_packages import require_packages
from webparity.cli.options.quantization import QuantizationOptions, check_quantization_options, print_quantization_table
from webparity.cli.output.console import get_console, show_status
from webparity.cli.process.environment import start_tensorflow
from webparity.cli.process.hold_folder import hold_folder
from webparity.errors import UnsupportedModelError, UsageError
from webparity.models.saved_model_folder import is_saved_model, measure_model
from webparity.outputs.request import OutputRequest

_FULL = QuantizationOptions()
_ANY = OutputRequest()
_PRECISIONS = 8


def watch_foreign(
    model: Path, out: Path, seconds: float | None, memory: float | None, processes: int, *, thorough: bool
) -> None:
    """Export an untrusted model file in a watched process; see `watch`.

    Args:
        model: the file.
        out: the bundle's folder.
        seconds: the requested limit, or None.
        memory: the same in GiB.
        processes: the same.
        thorough: several precisions are tried, each with a conversion of its own.
    """
    from webparity.cli.options.limits import choose_work_limits
    from webparity.cli.process.watch import watch

    size = measure_model(model)
    factor = _PRECISIONS if thorough else 1
    limits = choose_work_limits(
        size, seconds=seconds, memory=memory, processes=processes, since_progress=False, factor=factor
    )
    watch(limits, work=f"the export of {model.name}", error_type=UnsupportedModelError, out=out)


def refuse_bad_use(
    model: Path,
    out: Path,
    targets: Sequence[str],
    for_own_model: Mapping[str, Path | bool | None],
    quantization: QuantizationOptions,
    *,
    force: bool,
) -> None:
    """Check arguments before TensorFlow is started, which takes seconds.

    Raises:
        UsageError: the model, a target or the folder is not what it must be.
    """
    from webparity.export.inputs.model_file import check_trust
    from webparity.registry import discover, get_by_name
    from webparity.storage.staging import refuse_occupied

    if not model.exists():
        raise UsageError(
            f"Expected a run folder or a model file; received {model}, which does not exist. Train one first."
        )
    given = [option for option, value in for_own_model.items() if value]
    own = not model.is_dir() or is_saved_model(model)
    if not own and given:
        raise UsageError(
            f"Expected {given[0]} only with a model file of your own; received it with the run {model}, "
            "which brings its own. Leave it out."
        )
    if own:
        danger = check_trust(model, trust=bool(for_own_model.get("--trust")))
        if danger is not None:
            get_console().print(f"reading {model} as told by --trust: it is {danger}", style="yellow")
    check_quantization_options(model, quantization)
    require_packages("onnx", "onnxruntime", "tf2onnx")
    known = discover("webparity.export.targets", "TARGET")
    for name in targets:
        get_by_name(known, name, "target")
    hold_folder(out)
    refuse_occupied(out, marker="site/manifest.json", noun="bundle", force=force)


def export_into(
    model: Path,
    out: Path,
    *,
    targets: Sequence[str] = (),
    quantization: QuantizationOptions = _FULL,
    preprocessing: Path | None = None,
    labels: Path | None = None,
    golden: Path | None = None,
    page: bool = True,
    trust: bool = False,
    missing: float | None = None,
    layout: Literal["nchw", "nhwc"] | None = None,
    request: OutputRequest = _ANY,
    force: bool = False,
) -> str:
    """Export a run folder or a model file, print a summary, and return the bundle's digest."""
    if _is_keras(model):
        start_tensorflow()
    doubts: list[str] = []
    with show_status("reading the model") as step:
        from webparity.export.inputs.calibration import read_calibration
        from webparity.export.inputs.export_input import read_input
        from webparity.export.pipeline import write_bundle
        from webparity.export.quantization.trials import Bounds
        from webparity.export.target_selection import find_refusals

        exportable, run = read_input(
            model,
            preprocessing=preprocessing,
            labels=labels,
            golden=golden,
            trust=trust,
            missing=missing,
            layout=layout,
            request=request,
        )
        choice = write_bundle(
            exportable,
            out,
            target_names=targets,
            precision=quantization.precision,
            calibration=read_calibration(quantization.calibration, run, quantization.precision, step),
            bounds=Bounds(flips=quantization.flips, difference=quantization.difference),
            page=page,
            force=force,
            progress=lambda words, *_: step(words),
            warn=doubts.append,
        )
    if choice is not None:
        print_quantization_table(choice)
    from webparity.bundle.read import open_bundle
    from webparity.cli.output.own_labels import describe_own_labels

    opened = open_bundle(out)
    manifest = opened.manifest
    sizes = ", ".join(f"{artifact.id} {artifact.bytes / 1000:.0f} kB" for artifact in manifest.artifacts)
    get_console().print(f"bundle → {out}: {sizes}, {len(manifest.golden)} golden images")
    if manifest.own_labels is not None and manifest.own_labels.differing:
        get_console().print(describe_own_labels(manifest.own_labels), style="yellow")
    for note in getattr(exportable.baked, "notes", ()):
        get_console().print(f"note: {note}", style="yellow")
    for artifact in manifest.artifacts:
        for warning in artifact.warnings:
            get_console().print(f"{artifact.id}: {warning}", style="yellow")
    for doubt in (*_describe_ignored_files(golden, quantization.calibration), *doubts):
        get_console().print(doubt, style="yellow")
    for name, reason in ({} if targets else find_refusals(exportable.baked)).items():
        get_console().print(f"without {name}: {reason}", style="yellow")
    return opened.digest


def _describe_ignored_files(*folders: Path | None) -> list[str]:
    """Describe, for each folder of images, the number of files that are not images."""
    from webparity.decode.image_folder import list_images

    notes = [
        (folder, list_images(folder).describe_ignored()) for folder in dict.fromkeys(folders) if folder is not None
    ]
    return [f"{folder}: {note}" for folder, note in notes if note]


def _is_keras(model: Path) -> bool:
    """Whether TensorFlow will be needed, by file names alone."""
    return model.suffix.lower() in {".keras", ".h5", ".hdf5"} or (
        (model / "model.keras").is_file() or is_saved_model(model)
    )
