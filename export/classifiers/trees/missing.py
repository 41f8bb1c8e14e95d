"""Values that count as missing: zeros, for boosted trees that were trained on sparse data or with `missing=0`.

A split sends them to a side of its own choice, which a comparison alone cannot say. Such splits look at a column of
their own, in which the missing values are moved far below or far above every threshold.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.classifiers.trees.ensemble import Ensemble, floor_float32
from webparity.export.classifiers.trees.folding import Step, largest_below
from webparity.tensor_ops.ops import Ops, T

# Above the thresholds that folding finds (2^100), and within float32.
_BEYOND: Final = 2.0**110
_FAR: Final = 2.0**120


def with_missing(  # noqa: PLR0917 - the parts of one flow
    ops: Ops[T],
    origin: T,
    ensemble: Ensemble,
    folded: Ensemble,
    through: Step,
    columns: NDArray[np.int64],
    width: int,
) -> tuple[T, Ensemble]:
    """Add the columns that splits with a side for missing values look at.

    Args:
        ops: the adapter.
        origin: real [N, width], finite.
        ensemble: trees on what `through` gives.
        folded: the same trees on the origin; see `folding.folded`.
        through: float32 [M, width] to what the trees compare, [M, D].
        columns: int [D], which column of the origin each value comes from.
        width: number of columns of the origin.

    Returns:
        Real [N, width + more], and the trees on these columns.
    """
    if ensemble.missing is None or ensemble.missing_range is None:
        return origin, folded
    nodes = np.flatnonzero(ensemble.inner & (ensemble.missing != 0))
    seen, place = np.unique(ensemble.feature[nodes], return_inverse=True)
    below, last = _missing_range(ensemble, seen, through, columns, width)
    side, threshold = ensemble.missing[nodes], folded.threshold[nodes]
    # No value is missing where the range is empty; where comparison says the same, nothing need be added.
    by_comparison = np.where(side < 0, last[place] <= threshold, below[place] >= threshold)
    needed = (below < last)[place] & ~by_comparison
    nodes, place, side = nodes[needed], place[needed], side[needed]
    if not len(nodes):
        return origin, folded
    (place, side), number = np.unique(np.stack([place, side]), axis=1, return_inverse=True)
    feature, moved = folded.feature.copy(), folded.threshold.copy()
    feature[nodes] = width + number
    moved[nodes] = np.clip(moved[nodes], -_BEYOND, _BEYOND)
    values = ops.take(origin, ops.constant(columns[seen[place]]), 1)
    above = 1.0 - ops.greater_equal(ops.constant(below[place]), values)
    missing = ops.greater_equal(ops.constant(last[place]), values) * above
    added = values * (1.0 - missing) + missing * ops.constant(side * _FAR)
    return ops.concat([origin, added], 1), replace(folded, feature=feature, threshold=moved)


def _missing_range(
    ensemble: Ensemble, seen: NDArray[np.int64], through: Step, columns: NDArray[np.int64], width: int
) -> NDArray[np.float64]:
    """For each column of values the part of the origin that is missing, [2, n]: above the first, up to the second."""
    assert ensemble.missing_range is not None
    low, high = ensemble.missing_range
    bounds = np.array([np.nextafter(ensemble.given(low), ensemble.given(-np.inf)), high], np.float64)
    twice = np.tile(seen, 2)
    found = largest_below(
        lambda rows: through(rows).astype(ensemble.given), twice, np.repeat(bounds, len(seen)), columns, width
    )
    limit = np.float64(np.finfo(np.float32).max)
    return np.clip(floor_float32(found).astype(np.float64), -limit, limit).reshape(2, -1)
