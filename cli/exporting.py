"""Exporting with its steps shown, for the commands `export` and `demo`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from webparity.cli.console import console, working
from webparity.cli.quiet import require_packages, start_tensorflow
from webparity.cli.reducing import Reducing, calibration_images, refuse_bad_reducing, show_choice
from webparity.errors import UsageError

_FULL = Reducing()


def refuse_bad_use(
    model: Path,
    out: Path,
    targets: Sequence[str],
    for_own_model: Mapping[str, Path | bool | None],
    reducing: Reducing,
    *,
    force: bool,
) -> None:
    """Refuse what can be refused before TensorFlow is started, which takes seconds.

    Raises:
        UsageError: the model, a target or the folder is not what it must be.
    """
    from webparity.bundle.staging import refuse_occupied
    from webparity.export.user_model import danger_of
    from webparity.registry import discover, pick

    if not model.exists():
        raise UsageError(
            f"Expected a run folder or a model file; received {model}, which does not exist. Train one first."
        )
    given = [option for option, value in for_own_model.items() if value]
    if model.is_dir() and given:
        raise UsageError(
            f"Expected {given[0]} only with a model file of your own; received it with the run {model}, "
            "which brings its own. Leave it out."
        )
    if not model.is_dir():
        danger = danger_of(model, trust=bool(for_own_model.get("--trust")))
        if danger is not None:
            console().print(f"reading {model} as told by --trust: it is {danger}", style="yellow", markup=False)
    refuse_bad_reducing(model, reducing)
    require_packages("onnx", "tf2onnx")
    known = discover("webparity.export.targets", "TARGET")
    for name in targets:
        pick(known, name, "target")
    refuse_occupied(out, marker="site/manifest.json", kind="bundle", force=force)


def export_into(
    model: Path,
    out: Path,
    *,
    targets: Sequence[str] = (),
    reducing: Reducing = _FULL,
    preprocessing: Path | None = None,
    labels: Path | None = None,
    golden: Path | None = None,
    page: bool = True,
    trust: bool = False,
    force: bool = False,
) -> None:
    """Export a run folder or a model file and say what was written."""
    if _is_keras(model):
        start_tensorflow()
    with working("reading the model") as step:
        from webparity.cli.compose import exportable_run
        from webparity.export.load import load_user_model
        from webparity.export.pipeline import left_out, write_bundle
        from webparity.export.precision.trials import Bounds

        trained = None
        if model.is_dir():
            from webparity.train.trained import load_run

            trained = load_run(model)
            exportable = exportable_run(trained, golden)
        else:
            exportable = load_user_model(model, preprocessing=preprocessing, labels=labels, golden=golden, trust=trust)
        choice = write_bundle(
            exportable,
            out,
            target_names=targets,
            precision=reducing.precision,
            calibration=calibration_images(reducing, trained, step),
            bounds=Bounds(flips=reducing.flips, difference=reducing.difference),
            page=page,
            force=force,
            step=step,
        )
    if choice is not None:
        show_choice(choice)
    from webparity.bundle.read import open_bundle

    manifest = open_bundle(out).manifest
    sizes = ", ".join(f"{artifact.id} {artifact.bytes / 1000:.0f} kB" for artifact in manifest.artifacts)
    console().print(f"bundle → {out}: {sizes}, {len(manifest.golden)} golden images")
    for note in getattr(exportable.baked, "notes", ()):
        console().print(f"note: {note}", style="yellow", markup=False)
    for artifact in manifest.artifacts:
        for warning in artifact.warnings:
            console().print(f"{artifact.id}: {warning}", style="yellow", markup=False)
    for name, reason in ({} if targets else left_out(exportable.baked)).items():
        console().print(f"without {name}: {reason}", style="yellow", markup=False)


def _is_keras(model: Path) -> bool:
    """Whether TensorFlow will be needed, judged by names alone."""
    return model.suffix.lower() in {".keras", ".h5", ".hdf5"} or (model / "model.keras").is_file()
