"""Votes of pairs of classes."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from webparity.tensor_ops.ops import Ops, T


def count_pair_votes(ops: Ops[T], pairs: T, classes: int, *, threshold: float = 0.0) -> T:
    """Each class's votes among pairs and, below 1/3, its confidence (`sklearn.utils.multiclass`, OvR from OvO).

    Args:
        ops: the adapter.
        pairs: scores of the first class of each pair against the second, double-float [N, pairs]; pairs in the order
            of `itertools.combinations`. The first wins where the score is the threshold or more.
        classes: C.
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
    confidence = ops.matmul(pairs, ops.double_float_constant(wins - losses))
    return ops.to_double_float(votes) + confidence / ((ops.abs(confidence) + 1.0) * 3.0)
