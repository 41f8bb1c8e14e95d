"""Functions of two elements: types, broadcasting, special numbers, as NumPy has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from kernel_program import count_ulps, run_kernel
from numpy.typing import NDArray

from webparity.program.opcodes import Binary, Opcode

INTEGERS = [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64]
ARITHMETIC: dict[Binary, Callable[..., NDArray[Any]]] = {
    Binary.ADD: np.add,
    Binary.SUBTRACT: np.subtract,
    Binary.MULTIPLY: np.multiply,
    Binary.MINIMUM: np.minimum,
    Binary.MAXIMUM: np.maximum,
}
COMPARISONS: dict[Binary, Callable[..., NDArray[Any]]] = {
    Binary.EQUAL: np.equal,
    Binary.LESS: np.less,
    Binary.LESS_OR_EQUAL: np.less_equal,
    Binary.GREATER: np.greater,
    Binary.GREATER_OR_EQUAL: np.greater_equal,
}
REALS = ARITHMETIC | {Binary.DIVIDE: np.divide, Binary.MOD: np.mod, Binary.FMOD: np.fmod}
SPECIAL = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 2.5, -3.5, 1e-40]


def _run(
    kind: Binary, x: NDArray[Any], y: NDArray[Any], dtype: Any = None, in_place: int | None = None
) -> NDArray[Any]:
    shape = np.broadcast_shapes(x.shape, y.shape)
    return run_kernel(Opcode.BINARY, [(shape, dtype or x.dtype)], [x, y], [kind], in_place=in_place)[0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", [*REALS, *COMPARISONS], ids=lambda kind: kind.name.lower())
def test_reals_give_the_bits_of_numpy(kind: Binary, dtype: type) -> None:
    random = np.random.default_rng(5)
    x = np.concatenate([np.array(SPECIAL, dtype), random.normal(0, 9, 27).astype(dtype)])[:, None]
    y = x.T.copy()
    with np.errstate(all="ignore"):
        expected = (REALS | COMPARISONS)[kind](x, y)
    found = _run(kind, x, y, expected.dtype)
    np.testing.assert_array_equal(found, expected)
    if kind in {Binary.ADD, Binary.SUBTRACT, Binary.MULTIPLY, Binary.DIVIDE}:
        numbers = ~np.isnan(expected)
        np.testing.assert_array_equal(np.signbit(found[numbers]), np.signbit(expected[numbers]))


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("kind", [*ARITHMETIC, *COMPARISONS], ids=lambda kind: kind.name.lower())
def test_integers_wrap_and_compare_as_in_numpy(kind: Binary, dtype: type) -> None:
    limits = np.iinfo(dtype)
    x = np.array([0, 1, 3, limits.max, limits.min, limits.max - 1, 77], dtype)[:, None]
    y = x.T.copy()
    expected = (ARITHMETIC | COMPARISONS)[kind](x, y)
    np.testing.assert_array_equal(_run(kind, x, y, expected.dtype), expected)


@pytest.mark.parametrize("dtype", INTEGERS)
def test_division_of_integers(dtype: type) -> None:
    limits = np.iinfo(dtype)
    x = np.array([0, 7, 8, limits.max, limits.min, 99], dtype)[:, None]
    y = np.array([1, 2, 7, limits.max, limits.min or 1, 100], dtype)[None]
    with np.errstate(over="ignore"):
        mod, fmod = np.mod(x, y), np.fmod(x, y)
        # Towards zero, as ONNX and C have it; the one overflow wraps.
        exact = [[abs(int(a)) // abs(int(b)) * (1 if (a < 0) == (b < 0) else -1) for b in y[0]] for a in x[:, 0]]
        quotient = np.array(exact, object).astype(object) & ((1 << 64) - 1)
    np.testing.assert_array_equal(_run(Binary.MOD, x, y), mod)
    np.testing.assert_array_equal(_run(Binary.FMOD, x, y), fmod)
    np.testing.assert_array_equal(_run(Binary.DIVIDE, x, y), quotient.astype(np.uint64).astype(dtype))
    np.testing.assert_array_equal(_run(Binary.DIVIDE, x, np.zeros(1, dtype)), np.zeros_like(x))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_powers_are_within_the_last_place(dtype: type) -> None:
    random = np.random.default_rng(5)
    x = random.uniform(0, 30, 3000).astype(dtype)
    y = random.uniform(-20, 20, 3000).astype(dtype)
    wider = np.float64 if dtype is np.float32 else np.longdouble
    assert count_ulps(_run(Binary.POWER, x, y), np.power(x.astype(wider), y.astype(wider))) < 2


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_powers_of_special_numbers(dtype: type) -> None:
    x = np.array([*SPECIAL, 0.5, -8.0, 1e30, 5e-324], dtype)[:, None]
    y = np.array([*SPECIAL, 2.0, 3.0, -3.0, 0.5, 1e20, -1e20], dtype)[None]
    with np.errstate(all="ignore"):
        expected = np.power(x, y)
    found = _run(Binary.POWER, x, y)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    zeros = expected == 0
    np.testing.assert_array_equal(np.signbit(found[zeros]), np.signbit(expected[zeros]))


def test_powers_of_integers() -> None:
    x, y = np.array([[2], [-3], [0], [7]], np.int64), np.array([[0, 1, 5, 20]], np.int64)
    np.testing.assert_array_equal(_run(Binary.POWER, x, y), np.power(x, y))


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.uint64])
def test_bits_and_shifts(dtype: type) -> None:
    x, y = np.array([[1], [5], [100]], dtype), np.array([[0, 1, 3, 7]], dtype)
    for kind, function in [
        (Binary.BIT_AND, np.bitwise_and), (Binary.BIT_OR, np.bitwise_or), (Binary.BIT_XOR, np.bitwise_xor),
        (Binary.SHIFT_LEFT, np.left_shift), (Binary.SHIFT_RIGHT, np.right_shift),
    ]:  # fmt: skip
        np.testing.assert_array_equal(_run(kind, x, y), function(x, y))


def test_logic() -> None:
    x, y = np.array([[True], [False]]), np.array([[True, False]])
    for kind, function in [(Binary.AND, np.logical_and), (Binary.OR, np.logical_or), (Binary.XOR, np.logical_xor)]:
        np.testing.assert_array_equal(_run(kind, x, y), function(x, y))


def test_leaky() -> None:
    random = np.random.default_rng(5)
    x, y = random.normal(size=(2, 5, 3)).astype(np.float32), np.array([0.1, 0.2, -1], np.float32)
    np.testing.assert_array_equal(_run(Binary.LEAKY, x, y), np.where(x >= 0, x, x * y))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *(((), ()), ((5,), ()), ((), (5,)), ((2, 3, 4), (4,)), ((2, 3, 4), (3, 1)), ((2, 1, 4), (3, 1))),
        *(((1, 7, 9, 5), (5,)), ((4, 1, 3, 1, 2), (5, 1, 6, 1)), ((3, 130), (3, 130)), ((3, 130), (1, 130))),
        *(((3, 130), (3, 1)), ((0, 3), (1, 3)), ((1, 1, 2, 1, 2, 1, 2, 1), (2, 1, 1, 1, 1, 3, 1, 2))),
    ],
)
def test_shapes_are_broadcast(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    random = np.random.default_rng(5)
    for dtype in (np.float32, np.float64, np.int32):
        x, y = (np.asarray(random.uniform(-99, 99, shape)).astype(dtype) for shape in (first, second))
        np.testing.assert_array_equal(_run(Binary.SUBTRACT, x, y), x - y)
        np.testing.assert_array_equal(_run(Binary.LESS, x, y, np.bool_), x < y)


@pytest.mark.parametrize("channels", [1, 2, 3, 7, 31, 32, 48, 49])
def test_a_number_for_each_channel(channels: int) -> None:
    random = np.random.default_rng(5)
    x = random.normal(size=(2, 5, 41, channels)).astype(np.float32)
    for shape in [(channels,), (2, 1, 1, channels), (5, 1, channels)]:
        y = random.normal(size=shape).astype(np.float32)
        np.testing.assert_array_equal(_run(Binary.SUBTRACT, x, y), x - y)
        np.testing.assert_array_equal(_run(Binary.SUBTRACT, y, x), y - x)


@pytest.mark.parametrize("in_place", [0, 1])
def test_in_place(in_place: int) -> None:
    random = np.random.default_rng(5)
    x, y = random.normal(size=(2, 6, 11)).astype(np.float32)
    np.testing.assert_array_equal(_run(Binary.DIVIDE, x, y, in_place=in_place), x / y)
    np.testing.assert_array_equal(_run(Binary.LEAKY, x, y, in_place=in_place), np.where(x >= 0, x, x * y))
