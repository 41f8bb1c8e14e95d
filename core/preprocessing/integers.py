"""Exact integer arithmetic on floating-point tensors: every value is an integer below 2**24, which float32 holds."""

from __future__ import annotations

from webparity.tensor_ops.ops import Ops, T


def divide(ops: Ops[T], x: T, divisor: T) -> tuple[T, T]:
    """Quotient, rounded down, and remainder; a GPU's inexact division is put right by the remainder.

    Args:
        ops: the adapter.
        x: integers whose quotient is below 2**21.
        divisor: positive integers, broadcasting.
    """
    quotient = ops.floor(x / divisor)
    remainder = x - quotient * divisor
    off = ops.greater_equal(remainder, divisor) + ops.greater_equal(remainder, ops.constant(0.0)) - 1.0
    return quotient + off, remainder - off * divisor


def split_bits(ops: Ops[T], x: T, bits: int) -> tuple[T, T]:
    """Integers from 0 as `high * 2**bits + low`, with `low` below 2**bits: products with halves stay exact."""
    high = ops.floor(x * 2.0**-bits)
    return high, x - high * 2.0**bits


def clamp(ops: Ops[T], x: T, highest: T) -> T:
    """Values cut to 0 and `highest`."""
    return ops.minimum(ops.maximum(x, ops.constant(0.0)), highest)


def divide_round_half_even(ops: Ops[T], x: T, divisor: T) -> T:
    """The integer nearest to x / divisor, the even one of two, as C's `rint` has it."""
    quotient, rest = divide(ops, x, divisor)
    odd = quotient - split_bits(ops, quotient, 1)[0] * 2.0
    return quotient + ops.greater_equal(rest * 2.0 + odd, divisor + 1.0)
