"""Missing values: zeros, for boosted trees that were trained on sparse data or with `missing=0`.

A split sends them to a side of its own choice, which one comparison cannot express. Such splits compare a column of
their own, in which missing values are replaced by numbers far below or far above every threshold.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.classifiers.features import FeatureTransform
from webparity.export.classifiers.trees.ensemble import Ensemble, floor_to_float32
from webparity.export.classifiers.trees.folding import convert_output, find_largest_below
from webparity.tensor_ops.ops import Ops, T

# Above the thresholds that folding finds (2^100), and within float32.
_BEYOND: Final = 2.0**110
_FAR: Final = 2.0**120


def add_missing_columns(
    ops: Ops[T], source: T, ensemble: Ensemble, folded: Ensemble, transform: FeatureTransform
) -> tuple[T, Ensemble]:
    """Append the columns for splits that send missing values to a side of their own choice.

    Args:
        ops: the adapter.
        source: real [N, width], finite.
        ensemble: trees on the transformed features.
        folded: the same trees on the source; see `folding.fold_thresholds`.
        transform: from the source to the features.

    Returns:
        Real [N, width + more], and the trees on these columns.
    """
    if ensemble.missing is None or ensemble.missing_range is None:
        return source, folded
    nodes = np.flatnonzero(ensemble.inner & (ensemble.missing != 0))
    features, place = np.unique(ensemble.feature[nodes], return_inverse=True)
    below, last = _find_missing_range(ensemble, ensemble.missing_range, features, transform)
    side, threshold = ensemble.missing[nodes], folded.threshold[nodes]
    # No value is missing where the range is empty; no column is needed where comparison has the same result.
    by_comparison = np.where(side < 0, last[place] <= threshold, below[place] >= threshold)
    needed = (below < last)[place] & ~by_comparison
    nodes, place, side = nodes[needed], place[needed], side[needed]
    if not len(nodes):
        return source, folded
    (place, side), number = np.unique(np.stack([place, side]), axis=1, return_inverse=True)
    feature, moved = folded.feature.copy(), folded.threshold.copy()
    feature[nodes] = transform.width + number
    moved[nodes] = np.clip(moved[nodes], -_BEYOND, _BEYOND)
    values = ops.take(source, ops.constant(transform.columns[features[place]]), 1)
    above = 1.0 - ops.greater_equal(ops.constant(below[place]), values)
    missing = ops.greater_equal(ops.constant(last[place]), values) * above
    added = values * (1.0 - missing) + missing * ops.constant(side * _FAR)
    return ops.concat([source, added], 1), replace(folded, feature=feature, threshold=moved)


def _find_missing_range(
    ensemble: Ensemble, missing_range: tuple[float, float], features: NDArray[np.int64], transform: FeatureTransform
) -> NDArray[np.float64]:
    """Find the values that count as missing for each of n features: [2, n], above the first, up to the second."""
    low, high = missing_range
    bounds = np.array([np.nextafter(ensemble.input_type(low), ensemble.input_type(-np.inf)), high], np.float64)
    found = find_largest_below(
        convert_output(transform, ensemble), np.tile(features, 2), np.repeat(bounds, len(features))
    )
    limit = np.float64(np.finfo(np.float32).max)
    return np.clip(floor_to_float32(found).astype(np.float64), -limit, limit).reshape(2, -1)
