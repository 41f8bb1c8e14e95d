"""Functions of single elements: units in the last place from wider arithmetic, special numbers, integers."""

from __future__ import annotations

from collections.abc import Callable
from math import erf
from typing import Any

import numpy as np
import pytest
from kernel_program import count_ulps, run_kernel
from numpy.typing import NDArray

from webparity.program.opcodes import Opcode, Unary
from webparity.program.refusal import ProgramRefusal

Function = Callable[[NDArray[Any]], NDArray[Any]]
COUNT = 2000
# With the default seed these are units in the last place; `scalar.h` and `vector.h` promise them for every number.
FLOAT_ULPS = 0.6
DOUBLE_ULPS = dict.fromkeys([Unary.TAN, Unary.ASIN, Unary.ACOS, Unary.ACOSH], 3.0)

# Of float64 expectations for float32; of NumPy's long double, where it is wider, for float64.
RANGES: dict[Unary, tuple[Function, list[tuple[float, float]]]] = {
    Unary.EXP: (np.exp, [(-103, 88), (-1, 1)]),
    Unary.LOG: (np.log, [(1e-3, 3), (1, 1e30)]),
    Unary.SQRT: (np.sqrt, [(0, 1e30)]),
    Unary.RECIPROCAL: (lambda x: 1 / x, [(-3, 3)]),
    Unary.TANH: (np.tanh, [(-0.01, 0.01), (-1, 1), (-25, 25)]),
    Unary.SIGMOID: (lambda x: 1 / (1 + np.exp(-x)), [(-100, 30), (-1, 1)]),
    Unary.SIN: (np.sin, [(-1, 1), (-30, 30), (-1e6, 1e6)]),
    Unary.COS: (np.cos, [(-1, 1), (-30, 30), (-1e6, 1e6)]),
    Unary.TAN: (np.tan, [(-1, 1), (-30, 30)]),
    Unary.ASIN: (np.arcsin, [(-1, 1), (-0.01, 0.01)]),
    Unary.ACOS: (np.arccos, [(-1, 1)]),
    Unary.ATAN: (np.arctan, [(-1, 1), (-100, 100)]),
    Unary.SINH: (np.sinh, [(-2, 2), (-88, 88)]),
    Unary.COSH: (np.cosh, [(-2, 2), (-88, 88)]),
    Unary.ASINH: (np.arcsinh, [(-1, 1), (-1e4, 1e4)]),
    Unary.ACOSH: (np.arccosh, [(1, 3), (1, 1e4)]),
    Unary.ATANH: (np.arctanh, [(-1, 1), (-0.1, 0.1)]),
    Unary.SOFTPLUS: (lambda x: np.logaddexp(x, 0), [(-80, 80), (-2, 2)]),
    Unary.ERF: (np.vectorize(erf, otypes=[np.float64]), [(-0.1, 0.1), (-1, 1), (-5, 5)]),
}


def _draw(ranges: list[tuple[float, float]], dtype: type) -> NDArray[Any]:
    random = np.random.default_rng(5)
    return np.concatenate([random.uniform(low, high, COUNT) for low, high in ranges]).astype(dtype)


def _run(kind: Unary, x: NDArray[Any], dtype: Any = None) -> NDArray[Any]:
    return run_kernel(Opcode.UNARY, [(x.shape, dtype or x.dtype)], [x], [kind])[0]


@pytest.mark.parametrize("kind", RANGES, ids=lambda kind: kind.name.lower())
def test_float32_is_within_a_unit_in_the_last_place(kind: Unary) -> None:
    function, ranges = RANGES[kind]
    x = _draw(ranges, np.float32)
    assert count_ulps(_run(kind, x), function(x.astype(np.float64))) < FLOAT_ULPS


@pytest.mark.parametrize("kind", [kind for kind in RANGES if kind is not Unary.ERF], ids=lambda kind: kind.name.lower())
def test_float64_is_within_units_in_the_last_place(kind: Unary) -> None:
    function, ranges = RANGES[kind]
    x = _draw(ranges, np.float64)
    expected = function(x.astype(np.longdouble)).astype(np.longdouble)
    assert count_ulps(_run(kind, x), expected) < DOUBLE_ULPS.get(kind, 2.0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sine_of_large_numbers(dtype: type) -> None:
    """They are reduced with all bits of pi that they need: expected are values in 300 bits."""
    x = np.array([1e22, 2.0**90], dtype)
    expected = np.array([-0.8522008497671888 if dtype is np.float64 else -0.7340815352961015, -0.9044312486086016])
    found = _run(Unary.SIN, x)
    np.testing.assert_allclose(found, expected, rtol=2 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", RANGES, ids=lambda kind: kind.name.lower())
def test_special_numbers(kind: Unary, dtype: type) -> None:
    if kind is Unary.ERF:
        dtype = np.float32
    x = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 2.0, -2.0, 1e-42, -1e30], dtype)
    with np.errstate(all="ignore"):
        expected = RANGES[kind][0](x.astype(np.float64))
        found = _run(kind, x)
        np.testing.assert_allclose(found, expected.astype(dtype), rtol=1e-6)
    zeros = expected == 0
    np.testing.assert_array_equal(np.signbit(found[zeros]), np.signbit(expected[zeros]))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 64, 65])
def test_an_element_depends_on_no_other(count: int) -> None:
    random = np.random.default_rng(5)
    x = random.normal(0, 4, 65).astype(np.float32)
    for kind in (Unary.EXP, Unary.TANH, Unary.SIGMOID, Unary.ERF, Unary.LOG):
        whole = _run(kind, np.abs(x))
        np.testing.assert_array_equal(_run(kind, np.abs(x)[-count:]), whole[-count:])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("kind", "function"),
    [
        (Unary.ABS, np.abs), (Unary.NEGATE, np.negative), (Unary.FLOOR, np.floor), (Unary.CEIL, np.ceil),
        (Unary.ROUND, np.round), (Unary.SIGN, np.sign), (Unary.IS_NAN, np.isnan),
    ],
)  # fmt: skip
def test_functions_that_are_exact(kind: Unary, function: Function, dtype: type) -> None:
    x = np.array([0.5, -0.5, 1.5, 2.5, -2.5, 1e9, -1e30, np.inf, -np.inf, np.nan, 0.0, 0.49999997], dtype)
    expected = function(x)
    np.testing.assert_array_equal(_run(kind, x, expected.dtype), expected)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64])
def test_integers(dtype: type) -> None:
    limits = np.iinfo(dtype)
    x = np.array([0, 1, limits.max, limits.min, 5, 100], dtype)
    for kind, function in [
        (Unary.ABS, np.abs),
        (Unary.SIGN, np.sign),
        (Unary.BIT_NOT, np.invert),
        (Unary.NEGATE, np.negative),
    ]:
        np.testing.assert_array_equal(_run(kind, x), function(x))


def test_not() -> None:
    x = np.array([True, False, False])
    np.testing.assert_array_equal(_run(Unary.NOT, x), ~x)


def test_in_place() -> None:
    random = np.random.default_rng(5)
    x = random.normal(0, 2, (3, 7)).astype(np.float32)
    found = run_kernel(Opcode.UNARY, [(x.shape, x.dtype)], [x], [Unary.TANH], in_place=0)[0]
    np.testing.assert_array_equal(found, _run(Unary.TANH, x))


@pytest.mark.parametrize(
    ("kind", "dtype", "given"),
    [
        (Unary.ERF, np.float64, np.float64), (Unary.EXP, np.int32, np.int32), (Unary.NOT, np.float32, np.float32),
        (Unary.IS_NAN, np.float32, np.float32), (Unary.EXP, np.float32, np.float64), (Unary.ABS, np.bool_, np.bool_),
    ],
)  # fmt: skip
def test_other_types_are_refused(kind: Unary, dtype: type, given: type) -> None:
    with pytest.raises(ProgramRefusal) as refusal:
        _run(kind, np.zeros(3, dtype), given)
    assert refusal.value.code == "type"
