"""Quantiles of the normal distribution: the inverse of its cumulative distribution function.

Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution" (Applied Statistics 37, 1988), function
PPND16, exact to 1e-16 in float64.
"""

from __future__ import annotations

from typing import Final

from webparity.export.classifiers.numerics.double_float_functions import is_positive, log
from webparity.tensor_ops.ops import Ops, T

# Coefficients of numerator and denominator, from the highest power to the constant.
_Coefficients = tuple[tuple[float, ...], tuple[float, ...]]
_MIDDLE: Final[_Coefficients] = (
    (
        2509.0809287301226727,
        33430.575583588128105,
        67265.770927008700853,
        45921.953931549871457,
        13731.693765509461125,
        1971.5909503065514427,
        133.14166789178437745,
        3.387132872796366608,
    ),
    (
        5226.495278852854561,
        28729.085735721942674,
        39307.89580009271061,
        21213.794301586595867,
        5394.1960214247511077,
        687.1870074920579083,
        42.313330701600911252,
        1.0,
    ),
)
_TAIL: Final[_Coefficients] = (
    (
        7.7454501427834140764e-4,
        0.0227238449892691845833,
        0.24178072517745061177,
        1.27045825245236838258,
        3.64784832476320460504,
        5.7694972214606914055,
        4.6303378461565452959,
        1.42343711074968357734,
    ),
    (
        1.05075007164441684324e-9,
        5.475938084995344946e-4,
        0.0151986665636164571966,
        0.14810397642748007459,
        0.68976733498510000455,
        1.6763848301838038494,
        2.05319162663775882187,
        1.0,
    ),
)
_FAR_TAIL: Final[_Coefficients] = (
    (
        2.01033439929228813265e-7,
        2.71155556874348757815e-5,
        0.0012426609473880784386,
        0.026532189526576123093,
        0.29656057182850489123,
        1.7848265399172913358,
        5.4637849111641143699,
        6.6579046435011037772,
    ),
    (
        2.04426310338993978564e-15,
        1.4215117583164458887e-7,
        1.8463183175100546818e-5,
        7.868691311456132591e-4,
        0.0148753612908506148525,
        0.13692988092273580531,
        0.59983220655588793769,
        1.0,
    ),
)


def compute_normal_quantile(ops: Ops[T], p: T) -> T:
    """Compute the quantiles of probabilities between 0 and 1, both excluded, double-float to double-float."""
    half = ops.double_float_constant(0.5)
    centred = p - half
    size = ops.abs(centred)
    middle = is_positive(ops, ops.double_float_constant(0.425) - size)
    inner = ops.double_float_constant(0.180625) - centred * centred * middle
    near = centred * _divide(ops, inner, _MIDDLE)
    # Where the middle applies, the tail's argument is any that has a logarithm.
    above = is_positive(ops, centred)
    nearest = p * (1.0 - above) + (1.0 - p) * above
    root = ops.sqrt(log(ops, nearest * (1.0 - middle) + middle * 0.5) * -1.0)
    far = is_positive(ops, root - ops.double_float_constant(5.0))
    tail = _divide(ops, root - ops.double_float_constant(1.6), _TAIL) * (1.0 - far)
    tail = tail + _divide(ops, root - ops.double_float_constant(5.0), _FAR_TAIL) * far
    return near * middle + tail * (above * 2.0 - 1.0) * (1.0 - middle)


def _divide(ops: Ops[T], x: T, coefficients: _Coefficients) -> T:
    """Divide two polynomials."""
    above, below = (_evaluate(ops, x, each) for each in coefficients)
    return above / below


def _evaluate(ops: Ops[T], x: T, coefficients: tuple[float, ...]) -> T:
    total = ops.double_float_constant(coefficients[0])
    for each in coefficients[1:]:
        total = total * x + ops.double_float_constant(each)
    return total
