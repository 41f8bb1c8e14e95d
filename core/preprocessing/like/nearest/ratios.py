"""A ratio of two lengths as a significand from 1 to 2 and a power of two; the significand's bits by long division."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from webparity.preprocessing.integers import divide
from webparity.tensor_ops.ops import Ops, T

# Ratios of lengths of up to 2**14 lie between these powers of two.
_POWERS: Final = 14


class Ratio(NamedTuple):
    """`numerator / denominator * scale`, with denominator <= numerator < 2 * denominator.

    Attributes:
        numerator: integers below 2**15.
        denominator: integers from 1.
        scale: powers of two.
    """

    numerator: Any
    denominator: Any
    scale: Any


def make_ratio(ops: Ops[T], x: T, y: T) -> Ratio:
    """Make the ratio x / y of two lengths, real scalars from 1 to 2**14."""
    powers = ops.constant(2.0 ** np.arange(1.0 - _POWERS, _POWERS + 1.0))
    passed = ops.sum(ops.greater_equal(ops.reshape(x, (1,)), powers * y), -1)
    scale = ops.take(ops.constant(2.0 ** np.arange(-float(_POWERS), _POWERS + 1.0)), passed, 0)
    inverse = ops.take(ops.constant(2.0 ** np.arange(float(_POWERS), -_POWERS - 1.0, -1.0)), passed, 0)
    one = ops.constant(1.0)
    return Ratio(x * ops.maximum(inverse, one), y * ops.maximum(scale, one), scale)


def continue_division(ops: Ops[T], rest: T, divisor: T, bits: int) -> tuple[T, T]:
    """Compute the next `bits`, at most 9, of a quotient: rest * 2**bits by the divisor, and what is left."""
    return divide(ops, rest * 2.0**bits, divisor)


def skip_bits(ops: Ops[T], rest: T, divisor: T, bits: int) -> T:
    """Compute what is left after `bits` more of a quotient, which are not kept."""
    while bits > 0:
        _, rest = continue_division(ops, rest, divisor, min(bits, 9))
        bits -= 9
    return rest
