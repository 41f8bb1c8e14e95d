"""The decision shift: an offset for each class's score with the best balanced accuracy on validation data."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

# Varied copies of each validation image: with one alone, chance moved the decision from training to training.
VARIED_COPIES: Final = 5
# One and two passes reach the same shift for three classes; each pass is a search along one axis after the other.
_PASSES: Final = 3


def find_balanced_shift(scores: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.float32]:
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
    for _ in range(1 if len(shift) == 2 else _PASSES):
        for label in range(1, len(shift)):
            shift[label] = _find_shift_of_class(scores + shift, labels, label) + shift[label]
    return shift.astype(np.float32)


def _find_shift_of_class(scores: NDArray[np.float64], labels: NDArray[np.int64], label: int) -> float:
    rivals = np.delete(np.arange(scores.shape[1]), label)[np.delete(scores, label, axis=1).argmax(axis=1)]
    behind = scores[np.arange(len(scores)), rivals] - scores[:, label]
    changes, change = np.unique(behind, return_inverse=True)
    if len(changes) == 1:
        return 0.0
    # What recall gains when an image goes over to `label`, which it does when the shift exceeds what it lags behind.
    gain = ((labels == label).astype(float) - (labels == rivals)) / np.bincount(labels)[labels]
    recall = np.cumsum(np.bincount(change, weights=gain))[:-1]
    best = np.flatnonzero(np.isclose(recall, recall.max()))
    widest = best[np.argmax(np.diff(changes)[best])]
    return float(changes[widest] + changes[widest + 1]) / 2
