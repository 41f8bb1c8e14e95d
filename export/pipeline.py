"""From a trained model to a bundle on disk, whole or not at all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, cast

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import (
    FORMAT,
    MANIFEST_NAME,
    Artifact,
    GoldenImage,
    Manifest,
    Page,
    encode_float32,
    schema,
    to_json,
)
from webparity.bundle.read import SOURCE_NAME, Source, open_bundle
from webparity.bundle.seal import seal_bundle
from webparity.bundle.write import SiteWriter, hashed_name
from webparity.decode.contract import decode, rgb8_digest
from webparity.errors import ExportError, UnsupportedModelError, UsageError
from webparity.export.checks.artifact import Check
from webparity.export.checks.class_folders import contradiction
from webparity.export.checks.library_answers import count_own_labels, hold_to_own_answers, some
from webparity.export.checks.lint import linted
from webparity.export.checks.reference_answers import Answers, Asked, plain_batches, random_batches
from webparity.export.checks.score_resolution import measured_resolution
from webparity.export.checks.undecided import is_undecided
from webparity.export.inputs.golden import GoldenFile
from webparity.export.inputs.label_order import refuse_labels
from webparity.export.inputs.validation import check_names, check_note, checked_metrics, checked_seed
from webparity.export.page import write_page
from webparity.export.quantization.calibration import ImageFiles, Images
from webparity.export.quantization.choose import TABLE_NAME, Choice, Chosen, choose
from webparity.export.quantization.plan import Precision, ReducedModel
from webparity.export.quantization.trials import Bounds
from webparity.export.targets.target import Target
from webparity.model_safety.keras.archive import explain_unreadable
from webparity.models import refusals
from webparity.models.baked import Baked, compute_top1
from webparity.models.model_kind import SUFFIXES, ModelKind, get_library_versions
from webparity.models.probabilities import describe_deviation
from webparity.registry import discover, pick
from webparity.storage.json_document import to_sorted_document
from webparity.storage.staging import staged_folder
from webparity.verification.tolerance import TOLERANCES, Resolution, widened

if TYPE_CHECKING:
    from webparity.models.keras.baked import KerasBaked

_PRODUCERS = ("webparity", "numpy", "onnx", "onnxruntime", "pillow")
_CONVERTERS: Final[dict[ModelKind, tuple[str, ...]]] = {
    "keras": ("tf2onnx",),
    "sklearn": ("skl2onnx",),
}
BUNDLE_MARKER = f"site/{MANIFEST_NAME}"
_BOUNDS: Final = Bounds()
_LOGGER: Final = logging.getLogger("webparity.export")
Step = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Exportable:
    """A trained model as the pipeline takes it, whoever trained it.

    Attributes:
        name: shown on the page and kept in the manifest.
        baked: the model with its preprocessing.
        source: the model as a file of its own library, kept in `source/`.
        labels: class names, by index.
        golden: image files for the golden set.
        draw: the kind of drawing the page offers, if any.
        metrics: on the test split, if known.
        seed: of the training, if known.
        data: name and digest of the training data, if known.
        class_folders: folders of images whose sub-folders may be named by labels; answers are held to these names.

    Raises:
        UsageError: a value could not be read again from a bundle.
    """

    name: str
    baked: Baked
    source: bytes
    labels: tuple[str, ...]
    golden: Sequence[GoldenFile]
    draw: Literal["digit"] | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    seed: int | None = None
    data: str = ""
    class_folders: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", tuple(self.labels))
        check_names(self.name, self.labels, [file.title for file in self.golden])
        object.__setattr__(self, "metrics", checked_metrics(self.metrics))
        object.__setattr__(self, "seed", checked_seed(self.seed))
        check_note(self.data)


def targets() -> dict[str, Target]:
    """All export targets by name."""
    return discover("webparity.export.targets", "TARGET")


def left_out(baked: Baked) -> dict[str, str]:
    """Default targets that cannot take a model, by name, each with the reason and the way out."""
    reasons = {name: target.refusal(baked) for name, target in targets().items() if target.default}
    return {name: reason for name, reason in reasons.items() if reason is not None}


def _chosen(baked: Baked, names: Sequence[str]) -> list[Target]:
    known = targets()
    if not names:
        without = left_out(baked)
        offers = [target for name, target in known.items() if target.default and name not in without]
        if not offers:
            # Each says why in its own words, mostly the same ones.
            raise UnsupportedModelError(" ".join(dict.fromkeys(without.values())))
        return offers
    offers = [pick(known, name, "target") for name in dict.fromkeys(names)]
    for target in offers:
        reason = target.refusal(baked)
        if reason is not None:
            raise UnsupportedModelError(reason)
    return offers


def write_bundle(  # noqa: PLR0913 - keyword-only, and each mirrors an option of the command
    model: Exportable,
    out: Path,
    *,
    target_names: Sequence[str] = (),
    precision: Precision = "float32",
    calibration: Images | None = None,
    bounds: Bounds = _BOUNDS,
    page: bool = True,
    force: bool = False,
    step: Step = lambda _: None,
    warn: Step = _LOGGER.warning,
) -> Choice | None:
    """Export a model into a bundle folder: `site/` to upload and `source/` beside it.

    The same model gives the same bytes, whenever and in whatever process it is exported.

    Args:
        model: what to export.
        out: the bundle's folder.
        target_names: which targets; by default all default ones that can take the model.
        precision: how weights are stored; `auto` is the smallest within bounds.
        calibration: images that reduced weights are chosen on and held to; by default the golden set.
        bounds: what reduced weights must keep to on them.
        page: also write the static page.
        force: replace an earlier bundle.
        step: called with a few words before each part of the work.
        warn: called with a sentence on what looks wrong but may be meant, such as answers that contradict the names of
            class folders; logged by default.

    Returns:
        How a reduced precision was found, or None for float32.

    Raises:
        UsageError: the folder is occupied, a target is unknown, or the labels do not fit the model.
        UnsupportedModelError: a target cannot take the model, or the model gives no probabilities.
        ExportError: an artifact left tolerance in its own check, or reduced weights their bounds.
    """
    baked = model.baked
    step("asking the targets")
    wanted = _chosen(baked, target_names)
    refuse_labels(model.labels, baked)
    if not model.golden:
        raise UsageError("Expected golden images; received none. Nothing could be verified; give at least one.")
    folders = [*model.class_folders, *([calibration.folder] if isinstance(calibration, ImageFiles) else [])]
    for folder_of_classes in dict.fromkeys(folders):
        step("holding the model's answers to the names of class folders")
        if found := contradiction(baked, model.labels, folder_of_classes):
            warn(found)
    images = [decode(file.data, file.title) for file in model.golden]
    batches = [*random_batches(), *plain_batches(baked.kind)]
    asked = Asked(baked, [*(image[np.newaxis] for image in images), *batches])
    with staged_folder(out, marker=BUNDLE_MARKER, kind="bundle", force=force) as folder:
        writer = SiteWriter(folder / "site")
        step("running the trained model on the golden set and on random images")
        answers = asked.answers[: len(images)]
        golden = [
            _golden(writer, *each, undecided=is_undecided(baked, each[-1]))
            for each in zip(model.golden, images, answers, strict=True)
        ]
        _refuse_answers(asked)
        step("asking the trained model's own library about the same images")
        hold_to_own_answers(baked, some(asked, len(images)))
        chosen = None
        if precision != "float32":
            chosen = choose(
                baked,
                model.labels,
                precision=precision,
                calibration=images if calibration is None else calibration,
                golden=images,
                bounds=bounds,
                step=step,
            )
        step("measuring what float32 can hold")
        resolution = measured_resolution(baked, answers, asked.answers[len(images) :])
        artifacts = _artifacts(wanted, model, chosen, writer, asked, resolution, step)
        if page:
            step("writing the page")
            write_page(writer)
        writer.put("manifest.schema.json", schema())
        manifest = Manifest(
            format=FORMAT,
            contract="rgb8/1",
            name=model.name,
            labels=list(model.labels),
            preprocessing=baked.preprocessing,
            artifacts=artifacts,
            golden=golden,
            tolerances=dict(TOLERANCES),
            files=writer.sorted_files(),
            producer={name: version(name) for name in (*_PRODUCERS, *_CONVERTERS.get(baked.kind, ()))}
            | get_library_versions(baked.kind),
            page=Page(draw=model.draw) if page else None,
            metrics=model.metrics,
            own_labels=count_own_labels(baked, answers),
            score_scale=resolution.scale,
            score_rounding=resolution.rounding,
        )
        (writer.folder / MANIFEST_NAME).write_bytes(to_json(manifest))
        _write_source(model, folder / "source", chosen.choice if chosen else None)
        seal_bundle(folder)
        # What cannot be read again is not written.
        open_bundle(folder)
    return chosen.choice if chosen else None


def _artifacts(  # noqa: PLR0913, PLR0917 - the parts of one export
    wanted: Sequence[Target],
    model: Exportable,
    chosen: Chosen | None,
    writer: SiteWriter,
    asked: Asked,
    resolution: Resolution,
    step: Step,
) -> list[Artifact]:
    """Write each target's artifact and run it on the golden set."""
    reduction = chosen.reduction if chosen else None
    # What an artifact must compute to the table's tolerance is the model with its reduced weights.
    held_to = Asked(ReducedModel(reduction, model.baked), asked.batches) if reduction else asked
    deviation = chosen.deviation if chosen else None
    own = widened(deviation.scores, deviation.probabilities) if deviation else None
    check = Check(model.baked, held_to, resolution)
    artifacts = []
    for target in wanted:
        step(f"writing {target.name}")
        artifact = linted(writer.folder, target.write(model.baked, model.labels, writer, reduction))
        step(f"running {target.name} on the golden set and on random images")
        check(target, writer.folder, artifact)
        artifacts.append(replace(artifact, tolerances=own, deviation=deviation))
    return artifacts


def _refuse_answers(asked: Asked) -> None:
    for answers in asked.answers:
        _refuse_nonfinite(answers, "an image of random pixels")
        words = describe_deviation(answers["probabilities"])
        if words:
            raise refusals.PROBABILITIES(words)


def _refuse_nonfinite(answers: Answers, title: str) -> None:
    if not all(np.isfinite(values).all() for values in answers.values()):
        raise ExportError(
            f"Expected finite scores from the trained model; received NaN or infinity on {title}. Train it again."
        )


def _golden(
    writer: SiteWriter, file: GoldenFile, image: NDArray[np.uint8], answers: Answers, *, undecided: bool
) -> GoldenImage:
    _refuse_nonfinite(answers, file.title)
    return GoldenImage(
        file=writer.put(f"golden/{hashed_name('image', file.suffix, file.data)}", file.data),
        title=file.title,
        width=image.shape[1],
        height=image.shape[0],
        rgb8=rgb8_digest(image),
        label=int(compute_top1(answers["probabilities"])[0]),
        scores=encode_float32(answers["scores"][0]),
        probabilities=encode_float32(answers["probabilities"][0]),
        sample=file.sample,
        undecided=undecided,
    )


def _write_source(model: Exportable, folder: Path, choice: Choice | None) -> None:
    writer = SiteWriter(folder)
    kind = model.baked.kind
    path = writer.put_hashed("model", SUFFIXES[kind], model.source)
    if choice is not None:
        writer.put(TABLE_NAME, to_sorted_document(choice))
    source = Source(
        format=FORMAT,
        kind=kind,
        model=path,
        files=writer.sorted_files(),
        recipe=model.name,
        seed=model.seed,
        data=model.data,
        unreadable=_why_unreadable(model) if kind == "keras" else "",
    )
    (folder / SOURCE_NAME).write_bytes(to_sorted_document(source))


def _why_unreadable(model: Exportable) -> str:
    """Why the network's file is not its reference, if it cannot be read, or would be read as another network."""
    from webparity.models.keras.activations import find_misnamed_activation

    misnamed = find_misnamed_activation(cast("KerasBaked", model.baked).network)
    if misnamed:
        return f"Keras saves an activation of one's own under the name of Keras's: {misnamed}"
    return explain_unreadable(model.source)
