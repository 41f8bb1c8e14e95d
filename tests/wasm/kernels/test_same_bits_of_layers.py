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


@pytest.fixture(scope="module")
def native_programs(build_once: Callable[..., Path]) -> Iterator[NativePrograms]:
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
