"""Pairs of float32 hold 48 bits: checked against float64 and exact fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from webparity.tensor_ops.double_float import DoubleFloat

# 46 bits: an addition or a product may err in the last two of the 48.
NEAR = 2.0**-46
NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda x: x if abs(x) > 1e-6 else 0.0)


def make_pair(*values: float) -> DoubleFloat:
    return DoubleFloat.constant(values, np.asarray)


def compute_exact(x: DoubleFloat) -> list[Fraction]:
    return [Fraction(float(high)) + Fraction(float(low)) for high, low in zip(x.high.flat, x.low.flat, strict=True)]


@given(NUMBERS, NUMBERS)
def test_arithmetic_keeps_46_bits(a: float, b: float) -> None:
    one, two = make_pair(a), make_pair(b)
    (x,), (y,) = compute_exact(one), compute_exact(two)
    for received, expected in ((one + two, x + y), (one - two, x - y), (one * two, x * y)):
        assert abs(compute_exact(received)[0] - expected) <= abs(expected) * Fraction(NEAR)
        assert received.high.dtype == received.low.dtype == np.float32


@given(NUMBERS, NUMBERS.filter(bool))
def test_quotients_keep_45_bits(a: float, b: float) -> None:
    one, two = make_pair(a), make_pair(b)
    expected = compute_exact(one)[0] / compute_exact(two)[0]
    assert abs(compute_exact(one / two)[0] - expected) <= abs(expected) * Fraction(2 * NEAR)


@given(st.lists(NUMBERS, min_size=1, max_size=40))
def test_sums_of_any_length_keep_small_terms(values: list[float]) -> None:
    received = compute_exact(make_pair(*values).sum(0))[0]
    size = sum(abs(x) for x in compute_exact(make_pair(*values)))
    assert abs(received - sum(compute_exact(make_pair(*values)))) <= size * Fraction(NEAR) * len(values)


def test_digits_that_float32_loses_are_kept() -> None:
    values = (1e8, 1.0, -1e8)
    plain: NDArray[np.float32] = np.array(values, np.float32)
    assert plain[0] + plain[1] + plain[2] == 0
    assert compute_exact(make_pair(*values).sum(0)) == [1]


def test_a_sum_goes_along_one_axis() -> None:
    values = np.arange(24.0).reshape(2, 3, 4)
    received = DoubleFloat.constant(values, np.asarray).sum(1)
    np.testing.assert_array_equal(received.high, values.sum(1, keepdims=True))
