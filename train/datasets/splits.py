"""Stratified, seeded splits."""

from __future__ import annotations

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
    folds = min(round(1 / share), fewest)
    candidates: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    if folds > 1:
        cut = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
        candidates = [
            (kept, out)
            for kept, out in cut.split(labels, labels, groups)
            if len(np.unique(labels[kept])) == len(np.unique(labels[out])) == len(classes)
        ]
    if not candidates:
        raise DatasetError(
            f"Expected enough patients (or unrelated images) of every class for a split into two; received {fewest} "
            "of the rarest class. Add images."
        )
    return min(candidates, key=lambda pair: abs(len(pair[1]) - share * len(labels)))
