"""Reductions, softmax, largest and smallest elements, cumulative sums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from kernel_program import count_ulps, run_kernel
from numpy.typing import NDArray

from webparity.program.opcodes import Opcode, Reduce

Function = Callable[..., Any]
LAYOUTS = [(1, 10, 1), (3, 7, 1), (2, 5, 3), (1, 25600, 1), (2, 49, 100), (4, 1, 5), (1, 64, 16), (2, 130, 17)]


def _log_sum_exp(x: NDArray[Any], axis: int) -> Any:
    largest = x.max(axis, keepdims=True)
    return np.log(np.exp(x - largest).sum(axis)) + largest.squeeze(axis)


REALS: dict[Reduce, Function] = {
    Reduce.SUM: np.sum,
    Reduce.MEAN: np.mean,
    Reduce.MAX: np.max,
    Reduce.MIN: np.min,
    Reduce.L1: lambda x, axis: np.abs(x).sum(axis),
    Reduce.L2: lambda x, axis: np.sqrt((x * x).sum(axis)),
    Reduce.LOG_SUM_EXP: _log_sum_exp,
    Reduce.SUM_SQUARE: lambda x, axis: (x * x).sum(axis),
}


def _reduce(kind: Reduce, x: NDArray[Any]) -> NDArray[Any]:
    outer, length, inner = x.shape
    return run_kernel(Opcode.REDUCE, [((outer, inner), x.dtype)], [x], [kind, outer, length, inner])[0]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", REALS, ids=lambda kind: kind.name.lower())
def test_float32_is_reduced_as_if_it_were_float64(kind: Reduce, layout: tuple[int, int, int]) -> None:
    random = np.random.default_rng(5)
    x = random.uniform(0.1, 3, layout).astype(np.float32)
    assert count_ulps(_reduce(kind, x), REALS[kind](x.astype(np.longdouble), axis=1)) < 0.51


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", REALS, ids=lambda kind: kind.name.lower())
def test_float64(kind: Reduce, layout: tuple[int, int, int]) -> None:
    random = np.random.default_rng(5)
    x = random.normal(size=layout)
    expected = REALS[kind](x.astype(np.longdouble), axis=1).astype(np.float64)
    np.testing.assert_allclose(_reduce(kind, x), expected, rtol=1e-13, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_products_and_logarithms(dtype: type) -> None:
    random = np.random.default_rng(5)
    x = random.uniform(0.5, 1.5, (3, 20, 2)).astype(dtype)
    np.testing.assert_allclose(_reduce(Reduce.PRODUCT, x), x.prod(1), rtol=1e-5)
    np.testing.assert_allclose(_reduce(Reduce.LOG_SUM, x), np.log(x.sum(1)), rtol=1e-5)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.uint32, np.int64])
def test_integers(dtype: type) -> None:
    random = np.random.default_rng(5)
    x = random.integers(0, 120, (3, 37, 5)).astype(dtype)
    for kind, function in [(Reduce.MAX, np.max), (Reduce.MIN, np.min)]:
        np.testing.assert_array_equal(_reduce(kind, x), function(x, axis=1))
    for kind, function in [(Reduce.SUM, np.sum), (Reduce.PRODUCT, np.prod)]:
        np.testing.assert_array_equal(_reduce(kind, x), function(x, axis=1, dtype=dtype))
    np.testing.assert_array_equal(_reduce(Reduce.MEAN, x), (x.astype(np.int64).sum(1) // 37).astype(dtype))


def test_truth_values() -> None:
    random = np.random.default_rng(5)
    x = random.random((4, 3, 5)) < 0.5
    np.testing.assert_array_equal(_reduce(Reduce.MAX, x), x.any(1))
    np.testing.assert_array_equal(_reduce(Reduce.MIN, x), x.all(1))


def test_nothing_is_reduced_to_what_changes_nothing() -> None:
    x = np.zeros((2, 0, 3), np.float32)
    for kind, expected in [(Reduce.SUM, 0), (Reduce.PRODUCT, 1), (Reduce.MAX, -np.inf), (Reduce.MIN, np.inf),
                           (Reduce.LOG_SUM_EXP, -np.inf), (Reduce.L2, 0), (Reduce.MEAN, np.nan)]:  # fmt: skip
        np.testing.assert_array_equal(_reduce(kind, x), np.full((2, 3), expected, np.float32))
    assert _reduce(Reduce.MIN, np.zeros((1, 0, 1), np.int16)) == np.iinfo(np.int16).max


def test_a_nan_wins() -> None:
    x = np.array([[1, np.nan, 3, np.inf]], np.float32)[:, :, None]
    for kind in REALS:
        assert np.isnan(_reduce(kind, x)).all()
    infinite = np.array([[1, -np.inf, np.inf]], np.float32)[:, :, None]
    assert _reduce(Reduce.LOG_SUM_EXP, infinite) == np.inf
    assert _reduce(Reduce.LOG_SUM_EXP, infinite[:, 1:2]) == -np.inf


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 10, 1000, 1001])
def test_softmax(length: int, dtype: type) -> None:
    random = np.random.default_rng(5)
    x = random.normal(0, 5, (3, length)).astype(dtype)
    wide = x.astype(np.longdouble)
    less = wide - wide.max(1, keepdims=True)
    total = np.exp(less).sum(1, keepdims=True)
    for log, expected in [(0, np.exp(less) / total), (1, less - np.log(total))]:
        # A logarithm under 8 is rounded to half of 8 * eps, and so is the difference.
        close = {"rtol": 4 * np.finfo(dtype).eps, "atol": (8 if log else 1) * np.finfo(dtype).eps}
        for in_place in (None, 0):
            found = run_kernel(Opcode.SOFTMAX, [(x.shape, dtype)], [x], [length, log], in_place=in_place)[0]
            np.testing.assert_allclose(found, expected.astype(dtype), **close)


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.uint64, np.int8])
@pytest.mark.parametrize("layout", [(3, 7, 1), (2, 5, 4), (1, 200, 2)])
def test_arg(layout: tuple[int, int, int], dtype: type) -> None:
    random = np.random.default_rng(5)
    x = random.integers(0, 6, layout).astype(dtype)
    outer, length, inner = layout
    for minimum, function in [(0, np.argmax), (1, np.argmin)]:
        for last in (0, 1):
            found = run_kernel(Opcode.ARG, [((outer, inner), np.int64)], [x], [minimum, last, *layout])[0]
            expected = length - 1 - function(x[:, ::-1], axis=1) if last else function(x, axis=1)
            np.testing.assert_array_equal(found, expected)


def test_arg_of_nan_and_zeros() -> None:
    x = np.array([[-0.0, 0.0], [1, np.nan], [np.nan, -np.inf]], np.float32)
    for minimum, function in [(0, np.argmax), (1, np.argmin)]:
        found = run_kernel(Opcode.ARG, [((3,), np.int64)], [x], [minimum, 0, 3, 2, 1])[0]
        np.testing.assert_array_equal(found, function(x, axis=1))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, np.uint64])
@pytest.mark.parametrize("largest", [0, 1])
@pytest.mark.parametrize(("layout", "k"), [((3, 7, 1), 7), ((2, 50, 3), 4), ((1, 300, 1), 1), ((2, 4, 2), 0)])
def test_top_k(layout: tuple[int, int, int], k: int, largest: int, dtype: type) -> None:
    random = np.random.default_rng(5)
    x = random.integers(0, 40, layout).astype(dtype)
    outer, _, inner = layout
    out = (outer, k, inner)
    values, indices = run_kernel(Opcode.TOP_K, [(out, dtype), (out, np.int64)], [x], [k, largest, *layout])
    order = np.argsort(-x.astype(np.float64) if largest else x, axis=1, kind="stable")[:, :k]
    np.testing.assert_array_equal(indices, order)
    np.testing.assert_array_equal(values, np.take_along_axis(x, order, 1))


def test_smallest_with_nan() -> None:
    x = np.array([[3, np.nan, 1, 1, -0.0, 0, np.inf], [np.nan, np.nan, 5, 4, 3, 2, 1]], np.float32)
    found = run_kernel(Opcode.SMALLEST, [((2, 6), np.int64)], [x], [6, 7])[0]
    np.testing.assert_array_equal(found, np.argsort(x, axis=1, kind="stable")[:, :6])


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
@pytest.mark.parametrize("layout", [(1, 9, 1), (2, 5, 3), (2, 3, 70)])
def test_cumulative_sum(layout: tuple[int, int, int], dtype: type) -> None:
    random = np.random.default_rng(5)
    x = random.integers(-50, 50, layout).astype(dtype)
    for reverse in (0, 1):
        order = x[:, ::-1] if reverse else x
        for exclusive in (0, 1):
            sums = order.cumsum(1, dtype=dtype) - (order if exclusive else 0)
            expected = sums[:, ::-1] if reverse else sums
            for in_place in (None, 0):
                found = run_kernel(
                    Opcode.CUMULATIVE_SUM, [(layout, dtype)], [x], [exclusive, reverse, *layout], in_place=in_place
                )
                np.testing.assert_array_equal(found[0], expected)
