"""Threshold folding: thresholds behind columnwise transforms are moved to the source of the features.

Scaled values in float32 can cross a threshold by rounding; the values of the source are the same in every runtime.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context

from webparity.export.classifiers.features import FeatureTransform
from webparity.export.classifiers.trees.ensemble import Ensemble
from webparity.models import refusals

# Larger values may overflow in a chain of steps, and no image has them.
_LIMIT: Final = np.float32(2.0**100)
_CELLS: Final = 4_000_000


def fold_thresholds(ensemble: Ensemble, transform: FeatureTransform) -> Ensemble:
    """Move the thresholds of trees from transformed features to their source.

    For all v, `v <= new` if and only if `transform(v) <= old`. The new threshold is found by bisection over the float32
    numbers up to 2^100 in size, with the transform itself.

    Args:
        ensemble: trees on the transformed features.
        transform: from the source to the features; never decreasing.

    Returns:
        Trees on the source, float32 [N, width].

    Raises:
        UnsupportedModelError: the transform reverses an order.
    """
    nodes = np.flatnonzero(ensemble.inner)
    # Nodes with the same comparison share one search.
    (features, old), which = np.unique(
        np.stack([ensemble.feature[nodes], ensemble.threshold[nodes]]), axis=1, return_inverse=True
    )
    found = find_largest_below(convert_output(transform, ensemble), features.astype(int), old)
    threshold = ensemble.threshold.copy()
    threshold[nodes] = found[which]
    feature = np.where(ensemble.inner, transform.columns[ensemble.feature], 0)
    return replace(ensemble, feature=feature, threshold=threshold)


def convert_output(transform: FeatureTransform, ensemble: Ensemble) -> FeatureTransform:
    """The transform, followed by the conversion to the type that the trees' library compares."""
    return replace(transform, function=lambda rows: transform(rows).astype(ensemble.input_type))


def find_largest_below(
    transform: FeatureTransform, features: NDArray[np.int64], old: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Find the largest float32 v with `transform(v)[feature] <= old`, for each of n pairs of feature and threshold.

    Args:
        transform: from the source to the features.
        features: int [n].
        old: thresholds, float64 [n].

    Returns:
        float64 [n]; minus infinity where no v fulfils it, infinity where every v does.
    """
    return _ThresholdBisection(transform, features, old).run()


class _ThresholdBisection:
    """Bisection of n thresholds at once; candidates for different columns share a row of the transform's input."""

    def __init__(self, transform: FeatureTransform, features: NDArray[np.int64], old: NDArray[np.float64]) -> None:
        self.transform, self.features, self.old = transform, features, old
        self.column = transform.columns[features]
        order = np.argsort(self.column, kind="stable")
        _, start, count = np.unique(self.column[order], return_index=True, return_counts=True)
        self.row = np.empty_like(order)
        self.row[order] = np.arange(len(order)) - np.repeat(start, count)

    def run(self) -> NDArray[np.float64]:
        end = int(_LIMIT.view(np.int32))
        low, high = np.full(len(self.features), -end - 1), np.full(len(self.features), end + 1)
        self._refuse_falling(end)
        while (high - low).max() > 1:
            middle = (low + high) // 2
            below = self._evaluate(middle) <= self.old
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.select([low < -end, low == end], [-np.inf, np.inf], _decode_ranks(low).astype(np.float64))

    def _refuse_falling(self, end: int) -> None:
        ends = np.full_like(self.features, end)
        if (self._evaluate(-ends) > self._evaluate(ends)).any():
            raise refusals.FALLING_STEP("one that turns it round")

    def _evaluate(self, ranks: NDArray[np.int64]) -> NDArray[np.float64]:
        """Transform the float32 numbers of these ranks, float64 [n]."""
        outputs = np.empty(len(ranks))
        height = max(1, _CELLS // self.transform.width)
        for start in range(0, int(self.row.max()) + 1, height):
            part = np.flatnonzero((self.row >= start) & (self.row < start + height))
            rows = self.row[part] - start
            values = np.zeros((rows.max() + 1, self.transform.width), np.float32)
            values[rows, self.column[part]] = _decode_ranks(ranks[part])
            # scikit-learn's steps refuse infinite values, which compare correctly here.
            with np.errstate(all="ignore"), config_context(assume_finite=True):
                outputs[part] = self.transform(values)[rows, self.features[part]]
        return outputs


def _decode_ranks(ranks: NDArray[np.int64]) -> NDArray[np.float32]:
    """Float32 numbers by their rank in rising order; 0 has rank 0. The rank of a size is its bit pattern."""
    size: NDArray[np.float32] = np.abs(ranks).astype(np.int32).view(np.float32)
    return np.where(ranks < 0, -size, size)
