"""Numbers as unevaluated sums of two float32, for sums that one float32 would spoil where there is no float64.

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


class Pair:
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
    def constant(cls, values: Any, convert: Callable[[Any], Any]) -> Pair:
        """Split float64 numbers; `convert` makes a tensor of each half."""
        exact = np.asarray(values, dtype=np.float64)
        high = exact.astype(np.float32)
        return cls(convert(high), convert((exact - high).astype(np.float32)))

    def __add__(self, other: Any) -> Pair:
        other = _paired(other)
        high, error = _two_sum(self.high, other.high)
        low, rest = _two_sum(self.low, other.low)
        high, error = _quick_two_sum(high, error + low)
        return Pair(*_quick_two_sum(high, error + rest))

    __radd__ = __add__

    def __neg__(self) -> Pair:
        return Pair(-self.high, -self.low)

    def __sub__(self, other: Any) -> Pair:
        return self + -_paired(other)

    def __rsub__(self, other: Any) -> Pair:
        return Pair.__add__(-self, other)

    def __mul__(self, other: Any) -> Pair:
        other = _paired(other)
        high, error = _two_product(self.high, other.high)
        return Pair(*_quick_two_sum(high, error + (self.high * other.low + self.low * other.high)))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Pair:
        other = _paired(other)
        # The second quotient makes up for what the remainder shows that the first is off by, however a GPU divides.
        first = self.high / other.high
        high, error = _two_product(other.high, first)
        remainder = self - Pair(*_quick_two_sum(high, error + other.low * first))
        return Pair(*_quick_two_sum(first, remainder.high / other.high))

    def each(self, function: Callable[[Any], Any]) -> Pair:
        """The same change of shape on both halves."""
        return Pair(function(self.high), function(self.low))

    def sum(self, axis: int) -> Pair:
        """Sum along an axis of known length, which stays with length 1, by halves."""
        total, axis, rest = self, axis % len(self.high.shape), None
        while (length := int(total.high.shape[axis])) > 1:
            half = length // 2
            if length % 2:
                last = total._part(axis, 2 * half, length)
                rest = last if rest is None else rest + last
            total = total._part(axis, 0, half) + total._part(axis, half, 2 * half)
        return total if rest is None else total + rest

    def __matmul__(self, other: Pair) -> Pair:
        """[..., M, D] @ [D, K], every product and sum in pairs: for few columns."""
        terms = self.each(lambda half: half[..., None]) * other
        return terms.sum(-2).each(lambda half: half[..., 0, :])

    def _part(self, axis: int, start: int, stop: int) -> Pair:
        place = (*[slice(None)] * axis, slice(start, stop))
        return self.each(lambda half: half[place])


def _paired(x: Any) -> Pair:
    # A Python number must be one of 12 bits, such as 0.5, to be split right.
    return x if isinstance(x, Pair) else Pair(x, 0.0)


def _two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """A + b rounded, and what rounding lost."""
    total = a + b
    added = total - a
    return total, (a - (total - added)) + (b - added)


def _quick_two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """The same where |a| >= |b|."""
    total = a + b
    return total, b - (total - a)


def _split(a: Any) -> tuple[Any, Any]:
    """Two halves of 12 bits each."""
    wide = a * _SPLITTER
    high = wide - (wide - a)
    return high, a - high


def _two_product(a: Any, b: Any) -> tuple[Any, Any]:
    """A * b rounded, and what rounding lost."""
    product = a * b
    a_high, a_low = _split(a)
    b_high, b_low = _split(b)
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
