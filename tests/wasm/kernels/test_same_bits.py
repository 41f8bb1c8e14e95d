<<<<<<< HEAD
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
=======
"""Layers of the size that networks have: the module and the native program with sanitizers give the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from layer_programs import NO_ACTIVATION, RELU6, Window, make_program
from native_programs import NativePrograms

from webparity.program.instance import ProgramInstance
from webparity.program.opcodes import Activation, Opcode

pytestmark = pytest.mark.slow

SAME: Final = (1, 1, 1, 1)
SILU: Final = (Activation.SILU, 0.0, 0.0)
# Opcode, shapes of the map, of the weights and of the result, numbers: bands, blocks of terms and rests of every kind.
LAYERS: Final = [
    (Opcode.CONV, (60, 50, 20), (2, 3, 3, 20, 8), (60, 50, 13), Window(pads=SAME, activation=RELU6)),
    (Opcode.CONV, (9, 9, 300), (1, 1, 1, 300, 8), (9, 9, 8), Window(activation=SILU)),
    (Opcode.WINOGRAD, (60, 50, 22), (2, 3, 3, 22, 8), (30, 25, 16), Window(pads=SAME, activation=RELU6, pool=True)),
    (Opcode.WINOGRAD, (15, 17, 264), (1, 3, 3, 264, 8), (15, 17, 8), Window(pads=SAME)),
    (Opcode.DEPTHWISE, (60, 51, 20), (5, 5, 20), (30, 26, 20), Window((2, 2), pads=(2, 2, 2, 2), groups=20)),
    (Opcode.DEPTHWISE, (60, 51, 12), (3, 3, 12), (60, 51, 12), Window(pads=SAME, groups=12, activation=SILU)),
    (Opcode.CONV_TRANSPOSE, (9, 8, 20), (2, 3, 3, 20, 8), (19, 17, 11), Window((2, 2), activation=NO_ACTIVATION)),
]
>>>>>>> conv


@pytest.fixture(scope="module")
def native_programs(build_once: Callable[..., Path]) -> Iterator[NativePrograms]:
<<<<<<< HEAD
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
    for unary in set(Unary) - {Unary.NOT, Unary.BIT_NOT}:
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
=======
    with NativePrograms(build_once("native", native=True)) as program:
        yield program


@pytest.mark.parametrize(("opcode", "x", "weights", "out", "window"), LAYERS)
def test_a_layer_gives_the_same_bytes_natively(
    native_programs: NativePrograms,
    opcode: Opcode,
    x: tuple[int, ...],
    weights: tuple[int, ...],
    out: tuple[int, ...],
    window: Window,
) -> None:
    random = np.random.default_rng(8)
    maps, kernel, bias = (random.standard_normal(shape, np.float32) for shape in ((1, *x), weights, out[2:]))
    sides = weights[:2] if opcode == Opcode.DEPTHWISE else weights[1:3]
    program = make_program(opcode, [maps], [kernel, bias, None], (1, *out), window.list_numbers(sides))
    outcome = native_programs.run(program, lambda _: [maps.tobytes()])
    assert outcome.code == "ok"
    assert outcome.outputs == (ProgramInstance(program).run([maps])[0].tobytes(),)
>>>>>>> conv
