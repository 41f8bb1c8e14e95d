"""Nearest neighbours by Euclidean, Manhattan and cosine distance."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier, RadiusNeighborsClassifier

from webparity.export.classifiers.features import ClassifierOutputs, Features
from webparity.export.classifiers.lowering import DiscontinuousLowering, Family
from webparity.export.classifiers.numerics.distances import (
    compute_manhattan_distances,
    compute_squared_distances,
    measure_exactly,
    normalize_rows,
)
from webparity.export.classifiers.numerics.double_float_functions import relu
from webparity.export.classifiers.sklearn_state import get_training_data
from webparity.models import refusals
from webparity.program.opcodes import Distance
from webparity.tensor_ops.ops import Ops, T

# Candidates beside the nearest ones: float32 can exchange a few whose distances are nearly equal.
_SPARE: Final = 16
_EUCLIDEAN: Final = ("euclidean", "sqeuclidean")
_MANHATTAN: Final = ("manhattan", "cityblock", "l1")
_COSINE: Final = "cosine"
_MOST_DIFFERENCES: Final = 2**24


class NearestNeighbours(DiscontinuousLowering):
    """`KNeighborsClassifier`: candidates are found in float32 and ranked in double-float."""

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Each class's share of the nearest neighbours."""
        self._refuse_settings()
        classifier, ops = self.estimator, features.ops
        metric, count, classes = classifier.effective_metric_, int(classifier.n_neighbors), len(classifier.classes_)
        points, labels = get_training_data(classifier)
        near, distances, candidates = _find_nearest(features, points, metric, count)
        weights = _select_smallest(ops, distances, candidates, count)
        if classifier.weights == "distance":
            # scikit-learn divides by a squared distance where that is the metric.
            weights = weights * _invert(ops, ops.to_float32(distances), weights, root=metric == "euclidean")
        votes = ops.reshape(ops.take(ops.constant(np.eye(classes)[labels]), near, 0), (-1, candidates, classes))
        shares = ops.reshape(ops.sum(votes * ops.reshape(weights, (-1, candidates, 1)), 1), (-1, classes))
        shares = shares / ops.sum(shares, 1)
        return ClassifierOutputs(probabilities=self._answer_zeros(features, shares) if metric == _COSINE else shares)

    def _answer_zeros(self, features: Features[T], shares: T) -> T:
        """Answer rows of zeros, as of a black image, as the library does.

        Without a direction they are equally far from every point, and which of these it takes follows from how NumPy
        partitions equal numbers.
        """
        ops, width = features.ops, features.width
        own = ops.constant(np.asarray(self.estimator.predict_proba(np.zeros((1, width)))))
        empty = ops.greater_equal(ops.constant(0.0), ops.max(ops.abs(features.values), 1))
        return shares * (1.0 - empty) + own * empty

    def _refuse_settings(self) -> None:
        metric, own = self.estimator.effective_metric_, self.estimator.effective_metric_params_ or {}
        weights = self.estimator.weights
        if (
            metric not in {*_EUCLIDEAN, *_MANHATTAN, _COSINE}
            or weights not in {"uniform", "distance", None}
            or own.get("w") is not None
        ):
            raise refusals.NEIGHBOURS(f"metric {metric} with weights {weights}")


def _find_nearest(features: Features[T], points: NDArray[Any], metric: str, count: int) -> tuple[T, T, int]:
    """Find candidates for the nearest points, and their exact distances.

    Returns:
        Indices of the candidates, real [N * candidates]; their distances, double-float [N, candidates], squared where
        the metric is Euclidean; and the number of candidates of a row.
    """
    ops = features.ops
    if metric == _COSINE:
        lengths = np.linalg.norm(points.astype(np.float64), axis=1, keepdims=True)
        points = points / np.where(lengths == 0, 1.0, lengths)
        features = features.replace_all(normalize_rows(ops, features.exact), features.width)
    manhattan = metric in _MANHATTAN
    if manhattan and points.size > _MOST_DIFFERENCES:
        raise refusals.NEIGHBOURS(f"metric {metric} on {points.size:,} values")
    measured = _measure_in_program(features, points, metric)
    candidates = count
    if measured is None:
        candidates = min(len(points), count + _SPARE)
        measure = compute_manhattan_distances if manhattan else compute_squared_distances
        if metric == _COSINE:
            measure = _compute_negative_cosines
        measured = measure(ops, features.values, points)
    near = ops.reshape(ops.find_smallest(measured, candidates), (-1,))
    table = ops.double_float_constant(points) if metric == _COSINE else ops.constant(points)
    theirs = ops.reshape(ops.take(table, near, 0), (-1, candidates, features.width))
    theirs = theirs if metric == _COSINE else ops.to_double_float(theirs)
    row = ops.reshape(features.exact, (-1, 1, features.width))
    if metric == _COSINE:
        # scikit-learn keeps cosines of equal directions, which rounding takes above 1, at a distance of 0.
        return near, relu(ops, 1.0 - ops.reshape(ops.sum(row * theirs, 2), (-1, candidates))), candidates
    differences = row - theirs
    terms = ops.abs(differences) if manhattan else differences * differences
    return near, ops.reshape(ops.sum(terms, 2), (-1, candidates)), candidates


def _measure_in_program(features: Features[T], points: NDArray[Any], metric: str) -> T | None:
    """Distances in float64 in programs, and None elsewhere; cosines need no more than a matrix product."""
    from webparity.tensor_ops.tracers.to_program import ProgramOps

    ops = features.ops
    if not isinstance(ops, ProgramOps):
        return None
    if metric == _COSINE:
        return features.ops.matmul(features.exact, features.ops.double_float_constant(points.T)) * -1.0
    kind = Distance.MANHATTAN if metric in _MANHATTAN else Distance.SQUARED
    return measure_exactly(features.ops, features.exact, points, kind)


def _compute_negative_cosines(ops: Ops[T], values: T, points: NDArray[Any]) -> T:
    """Negative cosines of rows of length 1, in float32: they rise with the distance."""
    return ops.matmul(values, ops.constant(-points.T))


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
