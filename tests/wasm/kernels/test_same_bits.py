"""Numbers of every size, infinities and NaNs give the same bytes natively, under sanitizers, as in the module."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kernel_program import make_program, run_kernel
from native_programs import NativePrograms
from numpy.typing import NDArray

from webparity.program.opcodes import Binary, Opcode, Reduce, Unary

pytestmark = pytest.mark.slow
BITS = {np.float32: np.uint32, np.float64: np.uint64}


@pytest.fixture(scope="module")
def native_programs(build_once: Callable[..., Path]) -> Iterator[NativePrograms]:
    """The native program with sanitizers."""
    with NativePrograms(build_once("native", native=True)) as programs:
        yield programs


def _draw_bits(dtype: Any, shape: tuple[int, ...], seed: int) -> NDArray[Any]:
    """Numbers of random bits, and of every third usual ones."""
    random = np.random.default_rng(seed)
    numbers = random.integers(0, 2 ** (8 * np.dtype(dtype).itemsize), shape, BITS[dtype]).view(dtype)
    return np.where(random.random(shape) < 1 / 3, random.normal(0, 3, shape), numbers).astype(dtype)


def _compare(
    native: NativePrograms, opcode: Opcode, out: Any, inputs: Sequence[NDArray[Any]], numbers: Sequence[int]
) -> None:
    found = run_kernel(opcode, [out], inputs, numbers)[0]
    program = make_program(opcode, [out], inputs, numbers)
    outcome = native.run(program, lambda _: [x.tobytes() for x in inputs])
    assert (outcome.code, outcome.outputs) == ("ok", (found.tobytes(),))


@pytest.mark.parametrize("dtype", BITS)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning", "ignore:overflow:RuntimeWarning")
def test_elements(native_programs: NativePrograms, dtype: Any) -> None:
    x, y = _draw_bits(dtype, (500,), 1), _draw_bits(dtype, (500,), 2)
    for unary in set(Unary) - {Unary.NOT, Unary.BIT_NOT, *([Unary.ERF] if dtype is np.float64 else [])}:
        _compare(native_programs, Opcode.UNARY, (x.shape, np.bool_ if unary is Unary.IS_NAN else dtype), [x], [unary])
    for binary in [kind for kind in Binary if kind <= Binary.GREATER_OR_EQUAL or kind is Binary.LEAKY]:
        given = np.bool_ if Binary.EQUAL <= binary <= Binary.GREATER_OR_EQUAL else dtype
        _compare(native_programs, Opcode.BINARY, (x.shape, given), [x, y], [binary])
    for to in (np.int8, np.uint8, np.int16, np.uint32, np.int64, np.uint64, np.bool_, np.float32, np.float64):
        _compare(native_programs, Opcode.CAST, (x.shape, to), [x], [])


@pytest.mark.parametrize("dtype", BITS)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning", "ignore:overflow:RuntimeWarning")
def test_groups(native_programs: NativePrograms, dtype: Any) -> None:
    # Rows of usual numbers with few others: else every sum would be NaN.
    x = np.random.default_rng(3).normal(0, 9, (40, 35)).astype(dtype)
    x[::3, ::7] = _draw_bits(dtype, (14, 5), 4)
    for kind in Reduce:
        for layout in ((40, 35, 1), (1, 40, 35)):
            shape = (layout[0], layout[2])
            _compare(native_programs, Opcode.REDUCE, (shape, dtype), [x], [kind, *layout])
    for log in (0, 1):
        _compare(native_programs, Opcode.SOFTMAX, (x.shape, dtype), [x], [35, log])
    _compare(native_programs, Opcode.SMALLEST, ((40, 20), np.int64), [x], [20, 35])
    _compare(native_programs, Opcode.ARG, ((35,), np.int64), [x], [1, 1, 1, 40, 35])
    _compare(native_programs, Opcode.CUMULATIVE_SUM, (x.shape, dtype), [x], [0, 1, 40, 35, 1])
