"""Nearest neighbours by Euclidean and by Manhattan distance."""

from __future__ import annotations

from typing import Final

import numpy as np
from sklearn.neighbors import KNeighborsClassifier, RadiusNeighborsClassifier

from webparity.export.classifiers.distances import (
    compute_manhattan_distances,
    compute_squared_distances,
    measure_exactly,
)
from webparity.export.classifiers.features import ClassifierOutputs, Features
from webparity.export.classifiers.lowering import DiscontinuousLowering, Family
from webparity.export.classifiers.sklearn_state import get_training_data
from webparity.models import refusals
from webparity.program.opcodes import Distance
from webparity.tensor_ops.ops import Ops, T

# Candidates beside the nearest ones: float32 can exchange a few whose distances are nearly equal.
_SPARE: Final = 16
_EUCLIDEAN: Final = ("euclidean", "sqeuclidean")
_MANHATTAN: Final = ("manhattan", "cityblock", "l1")
_MOST_DIFFERENCES: Final = 2**24


class NearestNeighbours(DiscontinuousLowering):
    """`KNeighborsClassifier`: candidates are found in float32 and ranked in double-float."""

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Each class's share of the nearest neighbours."""
        self._refuse_settings()
        classifier, ops = self.estimator, features.ops
        metric, count, classes = classifier.effective_metric_, int(classifier.n_neighbors), len(classifier.classes_)
        manhattan = metric in _MANHATTAN
        points, labels = get_training_data(classifier)
        if manhattan and points.size > _MOST_DIFFERENCES:
            raise refusals.NEIGHBOURS(f"metric {metric} on {points.size:,} values")
        exact = measure_exactly(ops, features.exact, points, Distance.MANHATTAN if manhattan else Distance.SQUARED)
        measure = compute_manhattan_distances if manhattan else compute_squared_distances
        candidates = min(len(points), count + _SPARE) if exact is None else count
        measured = measure(ops, features.values, points) if exact is None else exact
        near = ops.reshape(ops.find_smallest(measured, candidates), (-1,))
        theirs = ops.reshape(ops.take(ops.constant(points), near, 0), (-1, candidates, features.width))
        differences = ops.reshape(features.exact, (-1, 1, features.width)) - ops.to_double_float(theirs)
        terms = ops.abs(differences) if manhattan else differences * differences
        distances = ops.reshape(ops.sum(terms, 2), (-1, candidates))
        weights = _select_smallest(ops, distances, candidates, count)
        if classifier.weights == "distance":
            # scikit-learn divides by a squared distance where that is the metric.
            weights = weights * _invert(ops, ops.to_float32(distances), weights, root=metric == "euclidean")
        votes = ops.reshape(ops.take(ops.constant(np.eye(classes)[labels]), near, 0), (-1, candidates, classes))
        shares = ops.reshape(ops.sum(votes * ops.reshape(weights, (-1, candidates, 1)), 1), (-1, classes))
        return ClassifierOutputs(probabilities=shares / ops.sum(shares, 1))

    def _refuse_settings(self) -> None:
        metric, own = self.estimator.effective_metric_, self.estimator.effective_metric_params_ or {}
        weights = self.estimator.weights
        if (
            metric not in {*_EUCLIDEAN, *_MANHATTAN}
            or weights not in {"uniform", "distance", None}
            or own.get("w") is not None
        ):
            raise refusals.NEIGHBOURS(f"metric {metric} with weights {weights}")


def _select_smallest(ops: Ops[T], distances: T, length: int, count: int) -> T:
    """1 for the `count` smallest of each row of [N, length], of equal ones the first, and 0 for the others."""
    other = ops.reshape(distances, (-1, length, 1)) - ops.reshape(distances, (-1, 1, length))
    # [n, i, j]: whether j is as near as i or nearer, and as far or farther.
    as_near = ops.greater_equal(ops.to_float32(other), ops.constant(0.0))
    as_far = ops.greater_equal(ops.constant(0.0), ops.to_float32(other))
    before = as_near * (1.0 - as_far) + as_near * as_far * ops.constant(np.tri(length, k=-1))
    rank = ops.reshape(ops.sum(before, 2), (-1, length))
    return ops.greater_equal(ops.constant(count - 0.5), rank)


def _invert(ops: Ops[T], distances: T, among: T, *, root: bool) -> T:
    """Compute 1 / distance, or 1 over its root; where a neighbour's distance is 0, 1 for such and 0 for the others."""
    none = ops.greater_equal(ops.constant(0.0), distances) * among
    some = ops.max(none, 1)
    above = distances + some
    return none + (1.0 - some) / (ops.sqrt(above) if root else above)


FAMILY = Family(
    name="neighbours",
    # Neighbours within a radius are left to skl2onnx.
    lowerings={KNeighborsClassifier: NearestNeighbours, RadiusNeighborsClassifier: DiscontinuousLowering},
)
