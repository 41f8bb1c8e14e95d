"""Casts between all types, and choices by a condition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from kernel_program import run_kernel
from numpy.typing import NDArray

from webparity.program.opcodes import Opcode

INTEGERS = [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64]
TYPES = [*INTEGERS, np.float32, np.float64, np.bool_]


def _cast(x: NDArray[Any], dtype: Any) -> NDArray[Any]:
    return run_kernel(Opcode.CAST, [(x.shape, dtype)], [x])[0]


@pytest.mark.parametrize("to", TYPES)
@pytest.mark.parametrize("source", TYPES)
def test_numbers_that_both_types_have(source: type, to: type) -> None:
    x = np.array([0, 1, 2, 100, 127] * 30).astype(source)
    np.testing.assert_array_equal(_cast(x, to), x.astype(to))


@pytest.mark.parametrize("to", [*INTEGERS, np.float32, np.float64, np.bool_])
@pytest.mark.parametrize("source", INTEGERS)
def test_integers_keep_their_lowest_bits(source: type, to: type) -> None:
    limits = np.iinfo(source)
    x = np.array([limits.max, limits.min, limits.max - 1, limits.max // 3], source)
    np.testing.assert_array_equal(_cast(x, to), x.astype(to))


@pytest.mark.parametrize("to", INTEGERS)
@pytest.mark.parametrize("source", [np.float32, np.float64])
def test_reals_go_towards_zero_and_stop_at_the_limits(source: type, to: type) -> None:
    limits = np.iinfo(to)
    numbers = [0.9, -0.9, 2.5, 99.99, 1e30, -1e30, np.inf, -np.inf, np.nan, float(limits.max), float(limits.min)]
    x = np.array(numbers, source)
    # From 1e30 on there is no integer of any type.
    whole = [
        int(number) if abs(number) < 1e30 else np.nan_to_num(number, posinf=1e30, neginf=-1e30) for number in x.tolist()
    ]
    expected = [min(max(number, limits.min), limits.max) for number in whole]
    np.testing.assert_array_equal(_cast(x, to), np.array(expected, to))


def test_reals_to_bool_and_to_each_other() -> None:
    x = np.array([0.0, -0.0, 0.1, np.nan, np.inf, 1e300, 1e-46, 1 / 3])
    np.testing.assert_array_equal(_cast(x, np.bool_), x.astype(np.bool_))
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(_cast(x, np.float32), x.astype(np.float32))


@pytest.mark.parametrize("dtype", [np.bool_, np.int16, np.float32, np.float64])
@pytest.mark.parametrize(
    ("condition", "first", "second"),
    [((4, 3), (4, 3), (4, 3)), ((4, 1), (3,), (1, 3)), ((), (2, 3), ()), ((5, 1, 2), (1, 2), (4, 1)), ((0,), (0,), ())],
)
def test_where(condition: tuple[int, ...], first: tuple[int, ...], second: tuple[int, ...], dtype: Any) -> None:
    random = np.random.default_rng(5)
    choice = np.asarray(random.random(condition) < 0.5)
    x, y = (np.asarray(random.normal(0, 50, shape)).astype(dtype) for shape in (first, second))
    expected = np.where(choice, x, y)
    found = run_kernel(Opcode.WHERE, [(expected.shape, dtype)], [choice, x, y])[0]
    np.testing.assert_array_equal(found, expected)
