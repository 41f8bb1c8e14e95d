"""Simplification of reshapes, and of values that have more axes than files can say."""

from __future__ import annotations

import numpy as np

from webparity.export.wasm.memory_plan import is_whole_copy
from webparity.program.graph import Instruction, ProgramGraph, Value
from webparity.program.opcodes import Opcode

MAX_RANK = 8
_BY_SHAPE = frozenset({Opcode.BINARY, Opcode.WHERE})


def merge_reshapes(graph: ProgramGraph) -> None:
    """Let each reshape read what the reshapes before it read; changes the program in place."""
    makers: dict[Value, Instruction] = {}
    same: dict[Value, Value] = {}
    writers: dict[Value, int] = {}
    for instruction in graph.instructions:
        for value in instruction.outputs:
            writers[value] = writers.get(value, 0) + 1
    for instruction in graph.instructions:
        instruction.inputs[:] = [same.get(value, value) if value is not None else None for value in instruction.inputs]
        if not is_whole_copy(instruction) or writers[instruction.outputs[0]] > 1:
            continue
        (source,), (result,) = instruction.inputs, instruction.outputs
        if source in makers:
            source = makers[source].inputs[0]
            instruction.inputs[0] = source
        makers[result] = instruction
        if source is not None and source.shape == result.shape and source.dtype == result.dtype:
            same[result] = source
    graph.outputs[:] = [same.get(value, value) for value in graph.outputs]


def limit_ranks(graph: ProgramGraph) -> None:
    """Drop axes of length 1 from values of more than 8 axes; changes the program in place."""
    limited: list[Instruction] = []
    for instruction in graph.instructions:
        values = [value for value in [*instruction.inputs, *instruction.outputs] if value is not None]
        too_many = any(len(value.shape) > MAX_RANK for value in values)
        limited += _limit_broadcast(instruction) if too_many and instruction.opcode in _BY_SHAPE else [instruction]
    for instruction in limited:
        for value in [*instruction.inputs, *instruction.outputs]:
            if value is not None and len(value.shape) > MAX_RANK:
                _drop_ones(value)
    graph.instructions[:] = limited


def _drop_ones(value: Value) -> None:
    value.shape = tuple(side for side in value.shape if side != 1)
    if value.constant is not None:
        value.constant = value.constant.reshape(value.shape)


def _limit_broadcast(instruction: Instruction) -> list[Instruction]:
    """Broadcast between reshapes to the axes that the result has."""
    (result,) = instruction.outputs
    kept = [axis for axis, side in enumerate(result.shape) if side != 1]
    before: list[Instruction] = []
    operands: list[Value | None] = []
    for value in instruction.inputs:
        if value is None:
            operands.append(None)
            continue
        shape = tuple(value.shape[axis] for axis in kept)
        if value.constant is not None:
            operands.append(Value(shape, value.dtype, np.asarray(value.constant).reshape(shape), value.name))
            continue
        reduced = Value(shape, value.dtype)
        before.append(_reshape(value, reduced))
        operands.append(reduced)
    inner = Value(tuple(result.shape[axis] for axis in kept), result.dtype)
    return [*before, Instruction(instruction.opcode, [inner], operands, instruction.numbers), _reshape(inner, result)]


def _reshape(source: Value, result: Value) -> Instruction:
    return Instruction(Opcode.COPY, [result], [source], [1, source.size, 1, 1, 0, 0])
