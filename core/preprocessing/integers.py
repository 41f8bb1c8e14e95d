"""Exact integer arithmetic on floating-point tensors: every value is an integer below 2**24, which float32 holds."""

from __future__ import annotations

from webparity.tensor_ops.ops import Ops, T


def divide(ops: Ops[T], x: T, divisor: T) -> tuple[T, T]:
    """Divide integers: quotient, rounded down, and remainder; the remainder corrects a GPU's inexact division.

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
    """Split integers from 0 into `high * 2**bits + low`, with `low` below 2**bits, for exact products."""
    high = ops.floor(x * 2.0**-bits)
    return high, x - high * 2.0**bits


def clamp(ops: Ops[T], x: T, highest: T) -> T:
    """Clamp values to the range from 0 to `highest`."""
    return ops.minimum(ops.maximum(x, ops.constant(0.0)), highest)


def divide_round_half_even(ops: Ops[T], x: T, divisor: T) -> T:
    """Divide and round to the nearest integer, ties to even, as C's `rint` does."""
    quotient, rest = divide(ops, x, divisor)
    odd = quotient - split_bits(ops, quotient, 1)[0] * 2.0
    return quotient + ops.greater_equal(rest * 2.0 + odd, divisor + 1.0)


def round_half_even(ops: Ops[T], x: T) -> T:
    """Round real numbers from 0 to 2**22 to the nearest integers, ties to even, as C's `rint` does."""
    whole = ops.floor(x)
    share = x - whole
    odd = whole - split_bits(ops, whole, 1)[0] * 2.0
    half = ops.constant(0.5)
    up = ops.greater_equal(share, half)
    return whole + up - up * ops.greater_equal(half, share) * (1.0 - odd)
