"""The decision, chosen on validation data: how far to shift each class's score so that every class is found alike."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import balanced_accuracy_score

# One and two passes reach the same shift for three classes; each pass is a search along one axis after the other.
_PASSES: Final = 3


def balanced_shift(scores: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """Find what to add to the scores for the highest balanced accuracy (scikit-learn's `balanced_accuracy_score`).

    Along each class in turn, every shift at which an image's answer changes bounds an interval; the middle of the
    widest of the best intervals is taken, so that the decision stands far from the images on either side.

    Args:
        scores: float [N, C], logits.
        labels: int64 [N].

    Returns:
        float32 [C]; the first class's shift is 0.
    """
    shift = np.zeros(scores.shape[1], dtype=np.float64)
    for _ in range(1 if len(shift) == 2 else _PASSES):  # noqa: PLR2004 - one axis has one best shift
        for label in range(1, len(shift)):
            shift[label] = _along(scores + shift, labels, label) + shift[label]
    return shift.astype(np.float32)


def _along(scores: NDArray[np.float64], labels: NDArray[np.int64], label: int) -> float:
    others = np.delete(scores, label, axis=1)
    changes = np.unique(others.max(axis=1) - scores[:, label])
    if len(changes) == 1:
        return 0.0
    rivals = np.delete(np.arange(scores.shape[1]), label)[others.argmax(axis=1)]
    lead = scores[:, label] - others.max(axis=1)
    middles = (changes[1:] + changes[:-1]) / 2
    found = [balanced_accuracy_score(labels, np.where(lead + middle > 0, label, rivals)) for middle in middles]
    best = np.flatnonzero(np.isclose(found, max(found)))
    return float(middles[best[np.argmax(np.diff(changes)[best])]])
