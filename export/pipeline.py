"""Export of a trained model into a bundle folder, which is written completely or not at all."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Final

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
    generate_schema,
    to_json,
)
from webparity.bundle.read import open_bundle
from webparity.bundle.seal import seal_bundle
from webparity.bundle.write import SiteWriter
from webparity.decode.batch import map_in_threads
from webparity.decode.contract import digest_rgb8
from webparity.errors import ExportError, UsageError
from webparity.export.checks.artifact import ArtifactCheck
from webparity.export.checks.class_folders import find_label_mismatch
from webparity.export.checks.library_predictions import compare_with_library, count_differing_labels, select_answers
from webparity.export.checks.lint import lint
from webparity.export.checks.reference_answers import Answers, ReferenceAnswers, make_flat_batches, make_random_batches
from webparity.export.checks.score_resolution import measure_resolution
from webparity.export.checks.undecided import is_undecided
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import GoldenFile
from webparity.export.inputs.label_order import check_labels
from webparity.export.message_callback import MessageCallback
from webparity.export.page import write_page
from webparity.export.quantization.calibration import CalibrationImages, ImageFiles
from webparity.export.quantization.choose_weights import QuantizationRecord, QuantizationResult, choose_weights
from webparity.export.quantization.plan import Precision, QuantizedModel
from webparity.export.quantization.trials import Bounds
from webparity.export.source_folder import write_source
from webparity.export.step_counter import StepCounter
from webparity.export.target_selection import discover_targets, select_targets
from webparity.export.targets.target import Target
from webparity.models import refusals
from webparity.models.model_kind import ModelKind, get_library_versions
from webparity.outputs.model_output import ModelOutput
from webparity.outputs.registry import get_output_kind
from webparity.progress import ProgressCallback
from webparity.storage.staging import stage_folder
from webparity.verification.answer_bits import digest_answers
from webparity.verification.tolerance import TOLERANCES, Resolution, widen_tolerances

BUNDLE_MARKER: Final = f"site/{MANIFEST_NAME}"
_PRODUCERS: Final = ("webparity", "numpy", "onnx", "onnxruntime", "pillow")
_CONVERTERS: Final[dict[ModelKind, tuple[str, ...]]] = {
    "keras": ("tf2onnx",),
    "sklearn": ("skl2onnx",),
}
_BOUNDS: Final = Bounds()
_LOGGER: Final = logging.getLogger("webparity.export")
# Selecting targets, running the model, comparing with its library, measuring, and the page.
_FIXED_STEPS: Final = 5


def write_bundle(
    model: Exportable,
    out: Path,
    *,
    target_names: Sequence[str] = (),
    precision: Precision = "float32",
    calibration: CalibrationImages | None = None,
    bounds: Bounds = _BOUNDS,
    page: bool = True,
    force: bool = False,
    progress: ProgressCallback = lambda *_: None,
    warn: MessageCallback = _LOGGER.warning,
) -> QuantizationRecord | None:
    """Export a model into a bundle folder: `site/` to upload and `source/` beside it.

    The same model gives the same bytes, whenever and in whatever process it is exported.

    Args:
        model: what to export.
        out: the bundle's folder.
        target_names: which targets; by default all default ones that can take the model.
        precision: how weights are stored; `auto` is the smallest within bounds.
        calibration: images that the quantization is chosen and checked on; by default the golden set.
        bounds: what quantized weights must keep to on them.
        page: also write the static page.
        force: replace an earlier bundle.
        progress: called before each step with a few words, the number of finished steps and of all steps.
        warn: called with a sentence on what looks wrong but may be meant, such as answers that contradict the names of
            class folders; logged by default.

    Returns:
        How a reduced precision was found, or None for float32.

    Raises:
        UsageError: the folder is occupied, a target is unknown, or the labels do not fit the model.
        UnsupportedModelError: a target cannot take the model, or its numbers are not what they should be.
        ExportError: an artifact left tolerance in its own check, or quantized weights their bounds.
    """
    baked = model.baked
    folders = [*model.class_folders, *([calibration.folder] if isinstance(calibration, ImageFiles) else [])]
    folders = list(dict.fromkeys(folders))
    others = _FIXED_STEPS + len(folders) + (precision != "float32") - (not page)
    defaults = [name for name, target in discover_targets().items() if target.default]
    steps = StepCounter(progress, others + 2 * len(target_names or defaults))
    steps.start("asking the targets")
    wanted = select_targets(baked, target_names)
    steps.total = others + 2 * len(wanted)
    check_labels(model.labels, baked)
    if not model.golden:
        raise UsageError("Expected golden images; received none. Nothing could be verified; give at least one.")
    for folder_of_classes in folders:
        steps.start("holding the model's answers to the names of class folders")
        if found := find_label_mismatch(baked, model.labels, folder_of_classes):
            warn(found)
    spec = baked.preprocessing
    if isinstance(calibration, ImageFiles):
        calibration.contract = spec.contract
    images = [*map_in_threads(lambda file: file.decode(spec.contract), model.golden)]
    size = spec.height * spec.width * spec.depth
    batches = [*make_random_batches(size), *make_flat_batches(baked.kind, size)]
    reference = ReferenceAnswers(baked, [*(image[np.newaxis] for image in images), *batches])
    with stage_folder(out, marker=BUNDLE_MARKER, noun="bundle", force=force) as folder:
        writer = SiteWriter(folder / "site")
        steps.start("running the trained model on the golden set and on random images")
        answers = reference.answers[: len(images)]
        golden = [
            _write_golden(baked.output, writer, *each, undecided=is_undecided(baked, each[-1]))
            for each in zip(model.golden, images, answers, strict=True)
        ]
        _check_answers(reference)
        steps.start("asking the trained model's own library about the same images")
        compare_with_library(baked, select_answers(reference, len(images)))
        chosen = None
        if precision != "float32":
            steps.start()
            chosen = choose_weights(
                baked,
                model.labels,
                precision=precision,
                calibration=images if calibration is None else calibration,
                golden=images,
                bounds=bounds,
                step=steps.describe,
            )
        steps.start("measuring what float32 can hold")
        resolution = measure_resolution(baked, answers, reference.answers[len(images) :])
        artifacts = _write_artifacts(
            wanted, model, writer, chosen=chosen, trained=reference, resolution=resolution, steps=steps
        )
        if page:
            steps.start("writing the page")
            write_page(writer, artifacts, golden)
        writer.put("manifest.schema.json", generate_schema())
        manifest = Manifest(
            format=FORMAT,
            contract=spec.contract,
            name=model.name,
            labels=list(model.labels),
            preprocessing=baked.preprocessing,
            artifacts=artifacts,
            golden=golden,
            tolerances=dict(TOLERANCES),
            files=writer.list_files(),
            producer=_list_versions(baked.kind),
            page=Page(draw=model.draw) if page else None,
            metrics=model.metrics,
            own_labels=count_differing_labels(baked, answers),
            output=baked.output,
            score_scale=resolution.scale,
            score_rounding=resolution.rounding,
        )
        (writer.folder / MANIFEST_NAME).write_bytes(to_json(manifest))
        write_source(model, folder / "source", chosen.record if chosen else None)
        seal_bundle(folder)
        # A bundle that cannot be read again is not kept.
        open_bundle(folder)
    return chosen.record if chosen else None


def _list_versions(kind: ModelKind) -> dict[str, str]:
    """Return the versions of the packages that make a bundle, by package name."""
    packages = (*_PRODUCERS, *_CONVERTERS.get(kind, ()))
    return {name: version(name) for name in packages} | get_library_versions(kind)


def _write_artifacts(
    wanted: Sequence[Target],
    model: Exportable,
    writer: SiteWriter,
    *,
    chosen: QuantizationResult | None,
    trained: ReferenceAnswers,
    resolution: Resolution,
    steps: StepCounter,
) -> list[Artifact]:
    """Write the artifact of each target and compare it with the reference on golden and random images."""
    plan = chosen.plan if chosen else None
    # With quantized weights, an artifact must agree with the quantized model, not with the trained one.
    reference = ReferenceAnswers(QuantizedModel(plan, model.baked), trained.batches) if plan else trained
    deviation = chosen.deviation if chosen else None
    own = widen_tolerances(deviation.scores, deviation.probabilities) if deviation else None
    check = ArtifactCheck(model.baked, reference, resolution)
    artifacts = []
    for target in wanted:
        steps.start(f"writing {target.name}")
        artifact = lint(target, writer.folder, target.write(model.baked, model.labels, writer, plan))
        steps.start(f"running {target.name} on the golden set and on random images")
        answers = check(target, writer.folder, artifact)[: len(model.golden)]
        bits = digest_answers(answers) if target.exact else None
        artifacts.append(replace(artifact, tolerances=own, deviation=deviation, golden_bits=bits))
    return artifacts


def _check_answers(reference: ReferenceAnswers) -> None:
    kind = get_output_kind(reference.model.output)
    for answers in reference.answers:
        _check_finite(answers, "an image of random pixels")
        words = kind.describe_rows(answers[kind.answer])
        if words:
            raise (refusals.PROBABILITIES if kind.name == "probabilities" else refusals.SCORES)(f"one with {words}")


def _check_finite(answers: Answers, title: str) -> None:
    if not all(np.isfinite(values).all() for values in answers.values()):
        raise ExportError(
            f"Expected finite scores from the trained model; received NaN or infinity on {title}. Train it again."
        )


def _write_golden(
    output: ModelOutput,
    writer: SiteWriter,
    file: GoldenFile,
    image: NDArray[np.uint8],
    answers: Answers,
    *,
    undecided: bool,
) -> GoldenImage:
    _check_finite(answers, file.title)
    kind = get_output_kind(output)
    (labels,) = kind.decide(answers[kind.answer], output)
    encoded = {tap: encode_float32(answers[tap][0]) for tap in kind.numbers}
    return GoldenImage(
        file=writer.put_hashed("golden/image", file.suffix, file.data),
        title=file.title,
        width=image.shape[1],
        height=image.shape[0],
        rgb8=digest_rgb8(image),
        label=labels[0] if kind.label_stage == "top1" else None,
        present=list(labels) if kind.label_stage == "labels" else None,
        scores=encoded.get("scores"),
        probabilities=encoded.get("probabilities"),
        values=encoded.get("values"),
        sample=file.sample,
        undecided=undecided,
    )
