"""Filters: their weights at distances from an output pixel's centre, before normalization."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from webparity.tensor_ops.ops import Ops, T

# What the Taylor series of sin leaves out at pi / 2 is below float64's rounding.
_SINE_TERMS: Final = 11


class Arithmetic(NamedTuple):
    """Constants of the numbers that a filter is computed in: real or double-float."""

    constant: Callable[[Any], Any]
    to_real: Callable[[Any], Any]
    from_real: Callable[[Any], Any]


def make_real_arithmetic(ops: Ops[T]) -> Arithmetic:
    """Compute in real numbers."""
    return Arithmetic(ops.constant, lambda x: x, lambda x: x)


def make_double_float_arithmetic(ops: Ops[T]) -> Arithmetic:
    """Compute in double-float numbers."""
    return Arithmetic(ops.double_float_constant, ops.to_float32, ops.to_double_float)


# Of an adapter, its arithmetic and distances from 0 to the support, to weights.
WeighFunction = Callable[[Ops[Any], Arithmetic, Any], Any]


class Filter(NamedTuple):
    """A filter of an antialiased resize.

    Attributes:
        support: half-width; an integer.
        weigh: weights at distances 0 to support, in units of an output pixel, or of an input pixel where that is more.
    """

    support: int
    weigh: WeighFunction


def weigh_triangle(_ops: Ops[T], how: Arithmetic, x: Any) -> Any:
    """Compute 1 - x."""
    return how.constant(1.0) - x


def make_cubic(a: float) -> WeighFunction:
    """Make Keys' cubic convolution (1981) with parameter a: -0.5 in Pillow and TensorFlow, -0.75 in OpenCV."""

    def weigh(ops: Ops[T], how: Arithmetic, x: Any) -> Any:
        near = (x * how.constant(a + 2) - how.constant(a + 3)) * x * x + how.constant(1.0)
        far = ((x * how.constant(a) - how.constant(5 * a)) * x + how.constant(8 * a)) * x - how.constant(4 * a)
        is_far = how.from_real(ops.greater_equal(how.to_real(x), ops.constant(1.0)))
        return near + (far - near) * is_far

    return weigh


def make_lanczos(lobes: int) -> WeighFunction:
    """Make sinc(x) * sinc(x / lobes); sinc(x) is sin(pi x) / (pi x), and 1 at 0."""

    def weigh(ops: Ops[T], how: Arithmetic, x: Any) -> Any:
        # Close to 0 both are 1; dividing by it would not be.
        is_zero = ops.greater_equal(ops.constant(1e-7), how.to_real(x))
        zero = how.from_real(is_zero)
        safe = x + zero
        lobe = compute_sine(ops, how, safe) * compute_sine(ops, how, safe * how.constant(1 / lobes))
        weight = lobe / (safe * safe * how.constant(math.pi**2 / lobes))
        return weight + (how.constant(1.0) - weight) * zero

    return weigh


def compute_sine(ops: Ops[T], how: Arithmetic, x: Any) -> Any:
    """Compute sin(pi x) of numbers from 0: of the distance from the next integer, with that integer's sign."""
    near = ops.floor(how.to_real(x) + 0.5)
    angle = (x - how.from_real(near)) * how.constant(math.pi)
    square = angle * angle
    series = how.constant((-1.0) ** (_SINE_TERMS - 1) / math.factorial(2 * _SINE_TERMS - 1))
    for term in range(_SINE_TERMS - 2, -1, -1):
        series = series * square + how.constant((-1.0) ** term / math.factorial(2 * term + 1))
    odd = near - ops.floor(near * 0.5) * 2.0
    return angle * series * how.from_real(1.0 - odd * 2.0)


TRIANGLE: Final = Filter(1, weigh_triangle)
CUBIC: Final = Filter(2, make_cubic(-0.5))
LANCZOS: Final = Filter(3, make_lanczos(3))
