"""Nearest neighbours by Euclidean and by Manhattan distance."""

from __future__ import annotations

from typing import Final

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from webparity.export.classifiers.dispatch import Answer, Flow, answer
from webparity.export.classifiers.distance import manhattan_distances, squared_distances
from webparity.models import refusals
from webparity.tensor_ops.ops import Ops, T

# How many more than the nearest are looked at closely: float32 may swap a few whose distances nearly tie.
_SPARE: Final = 16
_EUCLIDEAN: Final = ("euclidean", "sqeuclidean")
_MANHATTAN: Final = ("manhattan", "cityblock", "l1")
_MOST_DIFFERENCES: Final = 2**24


@answer.register
def _(classifier: KNeighborsClassifier, flow: Flow[T]) -> Answer[T]:
    """Each class's share of the nearest neighbours, found in float32 and then put in order wide."""
    metric, own = classifier.effective_metric_, classifier.effective_metric_params_ or {}
    manhattan = metric in _MANHATTAN
    if (
        metric not in {*_EUCLIDEAN, *_MANHATTAN}
        or classifier.weights not in {"uniform", "distance", None}
        or own.get("w") is not None
    ):
        raise refusals.NEIGHBOURS(f"metric {metric} with weights {classifier.weights}")
    ops, count, classes = flow.ops, int(classifier.n_neighbors), len(classifier.classes_)
    # What scikit-learn keeps of its training data; it has no public name.
    points, labels = np.asarray(classifier._fit_X), classifier._y  # noqa: SLF001
    if manhattan and points.size > _MOST_DIFFERENCES:
        raise refusals.NEIGHBOURS(f"metric {metric} on {points.size:,} values")
    measured = manhattan_distances if manhattan else squared_distances
    looked_at = min(len(points), count + _SPARE)
    near = ops.reshape(ops.smallest(measured(ops, flow.values, points), looked_at), (-1,))
    theirs = ops.reshape(ops.take(ops.constant(points), near, 0), (-1, looked_at, flow.width))
    apart = ops.reshape(flow.exact, (-1, 1, flow.width)) - ops.to_double_float(theirs)
    terms = ops.abs(apart) if manhattan else apart * apart
    distances = ops.reshape(ops.sum(terms, 2), (-1, looked_at))
    weights = _among_first(ops, distances, looked_at, count)
    if classifier.weights == "distance":
        # scikit-learn divides by a squared distance where that is the metric.
        weights = weights * _inverse(ops, ops.to_float32(distances), weights, root=metric == "euclidean")
    votes = ops.reshape(ops.take(ops.constant(np.eye(classes)[labels]), near, 0), (-1, looked_at, classes))
    shares = ops.reshape(ops.sum(votes * ops.reshape(weights, (-1, looked_at, 1)), 1), (-1, classes))
    return Answer(probabilities=shares / ops.sum(shares, 1))


def _among_first(ops: Ops[T], distances: T, length: int, count: int) -> T:
    """1 for the `count` smallest of each row of [N, length], of equals the first, and 0 for the others."""
    other = ops.reshape(distances, (-1, length, 1)) - ops.reshape(distances, (-1, 1, length))
    # [n, i, j]: is j as near as i or nearer, and the other way round?
    as_near = ops.greater_equal(ops.to_float32(other), ops.constant(0.0))
    as_far = ops.greater_equal(ops.constant(0.0), ops.to_float32(other))
    before = as_near * (1.0 - as_far) + as_near * as_far * ops.constant(np.tri(length, k=-1))
    rank = ops.reshape(ops.sum(before, 2), (-1, length))
    return ops.greater_equal(ops.constant(count - 0.5), rank)


def _inverse(ops: Ops[T], distances: T, among: T, *, root: bool) -> T:
    """One over each distance, or over its root; where a neighbour has none, 1 for such and 0 for the others."""
    none = ops.greater_equal(ops.constant(0.0), distances) * among
    some = ops.max(none, 1)
    above = distances + some
    return none + (1.0 - some) / (ops.sqrt(above) if root else above)
