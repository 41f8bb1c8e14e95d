"""A trained model and the run folder it is kept in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cached_property
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from webparity.bundle.manifest import FileEntry
from webparity.bundle.write import SiteWriter, make_file_entry
from webparity.decode.contract import decode
from webparity.errors import UsageError, make_file_error
from webparity.models.baked import Baked, bake, load_model
from webparity.models.model_file import serialize_model
from webparity.models.model_kind import SUFFIXES, ModelKind, get_library_versions, get_model_kind
from webparity.preprocessing.spec import Preprocessing
from webparity.registry import discover, get_by_name
from webparity.storage.json_document import encode_sorted_json_document
from webparity.storage.regular_file import MAX_MANIFEST_BYTES, read_regular
from webparity.storage.staging import stage_folder
from webparity.train.datasets.dataset import ImageSource, Split

RUN_NAME = "run.json"
_SAMPLES_A_CLASS = 2
_MIN_SAMPLES = 20
# More are of no use: a golden set has 32 files.
_MAX_SAMPLES = 40
# A larger one, as a camera makes it, has 30 MB as PNG.
_MAX_SAMPLE_SIDE = 1024


@dataclass(frozen=True, kw_only=True)
class SampleImage:
    """Test image saved with the run: uint8 [H, W, 3] and its true label's index."""

    image: NDArray[np.uint8] = field(repr=False)
    label: int


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Provenance of a training, the same in memory and on disk.

    Attributes:
        recipe: the recipe's name.
        choices: the recipe's options, all of them.
        preprocessing: what stands in front of the network.
        labels: class names, by index.
        metrics: on the test split.
        history: loss and accuracy by epoch.
        parameters: how many numbers were learnt.
        seed: of the training.
        data: the dataset's name.
        data_digest: SHA-256 of its pixels and labels.
        draw: the kind of drawing the page offers, if any.
    """

    recipe: str
    choices: dict[str, str | int | float]
    preprocessing: Preprocessing
    labels: tuple[str, ...]
    metrics: dict[str, float]
    history: dict[str, list[float]] = field(repr=False)
    parameters: int
    seed: int
    data: str
    data_digest: str = field(repr=False)
    draw: Literal["digit"] | None = None


@dataclass(frozen=True, kw_only=True)
class Trained(Facts):
    """Result of a training: provenance, model and test images.

    Attributes:
        model: a Keras network, float32 [N, *values_shape] to probabilities [N, C]; or a fitted classifier of flat
            values float32 [N, D].
        samples: images of the test split.
        probabilities: what the model said of the test split, float64 [N, C], just after training; not kept.
        file: the model's file, where it was read from one.
    """

    model: Any
    samples: tuple[SampleImage, ...] = field(repr=False)
    probabilities: NDArray[np.float64] | None = field(default=None, repr=False)
    file: bytes | None = field(default=None, repr=False)

    @property
    def kind(self) -> ModelKind:
        """The library that the model is of."""
        return get_model_kind(self.model)

    @cached_property
    def baked(self) -> Baked:
        """The model with its preprocessing inside."""
        return bake(self.model, self.preprocessing)

    def read_validation_images(self) -> ImageSource:
        """Read the validation images, on which the training's choices were made.

        Raises:
            UsageError: the data are not those that the run was trained on.
            DatasetError: the data cannot be read.
        """
        recipe = get_by_name(discover("webparity.train.recipes", "RECIPE"), self.recipe, "recipe")
        dataset = recipe.load(self.data, self.choices)
        if dataset.digest() != self.data_digest:
            raise UsageError(
                f"Expected the data that the run was trained on; received others as {self.data}, whose validation "
                "images may be its test images. Give --calibration DIR."
            )
        images: ImageSource = dataset.validation.images
        return images


@dataclass(frozen=True, kw_only=True)
class _SampleEntry:
    file: str
    label: int


@dataclass(frozen=True, kw_only=True)
class _Run(Facts):
    format: Literal[1]
    kind: ModelKind
    model: str
    samples: list[_SampleEntry]
    files: dict[str, FileEntry]
    versions: dict[str, str] = field(default_factory=dict)


def _get_facts(of: Facts) -> dict[str, Any]:
    return {fact.name: getattr(of, fact.name) for fact in fields(Facts)}


def choose_samples(split: Split, classes: int) -> tuple[SampleImage, ...]:
    """Choose the first images of each class, in class order, two or more a class.

    Of more than 20 classes, 40 or fewer have one image each, at even distances in class order. An image of more than
    1,024 pixels a side is reduced by a whole number.
    """
    a_class = max(_SAMPLES_A_CLASS, -(-_MIN_SAMPLES // classes))
    labels = range(classes)
    if classes * a_class > _MAX_SAMPLES:
        a_class, labels = 1, range(0, classes, -(-classes // _MAX_SAMPLES))
    chosen = [index for label in labels for index in np.flatnonzero(split.labels == label)[:a_class]]
    return tuple(SampleImage(image=_reduce(split.images[i]), label=int(split.labels[i])) for i in chosen)


def _reduce(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Reduce a large image by Pillow's mean of whole squares."""
    factor = -(-max(image.shape[:2]) // _MAX_SAMPLE_SIDE)
    return np.array(Image.fromarray(image).reduce(factor)) if factor > 1 else image


def save_run(
    trained: Trained, out: Path | str, *, force: bool = False, before: Callable[[bytes], None] | None = None
) -> None:
    """Write a run folder atomically.

    Args:
        trained: what to keep.
        out: the folder.
        force: an earlier run in that folder may be replaced.
        before: called with the bytes of its `run.json` just before the folder takes its place.

    Raises:
        UsageError: the folder is occupied or cannot be written.
    """
    with stage_folder(Path(out), marker=RUN_NAME, noun="training run", force=force) as folder:
        writer = SiteWriter(folder)
        model = writer.put(f"model{SUFFIXES[trained.kind]}", serialize_model(trained.model))
        samples = [
            _SampleEntry(file=writer.put(f"samples/{i:02d}.png", _encode_png(sample.image)), label=sample.label)
            for i, sample in enumerate(trained.samples)
        ]
        run = _Run(
            **_get_facts(trained),
            format=1,
            kind=trained.kind,
            model=model,
            samples=samples,
            files=writer.list_files(),
            versions={name: version(name) for name in ("webparity", "numpy", "pillow")}
            | get_library_versions(trained.kind),
        )
        document = encode_sorted_json_document(run)
        (folder / RUN_NAME).write_bytes(document)
        if before is not None:
            before(document)


def load_run(folder: Path | str) -> Trained:
    """Read a run folder; every file is checked by its digest.

    Raises:
        UsageError: it is not a run, or a file of it is missing or altered.
        RuntimeUnavailable: the library of its model is not installed.
    """
    folder = Path(folder)
    try:
        run = msgspec.json.decode(read_regular(folder / RUN_NAME, MAX_MANIFEST_BYTES), type=_Run)
        contents = {name: read_regular(folder / name) for name in run.files}
        unlisted = [name for name in (run.model, *(s.file for s in run.samples)) if name not in contents]
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise make_file_error(
            f"Expected a folder that `webparity train` wrote; received {folder}: {error}. "
            "Train again or give a .keras file.",
            error,
        ) from error
    altered = unlisted + [name for name, entry in run.files.items() if make_file_entry(contents[name]) != entry]
    if altered:
        raise UsageError(
            f"Expected a run as it was trained; received an altered {altered[0]} in {folder}. Train again."
        )
    return Trained(
        **_get_facts(run),
        model=load_model(folder / run.model, run.kind),
        samples=tuple(SampleImage(image=decode(contents[s.file], s.file), label=s.label) for s in run.samples),
        file=contents[run.model],
    )


def _encode_png(image: NDArray[np.uint8]) -> bytes:
    stream = BytesIO()
    Image.fromarray(image).save(stream, "PNG")
    return stream.getvalue()
