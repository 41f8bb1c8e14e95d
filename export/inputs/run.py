"""Training runs as input of an export: the run's model, labels, metrics and test images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, Final, Literal, Protocol, cast, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.names import make_readable_name
from webparity.errors import UsageError
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import GoldenImages, make_golden_set, read_golden
from webparity.export.quantization.calibration import CalibrationImages
from webparity.models.baked import Baked
from webparity.models.model_file import serialize_model
from webparity.registry import list_entry_points

_READERS: Final = "webparity.run_readers"


class LabeledImage(Protocol):
    """A test image of a run."""

    @property
    def image(self) -> NDArray[np.uint8]:
        """Pixels, uint8 [H, W, 3]."""
        ...

    @property
    def label(self) -> int:
        """The true label's index."""
        ...


@runtime_checkable
class TrainedRun(Protocol):
    """A finished training, such as `webparity.train.trained.Trained`."""

    @property
    def recipe(self) -> str:
        """The recipe's name."""
        ...

    @property
    def model(self) -> Any:
        """The trained model."""
        ...

    @property
    def baked(self) -> Baked:
        """The model with its preprocessing."""
        ...

    @property
    def file(self) -> bytes | None:
        """The model's file, where it was read from one."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names, by index."""
        ...

    @property
    def metrics(self) -> Mapping[str, float]:
        """Metrics on the test split, by name."""
        ...

    @property
    def seed(self) -> int:
        """The seed of the training."""
        ...

    @property
    def data(self) -> str:
        """The dataset's name."""
        ...

    @property
    def data_digest(self) -> str:
        """SHA-256 of the dataset's pixels and labels."""
        ...

    @property
    def draw(self) -> Literal["digit"] | None:
        """The kind of drawing the page offers, if any."""
        ...

    @property
    def samples(self) -> Sequence[LabeledImage]:
        """Images of the test split."""
        ...

    def read_validation_images(self) -> CalibrationImages:
        """Read the images that the training's choices were made on."""
        ...


def read_run_folder(folder: Path) -> TrainedRun:
    """Read the folder of a training run.

    The reader is found by the entry point group `webparity.run_readers`, which `webparity.train` joins: export imports
    nothing of train.

    Args:
        folder: written by `webparity train` or `save_run`.

    Raises:
        UsageError: it is no run, or a file of it is missing or altered.
    """
    for point in list_entry_points(_READERS):
        return cast("TrainedRun", point.load()(folder))
    raise UsageError(
        f"Expected an installed reader of training runs for {folder}; received none. Install webparity again."
    )


def make_exportable_run(run: TrainedRun, golden: GoldenImages | None = None) -> Exportable:
    """Prepare a training run for export.

    Args:
        run: the finished training.
        golden: a folder of images, or images uint8 [H, W, 3]; by default, the golden set is made of the run's own
            test images.

    Raises:
        UsageError: the folder is missing or holds no image.
        DecodeError: an image is refused by the decode contract.
    """
    samples = [(sample.image, run.labels[sample.label]) for sample in run.samples]
    return Exportable(
        name=run.recipe,
        baked=run.baked,
        source=run.file or serialize_model(run.model),
        labels=run.labels,
        golden=make_golden_set(samples) if golden is None else read_golden(golden),
        draw=run.draw,
        # The metric of a class without images is NaN.
        metrics={name: value for name, value in run.metrics.items() if isfinite(value)},
        seed=run.seed,
        data=f"{make_readable_name(run.data)} sha256:{run.data_digest}",
        class_folders=(golden,) if isinstance(golden, Path) else (),
    )
