"""From a trained model to a bundle on disk, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np

from webparity.baked import top1
from webparity.baked_keras import KerasBaked, tensorflow_version
from webparity.bundle.manifest import (
    FORMAT,
    MANIFEST_NAME,
    GoldenImage,
    Manifest,
    Page,
    encode_float32,
    schema,
    to_json,
)
from webparity.bundle.read import SOURCE_NAME, Source
from webparity.bundle.staging import staged_folder
from webparity.bundle.write import SiteWriter, hashed_name
from webparity.decode import decode, rgb8_digest
from webparity.document import to_sorted_document
from webparity.errors import ExportError, UnsupportedModelError, UsageError
from webparity.export.check import check_artifact
from webparity.export.golden import GoldenFile
from webparity.export.page import write_page
from webparity.export.targets.target import TAPS, Target
from webparity.preprocessing.spec import Preprocessing
from webparity.registry import discover, pick
from webparity.tolerance import TOLERANCES

_PRODUCERS = ("webparity", "keras", "numpy", "onnx", "onnxruntime", "pillow", "tf2onnx")
BUNDLE_MARKER = f"site/{MANIFEST_NAME}"
# float32 softmax over many classes; logits and independent sigmoids are off by far more.
_SUM_TOLERANCE = 1e-3
Step = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Exportable:
    """A trained model as the pipeline takes it, whoever trained it.

    Attributes:
        name: shown on the page and kept in the manifest.
        network: a Keras model, float32 [N, h, w, c] to probabilities [N, C].
        network_bytes: the same as a `.keras` file, kept in `source/`.
        preprocessing: what stands in front of it.
        labels: class names, by index.
        golden: image files for the golden set.
        draw: the kind of drawing the page offers, if any.
        metrics: on the test split, if known.
        seed: of the training, if known.
        data: name and digest of the training data, if known.
    """

    name: str
    network: Any
    network_bytes: bytes
    preprocessing: Preprocessing
    labels: tuple[str, ...]
    golden: Sequence[GoldenFile]
    draw: Literal["digit"] | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    seed: int | None = None
    data: str = ""


def targets() -> dict[str, Target]:
    """All export targets by name."""
    return discover("webparity.export.targets", "TARGET")


def write_bundle(  # noqa: PLR0913 - keyword-only, and each mirrors an option of the command
    model: Exportable,
    out: Path,
    *,
    target_names: Sequence[str] = (),
    page: bool = True,
    force: bool = False,
    step: Step = lambda _: None,
) -> None:
    """Export a model into a bundle folder: `site/` to upload and `source/` beside it.

    The same model gives the same bytes, whenever and in whatever process it is exported.

    Args:
        model: what to export.
        out: the bundle's folder.
        target_names: which targets, all of them by default.
        page: also write the static page.
        force: replace an earlier bundle.
        step: called with a few words before each part of the work.

    Raises:
        UsageError: the folder is occupied, a target is unknown, or the labels do not fit the model.
        UnsupportedModelError: the network does not fit its preprocessing.
        ExportError: an artifact left tolerance in its own check.
    """
    known = targets()
    chosen = [pick(known, name, "target") for name in dict.fromkeys(target_names or known)]
    classes = int(model.network.outputs[0].shape[-1])
    if len(model.labels) != max(classes, 2) or len(set(model.labels)) != len(model.labels):
        raise UsageError(
            f"Expected {max(classes, 2)} different labels, one for each output; received {len(model.labels)}. "
            "Correct the labels file: one label a line, in the order of the outputs."
        )
    with staged_folder(out, marker=BUNDLE_MARKER, kind="bundle", force=force) as folder:
        writer = SiteWriter(folder / "site")
        baked = KerasBaked(model.network, model.preprocessing)
        step("running the golden set through the trained model")
        images = [decode(file.data, file.title) for file in model.golden]
        golden = [_golden(writer, baked, file, image) for file, image in zip(model.golden, images, strict=True)]
        artifacts = []
        for target in chosen:
            step(f"writing {target.name}")
            artifact = target.write(baked, model.labels, writer)
            step(f"running {target.name} on the golden set")
            check_artifact(target, writer.folder, artifact, baked, images)
            artifacts.append(artifact)
        if page:
            step("writing the page")
            write_page(writer)
        writer.put("manifest.schema.json", schema())
        manifest = Manifest(
            format=FORMAT,
            contract="rgb8/1",
            name=model.name,
            labels=list(model.labels),
            preprocessing=model.preprocessing,
            artifacts=artifacts,
            golden=golden,
            tolerances=dict(TOLERANCES),
            files=writer.sorted_files(),
            producer={name: version(name) for name in _PRODUCERS} | {"tensorflow": tensorflow_version()},
            page=Page(draw=model.draw) if page else None,
            metrics=model.metrics,
        )
        (writer.folder / MANIFEST_NAME).write_bytes(to_json(manifest))
        _write_source(model, folder / "source")


def _golden(writer: SiteWriter, baked: KerasBaked, file: GoldenFile, image: Any) -> GoldenImage:
    answers = baked(image[np.newaxis], TAPS)
    if not all(np.isfinite(values).all() for values in answers.values()):
        raise ExportError(
            f"Expected finite scores from the trained model; received NaN or infinity on {file.title}. Train it again."
        )
    probabilities = answers["probabilities"][0]
    if probabilities.min() < 0 or abs(float(probabilities.sum()) - 1) > _SUM_TOLERANCE:
        raise UnsupportedModelError(
            "Expected a model that gives probabilities, which sum to 1; received outputs from "
            f"{probabilities.min():.3g} to {probabilities.max():.3g} that sum to {probabilities.sum():.3g}. "
            "End it with softmax, or with one sigmoid."
        )
    return GoldenImage(
        file=writer.put(f"golden/{hashed_name('image', file.suffix, file.data)}", file.data),
        title=file.title,
        width=image.shape[1],
        height=image.shape[0],
        rgb8=rgb8_digest(image),
        label=int(top1(answers["probabilities"])[0]),
        scores=encode_float32(answers["scores"][0]),
        probabilities=encode_float32(answers["probabilities"][0]),
        sample=file.sample,
    )


def _write_source(model: Exportable, folder: Path) -> None:
    writer = SiteWriter(folder)
    path = writer.put_hashed("model", ".keras", model.network_bytes)
    source = Source(
        format=FORMAT,
        kind="keras",
        model=path,
        files=writer.sorted_files(),
        recipe=model.name,
        seed=model.seed,
        data=model.data,
    )
    (folder / SOURCE_NAME).write_bytes(to_sorted_document(source))
