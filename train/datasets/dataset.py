"""What a recipe is trained on: decoded images with labels, already split."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from webparity.errors import DatasetError


@dataclass(frozen=True)
class Split:
    """Images and their labels.

    Attributes:
        images: uint8 [N, H, W, 3], decoded pixels.
        labels: int64 [N], indices into the dataset's label names.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        if len(self.images) != len(self.labels) or len(self.images) == 0:
            raise DatasetError(
                f"Expected as many labels as images, and at least one; received {len(self.images)} images and "
                f"{len(self.labels)} labels. Check the data file."
            )


@dataclass(frozen=True)
class Dataset:
    """A named dataset: `train` fits weights, `validation` chooses when to stop, `test` is only measured."""

    name: str
    label_names: tuple[str, ...]
    train: Split
    validation: Split
    test: Split

    def digest(self) -> str:
        """SHA-256 over the pixels and labels of all splits, in order."""
        total = hashlib.sha256()
        for split in (self.train, self.validation, self.test):
            total.update(np.ascontiguousarray(split.images).tobytes())
            total.update(split.labels.astype("<i8").tobytes())
        return total.hexdigest()
