"""Class weights of a loss."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def balance_class_weights(labels: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """Compute class weights that give every class the same total weight.

    `n / (C * n_c)`, the rule of scikit-learn's `compute_class_weight("balanced")`.

    Args:
        labels: int64 [n], each class at least once.
        classes: C.

    Returns:
        float64 [C], 1 on average over these labels.
    """
    return len(labels) / (classes * np.bincount(labels, minlength=classes))
