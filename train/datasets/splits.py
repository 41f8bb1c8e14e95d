"""Stratified, seeded splits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def held_out(labels: NDArray[np.int64], count: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Split indices so that each class keeps its share.

    Args:
        labels: int64 [N].
        count: how many to hold out.
        seed: of the shuffle.

    Returns:
        The indices kept and the indices held out, each sorted.
    """
    from sklearn.model_selection import train_test_split  # noqa: PLC0415 - recipes are listed where it is absent

    kept, out = train_test_split(np.arange(len(labels)), test_size=count, random_state=seed, stratify=labels)
    return np.sort(kept), np.sort(out)
