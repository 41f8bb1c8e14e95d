"""The span of scores, by which their differences are divided."""

from __future__ import annotations

import numpy as np
import pytest

from webparity.verification.score_span import compute_score_span

SHARES = np.array([[0.4, 0.6], [0.5, 0.5]])


@pytest.mark.parametrize(
    ("scores", "span"),
    [
        ([[0.0, 3.0], [-1.0, 2.0]], 4.0),
        ([[8.0, 8.5], [8.5, 8.0]], 2.125),
        (SHARES, 1.0),
        ([[0.0, 0.0], [0.0, 0.0]], 1.0),
        (np.empty((0, 2)), 1.0),
    ],
    ids=["their range", "close together far from 0", "probabilities run from 0 to 1", "all 0", "none"],
)
def test_span(scores: object, span: float) -> None:
    values = np.array(scores)
    assert compute_score_span(values, SHARES[: len(values)]) == span
