"""Stratified, seeded splits."""

from __future__ import annotations

import warnings
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.errors import DatasetError

# A split is part of the data, not of a training: it stays the same for every training seed.
SPLIT_SEED: Final = 0


def hold_out(labels: NDArray[np.int64], count: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Split indices so that each class keeps its share.

    Args:
        labels: int64 [N].
        count: how many to hold out.
        seed: of the shuffle.

    Returns:
        The indices kept and the indices held out, each sorted.

    Raises:
        DatasetError: a class has one image only, or there are more classes than images to hold out.
    """
    from sklearn.model_selection import train_test_split

    try:
        kept, out = train_test_split(np.arange(len(labels)), test_size=count, random_state=seed, stratify=labels)
    except ValueError as error:
        raise DatasetError(
            f"Expected enough images of every class to hold out {count} of {len(labels)}; received: {error} Add images."
        ) from error
    return np.sort(kept), np.sort(out)


def hold_out_groups(
    labels: NDArray[np.int64], groups: NDArray[np.int64], share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Split indices so that each class keeps its share and no group stands on both sides.

    Args:
        labels: int64 [N].
        groups: int64 [N], such as patients.
        share: how much to hold out, 0 to 0.5; met as nearly as whole groups allow.
        seed: of the shuffle.

    Returns:
        The indices kept and the indices held out, each sorted; both hold every class.

    Raises:
        DatasetError: too few groups for that.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    classes = np.unique(labels)
    fewest = min(len(np.unique(groups[labels == label])) for label in classes)
    for folds in range(min(round(1 / share), len(np.unique(groups))), 1, -1):
        cut = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
        with warnings.catch_warnings():
            # A rare class is in some folds only; those with it on both sides are enough.
            warnings.filterwarnings("ignore", "The least populated class")
            try:
                pairs = list(cut.split(labels, labels, groups))
            except ValueError:
                # More folds than images of any class.
                continue
        candidates = [
            (kept, out)
            for kept, out in pairs
            if len(np.unique(labels[kept])) == len(np.unique(labels[out])) == len(classes)
        ]
        if candidates:
            return min(candidates, key=lambda pair: abs(len(pair[1]) - share * len(labels)))
    raise DatasetError(
        f"Expected enough groups (patients, scenes, unrelated images) of every class for a split into two; received "
        f"{fewest} of the rarest class. Add images."
    )


def hold_out_of_each_class(
    labels: NDArray[np.int64], share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Split indices of unrelated images so that each class keeps its share, and has an image on both sides.

    Args:
        labels: int64 [N], at least two of each label that occurs.
        share: how much to hold out, 0 to 0.5; of a class with few images it is one image.
        seed: of the shuffle.

    Returns:
        The indices kept and the indices held out, each sorted.
    """
    classes, counts = np.unique(labels, return_counts=True)
    takes = np.clip(np.floor(share * counts), 1, counts - 1).astype(np.int64)
    # What rounding down left over goes to the classes with the largest remainders.
    remainders = np.where(share * counts >= 1, share * counts - takes, -1.0)
    missing = int(np.clip(round(share * len(labels)) - takes.sum(), 0, (remainders > 0).sum()))
    takes[np.argsort(-remainders, kind="stable")[:missing]] += 1
    order = np.random.default_rng(seed).permutation(len(labels))
    out = np.concatenate([order[labels[order] == label][:take] for label, take in zip(classes, takes, strict=True)])
    return np.setdiff1d(np.arange(len(labels)), out), np.sort(out)
