"""A filter's weights in fixed point, as exact as double-float numbers are: rounded as a computation in float64 is."""

from __future__ import annotations

from typing import Any

from webparity.preprocessing.resizing.filters import Filter, make_double_float_arithmetic
from webparity.preprocessing.resizing.segments import Segments, sum_filters
from webparity.tensor_ops.ops import Ops, T

# A weight is taken in four parts of 12 bits, whose sums over up to 4096 pixels float32 holds.
_PART = 12
_PARTS = 4


def round_weights(ops: Ops[T], segments: Segments, kernel: Filter, bits: int) -> T:
    """Compute normalised weights in units of 2**-bits, rounded to nearest, real [segments, 2 * support, band]."""
    how = make_double_float_arithmetic(ops)
    inside = how.from_real(segments.inside)
    distances = how.from_real(ops.abs(segments.distances) * segments.inside)
    weights = kernel.weigh(ops, how, distances / how.from_real(segments.unit)) * inside
    total = None
    for number, part in enumerate(_split(ops, weights, _PARTS)):
        share = how.from_real(sum_filters(ops, ops.sum(part, -1), segments)) * 2.0 ** -(_PART * (number + 1))
        total = share if total is None else total + share
    assert total is not None
    # Of a window beyond the image nothing is left; it divides by 1.
    none = how.from_real(ops.greater_equal(ops.constant(0.0), ops.abs(how.to_real(total))))
    return round_double_float(ops, weights / (total + none) * 2.0**bits)


def round_double_float(ops: Ops[T], x: Any) -> T:
    """Round double-float numbers below 2**23 to the nearest integers, real."""
    near = ops.floor(ops.to_float32(x) + 0.5)
    rest = ops.to_float32(x - ops.to_double_float(near))
    return near + ops.greater_equal(rest, ops.constant(0.5)) - (1.0 - ops.greater_equal(rest, ops.constant(-0.5)))


def round_half_even(ops: Ops[T], x: Any) -> T:
    """Round double-float numbers from 0 to 2**21 to the nearest integers, ties to even, real."""
    near = round_double_float(ops, x)
    tie = ops.to_float32(ops.to_double_float(near) - x)
    odd = near - ops.floor(near * 0.5) * 2.0
    return near - odd * ops.greater_equal(tie, ops.constant(0.5))


def _split(ops: Ops[T], x: Any, count: int) -> list[T]:
    parts = []
    for number in range(1, count + 1):
        part = ops.floor(ops.to_float32(x) * 2.0 ** (_PART * number) + 0.5)
        x = x - ops.to_double_float(part) * 2.0 ** -(_PART * number)
        parts.append(part)
    return parts
