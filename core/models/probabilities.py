"""Checks that numbers are probabilities, used at export, on reading a bundle, and on every prediction."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

# float32 softmax over many classes is off by far less; logits and independent sigmoids by far more.
SUM_TOLERANCE: Final = 1e-3
# Of float32, as of 1 - p for a p that was rounded up.
_ROUNDING: Final = 1e-6


def describe_probability_fault(probabilities: NDArray[Any]) -> str | None:
    """Describe what is wrong with one image's probabilities, or return None.

    Args:
        probabilities: [C]; each must be finite, from 0 to 1, and their sum 1, all within `SUM_TOLERANCE`.
    """
    values = np.asarray(probabilities, dtype=np.float64)
    if values.size == 0 or not np.isfinite(values).all():
        return "NaN or infinity" if values.size else "none"
    if values.min() < -SUM_TOLERANCE or values.max() > 1 + SUM_TOLERANCE:
        return f"values from {values.min():.4g} to {values.max():.4g}"
    total = float(values.sum())
    return f"a sum of {total:.4g}" if abs(total - 1) > SUM_TOLERANCE else None


def describe_deviation(rows: NDArray[Any]) -> str:
    """Describe the row of [N, C] that is furthest from probabilities, or return an empty text.

    Rows with NaN or infinity are skipped; callers report them separately.
    """
    known = rows[np.isfinite(rows).all(axis=1)].astype(np.float64)
    sums = known.sum(axis=1)
    below = np.maximum(-known.min(axis=1), 0.0)
    off = below + np.abs(sums - 1)
    wrong = (below > _ROUNDING) | (np.abs(sums - 1) > SUM_TOLERANCE)
    if not wrong.any():
        return ""
    worst = int(np.argmax(np.where(wrong, off, -1.0)))
    return f"outputs from {known[worst].min():.3g} to {known[worst].max():.3g} that sum to {sums[worst]:.3g}"
