"""The span of scores, by which their differences are divided, so that one limit serves models of every scale."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

# float32 rounds a score to 6e-8 of its size: scores that lie close together far from 0, as an untrained network's do,
# are measured by a quarter of that size, and the table of tolerances then allows 20 such roundings.
_SIZE_SHARE: Final = 4.0


def compute_score_span(scores: NDArray[Any], probabilities: NDArray[Any] | None = None) -> float:
    """Compute the span of reference scores, or of measured values.

    Args:
        scores: the reference's scores of all images, [N, C].
        probabilities: the reference's probabilities, [N, C]; None for a model that has none.

    Returns:
        The range of the scores over all images and classes (largest minus smallest), but at least a quarter of the
        largest absolute score. 1 where scores are the probabilities themselves (of a model without scores of its own),
        and where there are no images, all scores are 0, or one is not finite.
    """
    if scores.size == 0 or (probabilities is not None and np.array_equal(scores, probabilities)):
        return 1.0
    span = max(float(np.ptp(scores)), float(np.max(np.abs(scores))) / _SIZE_SHARE)
    return span if np.isfinite(span) and span > 0 else 1.0
