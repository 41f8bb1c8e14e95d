"""Functions of double-float numbers: activations, exponential and logarithm, cosine."""

from __future__ import annotations

import math
from typing import Any, Final

from webparity.tensor_ops.ops import Ops, T

# Of the cosine of numbers up to pi / 4: what more terms would add is below what pairs of float32 hold.
_COSINE_TERMS: Final = 8


def softmax(ops: Ops[T], logits: T) -> T:
    """Softmax along the last of two axes, double-float [N, C] to double-float."""
    # Twice, since float32 holds the largest only approximately: after that no number is far above 0.
    for _ in range(2):
        logits = logits - ops.to_double_float(ops.max(ops.to_float32(logits), 1))
    powers = ops.exp(logits)
    return powers / ops.sum(powers, 1)


def subtract_largest(ops: Ops[T], logits: T) -> T:
    """Subtract the largest of double-float logits [N, C] and round to real, which is exact enough for a softmax."""
    return ops.to_float32(logits - ops.to_double_float(ops.max(ops.to_float32(logits), 1)))


def sigmoid(ops: Ops[T], x: T) -> T:
    """1 / (1 + e^-x), computed by exponentials of negative numbers only."""
    power = ops.exp(ops.abs(x) * -1.0)
    positive = is_positive(ops, x)
    return (positive + power * (1.0 - positive)) / (power + 1.0)


def tanh(ops: Ops[T], x: T) -> T:
    """Hyperbolic tangent, computed by exponentials of negative numbers only."""
    power = ops.exp(ops.abs(x) * -2.0)
    return (1.0 - power) / (power + 1.0) * (is_positive(ops, x) * 2.0 - 1.0)


def relu(ops: Ops[T], x: T) -> T:
    """Rectified linear unit: the larger of x and 0, for finite x."""
    return x * is_positive(ops, x)


def clip(ops: Ops[T], x: T, low: Any, high: Any) -> T:
    """Numbers from `low` to `high`, which are float64 numbers or arrays that broadcast; exact at both."""
    for bound, sign in ((low, 1.0), (high, -1.0)):
        limit = ops.double_float_constant(bound)
        inside = is_positive(ops, (x - limit) * sign)
        x = x * inside + limit * (1.0 - inside)
    return x


def exp(ops: Ops[T], x: T) -> T:
    """E to the power of any double-float numbers up to 87."""
    power, positive = ops.exp(ops.abs(x) * -1.0), is_positive(ops, x)
    return power * (1.0 - positive) + positive / (power * positive + (1.0 - positive))


def log(ops: Ops[T], x: T) -> T:
    """Natural logarithm of positive double-float numbers: that of float32, and one step that corrects it.

    With y near log x it is y + log(x e^-y), whose argument is near 1. x and 1 / x have the same logarithm but for the
    sign, so that the exponential is one of a negative number.
    """
    first = ops.to_double_float(ops.log(ops.to_float32(x)))
    above = is_positive(ops, first)
    large = x * above + (ops.double_float_constant(1.0) / x) * (1.0 - above)
    size = ops.abs(first)
    rest = large * ops.exp(size * -1.0) - 1.0
    return (size + (rest - rest * rest * 0.5)) * (above * 2.0 - 1.0)


def power(ops: Ops[T], x: T, exponents: Any) -> T:
    """Positive double-float numbers to the power of float64 numbers that broadcast."""
    return exp(ops, log(ops, x) * ops.double_float_constant(exponents))


def cos(ops: Ops[T], x: T) -> T:
    """Cosine of double-float numbers in radians, exact to 1e-12 for numbers up to 1000.

    Whole turns are taken off; the cosine of a quarter of the rest is a short Taylor series, and doubled twice.
    """
    turns = ops.floor(ops.to_float32(x) * (0.5 / math.pi) + 0.5)
    quarter = (x - ops.to_double_float(turns) * ops.double_float_constant(2.0 * math.pi)) * 0.25
    square = quarter * quarter
    total = ops.double_float_constant(1.0 / math.factorial(2 * _COSINE_TERMS))
    for term in range(_COSINE_TERMS - 1, -1, -1):
        total = total * square + ops.double_float_constant((-1.0) ** term / math.factorial(2 * term))
    for _ in range(2):
        total = total * total * 2.0 - 1.0
    return total


def is_positive(ops: Ops[T], x: T) -> T:
    """1 where x is 0 or more, and 0 elsewhere, double-float."""
    return ops.to_double_float(ops.greater_equal(ops.to_float32(x), ops.constant(0.0)))
