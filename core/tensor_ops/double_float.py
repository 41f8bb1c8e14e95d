"""Double-float arithmetic: a number as the unevaluated sum of two float32, where a runtime has no float64.

Dekker, "A floating-point technique for extending the available precision" (1971), and Knuth's two-sum (TAOCP 4.2.2):
every error term is itself a float32, so separate, correctly rounded operations recover it exactly. TF.js runs one
kernel an operation, so nothing is fused or reordered between them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

# 2**12 + 1 splits a 24-bit significand into two halves whose products are exact.
_SPLITTER: Final = 4097.0


class DoubleFloat:
    """`high + low`, float32 arrays or tensors of one shape, `|low|` at most half a unit in the last place of `high`.

    It holds 48 bits: of NumPy arrays, and of TensorFlow tensors eager or traced.

    Args:
        high: the number rounded to float32.
        low: what is missing; 0 by default.
    """

    def __init__(self, high: Any, low: Any = None) -> None:
        self.high = high
        self.low = high * 0.0 if low is None else low

    @classmethod
    def constant(cls, values: Any, convert: Callable[[Any], Any]) -> DoubleFloat:
        """Split float64 numbers; `convert` makes a tensor of each half."""
        exact = np.asarray(values, dtype=np.float64)
        high = exact.astype(np.float32)
        return cls(convert(high), convert((exact - high).astype(np.float32)))

    def __add__(self, other: Any) -> DoubleFloat:
        other = _to_double_float(other)
        high, error = _add_exactly(self.high, other.high)
        low, rest = _add_exactly(self.low, other.low)
        high, error = _add_ordered_exactly(high, error + low)
        return DoubleFloat(*_add_ordered_exactly(high, error + rest))

    __radd__ = __add__

    def __neg__(self) -> DoubleFloat:
        return DoubleFloat(-self.high, -self.low)

    def __sub__(self, other: Any) -> DoubleFloat:
        return self + -_to_double_float(other)

    def __rsub__(self, other: Any) -> DoubleFloat:
        return DoubleFloat.__add__(-self, other)

    def __mul__(self, other: Any) -> DoubleFloat:
        other = _to_double_float(other)
        high, error = _multiply_exactly(self.high, other.high)
        return DoubleFloat(*_add_ordered_exactly(high, error + (self.high * other.low + self.low * other.high)))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> DoubleFloat:
        other = _to_double_float(other)
        # The second quotient makes up for what the remainder shows that the first is off by, however a GPU divides.
        first = self.high / other.high
        high, error = _multiply_exactly(other.high, first)
        remainder = self - DoubleFloat(*_add_ordered_exactly(high, error + other.low * first))
        return DoubleFloat(*_add_ordered_exactly(first, remainder.high / other.high))

    def map_halves(self, function: Callable[[Any], Any]) -> DoubleFloat:
        """Apply a change of shape to both halves."""
        return DoubleFloat(function(self.high), function(self.low))

    def sum(self, axis: int) -> DoubleFloat:
        """Sum along an axis of known length, which stays with length 1, pairwise."""
        total, axis, rest = self, axis % len(self.high.shape), None
        while (length := int(total.high.shape[axis])) > 1:
            half = length // 2
            if length % 2:
                last = total._slice(axis, 2 * half, length)
                rest = last if rest is None else rest + last
            total = total._slice(axis, 0, half) + total._slice(axis, half, 2 * half)
        return total if rest is None else total + rest

    def __matmul__(self, other: DoubleFloat) -> DoubleFloat:
        """[..., M, D] @ [D, K], every product and sum in pairs: for few columns."""
        terms = self.map_halves(lambda half: half[..., None]) * other
        return terms.sum(-2).map_halves(lambda half: half[..., 0, :])

    def _slice(self, axis: int, start: int, stop: int) -> DoubleFloat:
        place = (*[slice(None)] * axis, slice(start, stop))
        return self.map_halves(lambda half: half[place])


def _to_double_float(x: Any) -> DoubleFloat:
    # A Python number must be one of 12 bits, such as 0.5, to be split right.
    return x if isinstance(x, DoubleFloat) else DoubleFloat(x, 0.0)


def _add_exactly(a: Any, b: Any) -> tuple[Any, Any]:
    """Add two numbers (Knuth's two-sum): the rounded sum and its rounding error."""
    total = a + b
    added = total - a
    return total, (a - (total - added)) + (b - added)


def _add_ordered_exactly(a: Any, b: Any) -> tuple[Any, Any]:
    """Add two numbers with |a| >= |b| (Dekker's quick two-sum): the rounded sum and its rounding error."""
    total = a + b
    return total, b - (total - a)


def _split_significand(a: Any) -> tuple[Any, Any]:
    """Split a 24-bit significand into two halves of 12 bits."""
    scaled = a * _SPLITTER
    high = scaled - (scaled - a)
    return high, a - high


def _multiply_exactly(a: Any, b: Any) -> tuple[Any, Any]:
    """Multiply two numbers (Dekker's two-product): the rounded product and its rounding error."""
    product = a * b
    a_high, a_low = _split_significand(a)
    b_high, b_low = _split_significand(b)
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
