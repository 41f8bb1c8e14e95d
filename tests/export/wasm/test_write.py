import struct

import numpy as np
import pytest

from webparity.errors import ExportError
from webparity.export.wasm.write import write_program
from webparity.program.graph import Instruction, ProgramGraph, Value
from webparity.program.instance import ProgramInstance
from webparity.program.opcodes import Binary, Opcode


def _make_sum(constant: Value) -> ProgramGraph:
    graph = ProgramGraph()
    x = graph.add_input(constant.shape, np.float32, "x")
    graph.outputs += graph.emit(Opcode.BINARY, [x, constant], (constant.shape, np.float32), numbers=[int(Binary.ADD)])
    return graph


def test_a_written_program_computes() -> None:
    numbers = np.arange(6, dtype=np.float32).reshape(2, 3)
    graph = _make_sum(ProgramGraph().add_constant(numbers))
    (total,) = ProgramInstance(write_program(graph)).run([numbers * 2])
    np.testing.assert_array_equal(total, numbers * 3)


def test_equal_constants_are_written_once() -> None:
    numbers = np.arange(1000, dtype=np.float32)
    graph = _make_sum(ProgramGraph().add_constant(numbers))
    single = len(write_program(graph))
    graph.outputs += graph.emit(
        Opcode.BINARY,
        [graph.outputs[0], graph.add_constant(numbers.copy())],
        (numbers.shape, np.float32),
        numbers=[int(Binary.ADD)],
    )
    assert len(write_program(graph)) < single + 300


def test_float16_constants_are_widened() -> None:
    codes = np.linspace(-3, 3, 9).astype(np.float16)
    constant = ProgramGraph().add_constant(codes.astype(np.float32))
    constant.stored = codes
    graph = _make_sum(constant)
    (total,) = ProgramInstance(write_program(graph)).run([np.zeros(9, np.float32)])
    np.testing.assert_array_equal(total, codes.astype(np.float32))
    short = len(write_program(graph))
    constant.stored = None
    assert len(write_program(graph)) > short


def test_the_prologue_runs_before_the_first_image() -> None:
    graph = ProgramGraph()
    codes = graph.add_constant(np.array([-127, 5, 127], np.int8))
    wide, weights = (Value((3,), np.dtype(np.float32)) for _ in range(2))
    scale = graph.add_constant(np.float32([0.3]))
    graph.prologue += [
        Instruction(Opcode.CAST, [wide], [codes]),
        Instruction(Opcode.BINARY, [weights], [wide, scale], [int(Binary.MULTIPLY)]),
    ]
    x = graph.add_input((3,), np.float32)
    graph.outputs += graph.emit(Opcode.BINARY, [x, weights], ((3,), np.float32), numbers=[int(Binary.MULTIPLY)])
    program = ProgramInstance(write_program(graph))
    for factor in (1, 2):
        (product,) = program.run([np.full(3, factor, np.float32)])
        np.testing.assert_array_equal(product, np.float32([-127, 5, 127]) * np.float32(0.3) * np.float32(factor))


def test_the_same_program_gives_the_same_bytes() -> None:
    numbers = np.ones((2, 2), np.float32)
    first, second = (write_program(_make_sum(ProgramGraph().add_constant(numbers))) for _ in range(2))
    assert first == second
    assert struct.unpack_from("<4s2I", first) == (b"WPBP", 1, len(first))


def test_a_program_that_needs_more_than_a_gibibyte_is_refused() -> None:
    graph = ProgramGraph()
    graph.outputs += graph.emit(Opcode.FILL, [], ((1 << 28, 1), np.float32), numbers=[0, 0])
    graph.outputs += graph.emit(Opcode.FILL, [], ((16,), np.float32), numbers=[0, 0])
    with pytest.raises(ExportError, match=r"1 GiB of memory; received one that needs 1\.0 GiB"):
        write_program(graph)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Value((1,) * 9, np.dtype(np.float32), name="deep"), "at most 8 axes; received"),
        (Value((1,), np.dtype(np.complex64), name="waves"), "received complex64 in waves"),
    ],
)
def test_values_that_no_program_has_are_refused(value: Value, words: str) -> None:
    graph = ProgramGraph(inputs=[value])
    with pytest.raises(ExportError, match=words):
        write_program(graph)
