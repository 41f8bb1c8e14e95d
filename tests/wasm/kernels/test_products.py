"""Dense layers and products of matrices against float64."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pytest
from layer_programs import NO_ACTIVATION, RELU, Array, run_instruction

from webparity.export.wasm.packing import pack_dense
from webparity.program.opcodes import Opcode
from webparity.program.refusal import ProgramRefusal

Number = int | float
# Of a sum of so many products of numbers about 1, the error that rounding of float32 may leave.
DENSE: Final[list[tuple[int, int, int, float]]] = [
    (1, 5, 3, 1e-6),
    (1, 784, 200, 5e-5),
    (1, 25600, 16, 5e-4),
    (2, 1, 8, 1e-6),
    (7, 300, 13, 5e-5),
    (33, 20, 10, 5e-6),
]


def multiply(x: Array, weights: Array, bias: Array | None, residual: Array | None, activation: Any = RELU) -> Array:
    (rows, terms), columns = x.shape, weights.shape[1]
    numbers = [rows, terms, columns, *activation]
    return run_instruction(Opcode.DENSE, [x], [pack_dense(weights), bias, residual], (rows, columns), numbers)


@pytest.mark.parametrize(("rows", "terms", "columns", "bound"), DENSE)
def test_a_dense_layer_is_that_of_float64(rows: int, terms: int, columns: int, bound: float) -> None:
    random = np.random.default_rng(terms)
    x, weights = random.standard_normal((rows, terms), np.float32), random.standard_normal((terms, columns), np.float32)
    bias, residual = random.standard_normal(columns, np.float32), random.standard_normal((rows, columns), np.float32)
    expected = x.astype(np.float64) @ weights
    np.testing.assert_allclose(multiply(x, weights, None, None, NO_ACTIVATION), expected, rtol=0, atol=bound)
    expected = np.maximum(expected + bias + residual, 0)
    np.testing.assert_allclose(multiply(x, weights, bias, residual), expected, rtol=0, atol=bound)


def test_long_sums_of_equal_terms_stay_accurate() -> None:
    x, weights = np.full((1, 25600), 0.1, np.float32), np.full((25600, 8), 0.1, np.float32)
    expected = 25600 * np.float64(np.float32(0.1)) ** 2
    # One sum of float32 would be off by 3e-5 of it.
    np.testing.assert_allclose(multiply(x, weights, None, None), np.full((1, 8), expected), rtol=1e-6)
    x = np.repeat(x, 5, 0)
    np.testing.assert_allclose(multiply(x, weights, None, None), np.full((5, 8), expected), rtol=1e-6)


def count_strides(array: Array) -> list[int]:
    return [step // array.itemsize for step in array.strides]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("batches", "rows", "terms", "columns"),
    [((1, 1), 1, 2000, 10), ((2, 3), 5, 70, 9), ((1, 4), 16, 300, 24), ((1, 1), 3, 1, 1)],
)
@pytest.mark.parametrize("turned", ["neither", "x", "y"])
def test_matrices_of_any_strides(
    batches: tuple[int, int], rows: int, terms: int, columns: int, dtype: Any, turned: str
) -> None:
    random = np.random.default_rng(rows)
    x = random.standard_normal((*batches, terms, rows)).swapaxes(2, 3).astype(dtype, order="K")
    y = random.standard_normal((*batches, columns, terms)).swapaxes(2, 3).astype(dtype, order="K")
    x, y = (each if turned == name else np.ascontiguousarray(each) for each, name in ((x, "x"), (y, "y")))
    shape = (*batches, rows, columns)
    numbers: list[Number] = [*batches, rows, terms, columns]
    numbers += [batches[1] * rows * columns, rows * columns, columns, *count_strides(x), *count_strides(y), 0.5]
    stored = [
        np.ascontiguousarray(each.swapaxes(2, 3)) if turned == name else each for each, name in ((x, "x"), (y, "y"))
    ]
    result = run_instruction(Opcode.MATMUL, stored, [], shape, numbers, dtype)
    expected = 0.5 * (x.astype(np.float64) @ y.astype(np.float64))
    np.testing.assert_allclose(result, expected, rtol=0, atol=5e-5 if dtype == np.float32 else 1e-12)


def test_a_batch_of_one_is_repeated_by_a_stride_of_zero() -> None:
    random = np.random.default_rng(1)
    x, y = random.standard_normal((3, 2, 4), np.float32), random.standard_normal((4, 5), np.float32)
    numbers = [1, 3, 2, 4, 5, 0, 10, 5, 0, 8, 4, 1, 0, 0, 5, 1, 1.0]
    result = run_instruction(Opcode.MATMUL, [x, y], [], (3, 2, 5), numbers)
    np.testing.assert_allclose(result, x @ y, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ([1, 1, 2, 3, 2, 0, 0, 2, 0, 0, 3, 1, 0, 0, 2, 1, 1.0], ""),
        ([1, 1, 2, 3, 2, 0, 0, 3, 0, 0, 3, 1, 0, 0, 2, 1, 1.0], "bounds"),
        ([1, 1, 2, 3, 2, 0, 0, 2, 0, 0, 4, 1, 0, 0, 2, 1, 1.0], "bounds"),
        ([1, 1, 2, 3, 2, 0, 0, 2, 0, 0, 3, 1, 0, 0, 2, 2, 1.0], "bounds"),
        ([1, 1, 2, 0, 2, 0, 0, 2, 0, 0, 3, 1, 0, 0, 2, 1, 1.0], "shape"),
        ([1, 1, 2, 3, 2, 0, 0, 2**31, 0, 0, 3, 1, 0, 0, 2, 1, 1.0], "shape"),
        ([1, 1, 2, 3], "operand"),
    ],
)
def test_strides_that_lead_outside_are_refused(numbers: list[Number], code: str) -> None:
    x, y = np.ones((2, 3), np.float32), np.ones((3, 2), np.float32)
    if not code:
        assert run_instruction(Opcode.MATMUL, [x, y], [], (2, 2), numbers).tolist() == [[3, 3], [3, 3]]
        return
    with pytest.raises(ProgramRefusal) as refused:
        run_instruction(Opcode.MATMUL, [x, y], [], (2, 2), numbers)
    assert refused.value.code == code
