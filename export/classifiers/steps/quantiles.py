"""Quantile transformation of columns to a uniform or a normal distribution."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm
from sklearn.preprocessing import QuantileTransformer

from webparity.export.classifiers.features import Features
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.export.classifiers.numerics.double_float_functions import clip, relu
from webparity.export.classifiers.numerics.normal_quantile import compute_normal_quantile
from webparity.export.classifiers.thresholds import find_values_above, find_values_from
from webparity.tensor_ops.ops import T

# scikit-learn's distance from the outermost quantiles within which a normal output is at its bound.
_BOUND: Final = 1e-7
# As steep as a step for every difference that float32 can hold, and still finite there.
_STEEPEST: Final = 1e30


class Quantiles(DefaultLowering):
    """`QuantileTransformer`: linear interpolation between quantiles, with steps where some are equal.

    Each column has 2 K + 1 pieces for K different quantiles: a line before, between and behind them, and a point at
    each. The number of comparisons that hold says which piece a value is in.
    """

    @property
    def is_discontinuous(self) -> bool:
        """Whether quantiles are equal, as those of a column with many zeros."""
        quantiles = getattr(self.estimator, "quantiles_", np.zeros((0, 0)))
        normal = getattr(self.estimator, "output_distribution", "uniform") == "normal"
        return normal or bool((np.diff(quantiles, axis=0) == 0).any())

    def transform(self, features: Features[T]) -> Features[T]:
        """Interpolate; for a normal distribution take its quantile of the result."""
        transformer, ops, width = self.estimator, features.ops, features.width
        columns = [_make_pieces(transformer, column) for column in transformer.quantiles_.T]
        knots = _pad([knot for knot, _ in columns], np.inf)
        passed = ops.sum(ops.concat([find_values_from(features, knots), find_values_above(features, knots)], 2), 2)
        count = 2 * knots.shape[1] + 1
        place = ops.reshape(passed, (-1, width)) + ops.constant(np.arange(width) * float(count))
        flat = ops.reshape(place, (-1,))
        table = np.stack([_pad(list(part), 0.0, count) for part in zip(*(piece for _, piece in columns), strict=True)])
        origin, base, slope, rise = (
            ops.reshape(ops.take(ops.double_float_constant(part.ravel()), flat, 0), (-1, width)) for part in table
        )
        along = relu(ops, (features.exact - origin) * slope)
        exact = base + (rise - relu(ops, rise - along))
        if transformer.output_distribution == "normal":
            exact = _spread_normally(transformer, features, exact)
        return features.replace_columnwise(transformer.transform, exact)


def _make_pieces(transformer: Any, quantiles: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[Any, ...]]:
    """Different quantiles of a column [K], and origin, base, slope and rise of each piece, [2 K + 1] each."""
    references = transformer.references_
    knots, first, counts = np.unique(quantiles, return_index=True, return_counts=True)
    low, high = references[first], references[first + counts - 1]
    at = (low + high) / 2
    at[0], at[-1] = (0.0, 1.0) if len(knots) > 1 else (0.0, 0.0)
    origin, base, slope, rise = (np.zeros(2 * len(knots) + 1) for _ in range(4))
    base[0], base[1::2], base[2::2] = references[0], at, high
    base[-1] = references[-1]
    origin[2:-1:2] = knots[:-1]
    rise[2:-1:2] = low[1:] - high[:-1]
    slope[2:-1:2] = np.minimum(rise[2:-1:2] / np.diff(knots), _STEEPEST)
    return knots, (origin, base, slope, rise)


def _spread_normally(transformer: Any, features: Features[T], uniform: T) -> T:
    """Quantiles of the normal distribution, bounded as scikit-learn bounds them."""
    ops, width = features.ops, features.width
    least, greatest = (norm.ppf(bound) for bound in (_BOUND - np.spacing(1), 1 - (_BOUND - np.spacing(1))))
    inside = clip(ops, uniform, _BOUND / 2, 1 - _BOUND / 2)
    spread = clip(ops, compute_normal_quantile(ops, inside), least, greatest)
    first, last = transformer.quantiles_[0], transformer.quantiles_[-1]
    # Of scikit-learn's two comparisons the lower bound is the last to be applied.
    below = 1.0 - find_values_from(features, find_first_from(first, -_BOUND)[:, np.newaxis])
    above = find_values_from(features, np.nextafter(find_last_up_to(last, _BOUND), np.inf)[:, np.newaxis])
    below, above = (ops.to_double_float(ops.reshape(each, (-1, width))) for each in (below, above))
    spread = spread * (1.0 - above) + above * ops.double_float_constant(greatest)
    return spread * (1.0 - below) + below * ops.double_float_constant(least)


def find_first_from(limit: NDArray[np.float64], offset: float) -> NDArray[np.float64]:
    """Find the smallest float64 x with `x + offset >= limit` as rounded, for each limit."""
    x = np.asarray(limit - offset, np.float64)
    while (low := np.nextafter(x, -np.inf) + offset >= limit).any():
        x = np.where(low, np.nextafter(x, -np.inf), x)
    while (low := x + offset < limit).any():
        x = np.where(low, np.nextafter(x, np.inf), x)
    return x


def find_last_up_to(limit: NDArray[np.float64], offset: float) -> NDArray[np.float64]:
    """Find the largest float64 x with `x + offset <= limit` as rounded, for each limit."""
    return -find_first_from(-limit, -offset)


def _pad(rows: list[Any], value: float, length: int | None = None) -> NDArray[np.float64]:
    """Rows of different lengths as one array; the rest is `value`."""
    padded = np.full((len(rows), length or max(map(len, rows))), value)
    for index, row in enumerate(rows):
        padded[index, : len(row)] = row
    return padded


FAMILY = Family(name="quantiles", lowerings={QuantileTransformer: Quantiles})
