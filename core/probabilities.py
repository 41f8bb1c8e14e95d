"""Whether numbers are probabilities, asked at export, on reading a bundle, and of every answer."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

# float32 softmax over many classes is off by far less; logits and independent sigmoids by far more.
SUM_TOLERANCE: Final = 1e-3


def fault_of(probabilities: NDArray[Any]) -> str | None:
    """What is wrong with one image's probabilities, in words, or None.

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
