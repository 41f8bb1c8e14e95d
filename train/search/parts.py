"""The parts of a dataset that a search trains and measures on, never its test split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final, Literal, overload

import numpy as np
from numpy.typing import NDArray

from webparity.errors import DatasetError, UsageError
from webparity.train.datasets.dataset import Dataset, Split
from webparity.train.datasets.files import FileImages
from webparity.train.datasets.splits import hold_out, hold_out_groups

Folds = int | Literal["loo"]
IndexPair = tuple[NDArray[np.int64], NDArray[np.int64]]

# Held out within a fold's training images, to stop early by; as a folder's own validation split.
_INNER_SHARE: Final = 0.15
_MAX_FOLDS: Final = 500


class Parts(Sequence[Dataset]):
    """Datasets whose `test` is what a search may measure on: held-out folds, or the validation split.

    With folds, training and validation images are pooled and cut anew: stratified, images of one patient together; each
    fold then gives up a share of its training images for early stopping.

    Args:
        dataset: what to cut; only `train` and `validation` are read.
        folds: how many, `loo` to leave out one patient (or image, where nothing tells patients) at a time, or None
            for the dataset's own validation split.
        share: of the training images that are used, above 0 to 1.
        seed: of every cut.

    Raises:
        UsageError: `folds` or `share` is out of range.
        DatasetError: a class has too few patients (or images) to be cut so.
    """

    def __init__(self, dataset: Dataset, *, folds: Folds | None, share: float = 1.0, seed: int = 0) -> None:
        if not 0 < share <= 1:
            raise UsageError(f"Expected a share above 0 and up to 1; received {share:g}. Give for example 0.3.")
        self._dataset = dataset
        self._folds = folds
        self._share = share
        self._seed = seed
        self._pairs = None if folds is None else self._make_folds(folds)

    def __len__(self) -> int:
        return 1 if self._pairs is None else len(self._pairs)

    @overload
    def __getitem__(self, index: int) -> Dataset: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Dataset]: ...
    def __getitem__(self, index: int | slice) -> Dataset | Sequence[Dataset]:
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        index = range(len(self))[index]
        if self._pairs is None:
            training, validation = self._dataset.train, self._dataset.validation
            measured = validation
        else:
            training, validation = (self.pool.take(part) for part in self._pairs[index])
            measured = validation
            rest, stop = _hold_out(training, _INNER_SHARE, self._seed)
            training, validation = training.take(rest), training.take(stop)
        return replace(
            self._dataset, train=_subsample(training, self._share, self._seed), validation=validation, test=measured
        )

    @cached_property
    def pool(self) -> Split:
        """Training images, then validation images."""
        training, validation = self._dataset.train, self._dataset.validation
        return Split(
            _concatenate_images(training, validation),
            np.concatenate([training.labels, validation.labels]),
            None
            if training.groups is None or validation.groups is None
            else np.concatenate([training.groups, validation.groups]),
            training.names + validation.names,
        )

    def find_measured(self, index: int) -> NDArray[np.int64]:
        """Find the pool indices of the images that a fold measures, int64 [M]."""
        assert self._pairs is not None
        return self._pairs[index][1]

    def _make_folds(self, folds: Folds) -> list[IndexPair]:
        from sklearn.model_selection import (
            LeaveOneGroupOut,
            LeaveOneOut,
            StratifiedGroupKFold,
            StratifiedKFold,
        )

        labels, groups = self.pool.labels, self.pool.groups
        if folds == "loo":
            count, things = (len(labels), "images") if groups is None else (len(np.unique(groups)), "patients")
            if count > _MAX_FOLDS:
                raise UsageError(
                    f"Expected at most {_MAX_FOLDS} {things} to leave out one at a time; received {count}. "
                    "Use a number of folds, such as --folds 5."
                )
            cut = LeaveOneOut() if groups is None else LeaveOneGroupOut()
        else:
            self._refuse_too_many(folds)
            splitter_class = StratifiedKFold if groups is None else StratifiedGroupKFold
            cut = splitter_class(folds, shuffle=True, random_state=self._seed)
        pairs: list[IndexPair] = list(cut.split(labels, labels, groups))
        if any(len(np.unique(labels[kept])) < len(np.unique(labels)) for kept, _ in pairs):
            raise DatasetError(
                "Expected every class among the images that each fold trains on; received a class of one "
                f"{'image' if groups is None else 'patient'}. Add images."
            )
        return pairs

    def _refuse_too_many(self, folds: int) -> None:
        labels, groups = self.pool.labels, self.pool.groups
        units, things = (np.arange(len(labels)), "images") if groups is None else (groups, "patients")
        counts = [len(np.unique(units[labels == label])) for label in range(len(self._dataset.label_names))]
        rarest = int(np.argmin(counts))
        if counts[rarest] < 2:
            raise DatasetError(
                f"Expected two or more {things} of every class for folds; received {counts[rarest]} of "
                f"{self._dataset.label_names[rarest]}. Add images."
            )
        if not 2 <= folds <= counts[rarest]:
            raise UsageError(
                f"Expected 2 to {counts[rarest]} folds, since {self._dataset.label_names[rarest]} has "
                f"{counts[rarest]} {things}; received {folds}. Choose fewer folds, or add images."
            )


def _concatenate_images(first: Split, second: Split) -> NDArray[np.uint8] | FileImages:
    if isinstance(first.images, np.ndarray) and isinstance(second.images, np.ndarray):
        return np.concatenate([first.images, second.images])
    if isinstance(first.images, FileImages) and isinstance(second.images, FileImages):
        return FileImages(first.images.files + second.images.files)
    raise UsageError(
        f"Expected images as arrays or as files; received {type(first.images).__name__}. "
        "Let the recipe load them by load_folder."
    )


def _hold_out(split: Split, share: float, seed: int) -> IndexPair:
    """Split indices into kept and held out, stratified and grouped by patient."""
    if split.groups is None:
        return hold_out(split.labels, max(round(share * len(split)), len(np.unique(split.labels))), seed)
    return hold_out_groups(split.labels, split.groups, share, seed)


def _subsample(split: Split, share: float, seed: int) -> Split:
    """Subsample about a share of a split, stratified and grouped by patient."""
    if share == 1:
        return split
    # The smaller side is what is held out.
    kept, out = _hold_out(split, min(share, 1 - share), seed)
    return split.take(out if share <= 1 / 2 else kept)
