"""Power transformations of columns: Box-Cox and Yeo-Johnson."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import boxcox
from sklearn.preprocessing import PowerTransformer

from webparity.export.classifiers.features import Features
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.export.classifiers.numerics.double_float_functions import exp, is_positive, log, relu
from webparity.export.classifiers.sklearn_state import get_power_scaler
from webparity.tensor_ops.ops import Ops, T

# Exponents below it take a series, in which nothing cancels.
_SMALL: Final = 1e-3


class PowerTransformation(DefaultLowering):
    """`PowerTransformer`: (x^p - 1) / p, by Yeo-Johnson of x + 1, and mirrored below 0; then standardized."""

    def transform(self, features: Features[T]) -> Features[T]:
        """Raise to a power, and standardize if it is set to."""
        transformer, ops = self.estimator, features.ops
        powers, x = np.asarray(transformer.lambdas_, np.float64), features.exact
        if transformer.method == "box-cox":
            exact = _raise(ops, log(ops, x), powers)
        else:
            above = is_positive(ops, x)
            higher = _raise(ops, log(ops, relu(ops, x) + 1.0), powers)
            lower = _raise(ops, log(ops, relu(ops, x * -1.0) + 1.0), 2.0 - powers) * -1.0
            exact = higher * above + lower * (1.0 - above)
        if transformer.standardize:
            scaler = get_power_scaler(transformer)
            exact = (exact - ops.double_float_constant(scaler.mean_)) / ops.double_float_constant(scaler.scale_)
        return features.replace_columnwise(lambda rows: _transform(transformer, rows), exact)


def _raise(ops: Ops[T], logarithms: T, powers: NDArray[np.float64]) -> T:
    """(e^(p l) - 1) / p of logarithms l, double-float [N, D]; l itself for p = 0."""
    small = np.abs(powers) < _SMALL
    exponents = logarithms * ops.double_float_constant(powers)
    plain = (exp(ops, exponents) - 1.0) / ops.double_float_constant(np.where(small, 1.0, powers))
    if not small.any():
        return plain
    series = ops.double_float_constant(1.0 / 120)
    for factor in (1 / 24, 1 / 6, 1 / 2, 1.0):
        series = series * exponents + ops.double_float_constant(factor)
    chosen = ops.double_float_constant(small.astype(np.float64))
    return plain * (1.0 - chosen) + series * logarithms * chosen


def _transform(transformer: Any, rows: NDArray[Any]) -> NDArray[Any]:
    """Transform as scikit-learn does, which refuses numbers that Box-Cox has no value for."""
    if transformer.method != "box-cox":
        transformed: NDArray[Any] = transformer.transform(rows)
        return transformed
    raised = boxcox(np.maximum(rows, np.finfo(np.float64).tiny), transformer.lambdas_)
    scaled: NDArray[Any] = get_power_scaler(transformer).transform(raised) if transformer.standardize else raised
    return scaled


FAMILY = Family(name="power transformations", lowerings={PowerTransformer: PowerTransformation})
