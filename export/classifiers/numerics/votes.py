"""Votes: of pairs of classes, and of the label that scores give."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from webparity.tensor_ops.ops import Ops, T


def count_pair_votes(ops: Ops[T], pairs: T, classes: int, *, with_confidence: bool = True, threshold: float = 0.0) -> T:
    """Each class's votes among pairs and, below 1/3, its confidence (`sklearn.utils.multiclass`, OvR from OvO).

    Args:
        ops: the adapter.
        pairs: scores of the first class of each pair against the second, double-float [N, pairs]; pairs in the order
            of `itertools.combinations`. The first wins where the score is the threshold or more.
        classes: C.
        with_confidence: add the confidence, which decides between classes of equally many votes.
        threshold: see above.

    Returns:
        Double-float [N, C].
    """
    names = list(combinations(range(classes), 2))
    wins = np.zeros((len(names), classes))
    losses = np.zeros((len(names), classes))
    for row, (one, other) in enumerate(names):
        wins[row, one] = losses[row, other] = 1.0
    above = pairs - threshold if threshold else pairs
    first = ops.greater_equal(ops.to_float32(above), ops.constant(0.0))
    votes = ops.matmul(first, ops.constant(wins)) + ops.matmul(1.0 - first, ops.constant(losses))
    if not with_confidence:
        return ops.to_double_float(votes)
    confidence = ops.matmul(pairs, ops.double_float_constant(wins - losses))
    return ops.to_double_float(votes) + confidence / ((ops.abs(confidence) + 1.0) * 3.0)


def choose_label(ops: Ops[T], scores: T, classes: int) -> T:
    """Mark the largest score of each row, of equal ones the first.

    Args:
        ops: the adapter.
        scores: double-float [N, C].
        classes: C.

    Returns:
        Real [N, C], 1 at the label and 0 elsewhere.
    """
    other = ops.reshape(scores, (-1, 1, classes)) - ops.reshape(scores, (-1, classes, 1))
    # [n, i, j]: whether j is as large as i or larger, and as small or smaller.
    as_large = ops.greater_equal(ops.to_float32(other), ops.constant(0.0))
    as_small = ops.greater_equal(ops.constant(0.0), ops.to_float32(other))
    before = as_large * (1.0 - as_small) + as_large * as_small * ops.constant(np.tri(classes, k=-1))
    return ops.greater_equal(ops.constant(0.5), ops.reshape(ops.sum(before, 2), (-1, classes)))
