"""Thresholds moved in front of elementwise steps: scaled values cross them in float32, the origin's values do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context

from webparity.export.classifiers.trees.ensemble import Ensemble
from webparity.models import refusals

# Beyond it a chain of steps may overflow, and no image has such values.
_LIMIT: Final = np.float32(2.0**100)
_CELLS: Final = 4_000_000
Step = Callable[[NDArray[np.float32]], NDArray[Any]]


def folded(ensemble: Ensemble, through: Step, columns: NDArray[np.int64], width: int) -> Ensemble:
    """The same decisions on what stands before a step: for all v, `v <= new` just where `through(v) <= old`.

    The new threshold is found by bisection over the float32 numbers up to 2^100 in size, with the step itself.

    Args:
        ensemble: trees on what the step gives.
        through: the step, float32 [M, D0] to float32 or float64 [M, D]; each column it gives depends on one of its
            input and never falls as that rises.
        columns: int [D], which column of the input each column of the output comes from.
        width: number of columns of the input, D0.

    Returns:
        Trees on the step's input, float32 [N, D0].

    Raises:
        UnsupportedModelError: the step turns an order round.
    """
    nodes = np.flatnonzero(ensemble.inner)
    # Nodes that ask the same share one search.
    (seen, old), which = np.unique(
        np.stack([ensemble.feature[nodes], ensemble.threshold[nodes]]), axis=1, return_inverse=True
    )
    found = largest_below(lambda values: through(values).astype(ensemble.given), seen.astype(int), old, columns, width)
    threshold = ensemble.threshold.copy()
    threshold[nodes] = found[which]
    feature = np.where(ensemble.inner, columns[ensemble.feature], 0)
    return replace(ensemble, feature=feature, threshold=threshold)


def largest_below(
    through: Step, seen: NDArray[np.int64], old: NDArray[np.float64], columns: NDArray[np.int64], width: int
) -> NDArray[np.float64]:
    """For each of n questions `through(v)[seen] <= old` the largest float32 v; infinite where never or always true."""
    return _Search(through, seen, old, columns, width).largest()


class _Search:
    """For each of n questions `through(v)[seen] <= old`, the largest v of which it is true.

    Candidates of different columns stand in one row of what the step is given.
    """

    def __init__(
        self, through: Step, seen: NDArray[np.int64], old: NDArray[np.float64], columns: NDArray[np.int64], width: int
    ) -> None:
        self.through, self.seen, self.old, self.width = through, seen, old, width
        self.column = columns[seen]
        order = np.argsort(self.column, kind="stable")
        _, start, count = np.unique(self.column[order], return_index=True, return_counts=True)
        self.row = np.empty_like(order)
        self.row[order] = np.arange(len(order)) - np.repeat(start, count)

    def largest(self) -> NDArray[np.float64]:
        """Bisect; minus infinity where it is never true, infinity where always."""
        end = int(_LIMIT.view(np.int32))
        low, high = np.full(len(self.seen), -end - 1), np.full(len(self.seen), end + 1)
        self._require_rising(end)
        while (high - low).max() > 1:
            middle = (low + high) // 2
            true = self._given(middle) <= self.old
            low, high = np.where(true, middle, low), np.where(true, high, middle)
        return np.select([low < -end, low == end], [-np.inf, np.inf], _numbers(low).astype(np.float64))

    def _require_rising(self, end: int) -> None:
        ends = np.full_like(self.seen, end)
        if (self._given(-ends) > self._given(ends)).any():
            raise refusals.FALLING_STEP("one that turns it round")

    def _given(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """What the step makes of the float32 numbers at these places, float64 [n]."""
        given = np.empty(len(places))
        height = max(1, _CELLS // self.width)
        for start in range(0, int(self.row.max()) + 1, height):
            these = np.flatnonzero((self.row >= start) & (self.row < start + height))
            rows = self.row[these] - start
            values = np.zeros((rows.max() + 1, self.width), np.float32)
            values[rows, self.column[these]] = _numbers(places[these])
            # A step of scikit-learn refuses what another made infinite, which compares as it should.
            with np.errstate(over="ignore"), config_context(assume_finite=True):
                given[these] = self.through(values)[rows, self.seen[these]]
        return given


def _numbers(places: NDArray[np.int64]) -> NDArray[np.float32]:
    """Float32 numbers by their place in rising order, 0 at place 0: the bits of the size, with the sign apart."""
    size: NDArray[np.float32] = np.abs(places).astype(np.int32).view(np.float32)
    return np.where(places < 0, -size, size)
