"""Labels of rows of numbers, and how clearly each is decided."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.outputs.model_output import LabelRule


def decide_labels(rows: NDArray[Any], rule: LabelRule) -> NDArray[np.int64]:
    """Decide the label of each row, int64 [N], by a rule of `ModelOutput`.

    Args:
        rows: finite, [N, C]; [N, 1] for `sign`.
        rule: the rule.
    """
    if rule == "sign":
        return (rows[:, 0] > 0).astype(np.int64)
    labels: NDArray[np.int64] = np.argmax(np.round(rows) if rule == "votes" else rows, axis=1)
    return labels


def compute_leads(rows: NDArray[Any], rule: LabelRule) -> NDArray[np.float64]:
    """Compute how far each row is from another label, float64 [N].

    The lead of the first number over the second, which may both move; the distance of a single score from 0. A single
    class leads by its whole number. Of votes, the lead in whole votes.

    Args:
        rows: [N, C]; [N, 1] for `sign`.
        rule: the rule.
    """
    if rule == "sign":
        distances: NDArray[np.float64] = np.abs(rows[:, 0]).astype(np.float64)
        return distances
    ordered = np.sort(np.round(rows) if rule == "votes" else rows, axis=1).astype(np.float64)
    second = ordered[:, -2] if ordered.shape[1] > 1 else 0.0
    leads: NDArray[np.float64] = ordered[:, -1] - second
    return leads
