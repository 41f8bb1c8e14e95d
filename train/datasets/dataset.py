"""Dataset types: decoded images with labels, split into training, validation and test."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from webparity.errors import DatasetError


class ImageSource(Protocol):
    """Decoded images by index: an array uint8 [N, H, W, 3], or files that are decoded on access."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> NDArray[np.uint8]: ...

    def __iter__(self) -> Iterator[NDArray[np.uint8]]: ...


class FileSource(ImageSource, Protocol):
    """Images in files."""

    def digest(self) -> bytes:
        """SHA-256 over the SHA-256 of each file, in order."""
        ...

    def take(self, indices: NDArray[np.int64]) -> FileSource:
        """Return the images at the given indices."""
        ...


@dataclass(frozen=True)
class Split:
    """Images and their labels.

    Attributes:
        images: decoded pixels, uint8 [H, W, 3] each; one array [N, H, W, 3] where they came as such.
        labels: int64 [N], indices into the dataset's label names.
        groups: int64 [N], images of one patient share a number; None where nothing ties images together.
        names: file names, for people; empty where images came as arrays.
    """

    images: NDArray[np.uint8] | FileSource
    labels: NDArray[np.int64]
    groups: NDArray[np.int64] | None = None
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.images) != len(self.labels) or len(self.images) == 0:
            raise DatasetError(
                f"Expected as many labels as images, and at least one; received {len(self.images)} images and "
                f"{len(self.labels)} labels. Check the data file."
            )

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} images)"

    def take(self, indices: NDArray[np.int64]) -> Split:
        """Return the part at the given indices, int64 [M]."""
        return Split(
            self.images[indices] if isinstance(self.images, np.ndarray) else self.images.take(indices),
            self.labels[indices],
            None if self.groups is None else self.groups[indices],
            tuple(self.names[i] for i in indices) if self.names else (),
        )

    def digest(self) -> bytes:
        """SHA-256 over pixels (arrays) or file bytes, then labels."""
        return self._digest

    @cached_property
    def _digest(self) -> bytes:
        images = self.images
        # An array's own memory is hashed: as bytes it would be copied first.
        content = np.ascontiguousarray(images).data if isinstance(images, np.ndarray) else images.digest()
        total = hashlib.sha256(content)
        total.update(self.labels.astype("<i8").tobytes())
        return total.digest()


@dataclass(frozen=True)
class Dataset:
    """A named dataset: `train` fits weights, `validation` makes choices, `test` is only measured.

    Attributes:
        name: what to ask for to get it again: a known name, or the path of a folder or file.
        notes: what was skipped or merged while reading, one sentence each.
    """

    name: str
    label_names: tuple[str, ...]
    train: Split
    validation: Split
    test: Split
    notes: tuple[str, ...] = ()

    def digest(self) -> str:
        """SHA-256 over the digests of all splits, in order, in hexadecimal."""
        return hashlib.sha256(b"".join(s.digest() for s in (self.train, self.validation, self.test))).hexdigest()
