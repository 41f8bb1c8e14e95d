"""The file of a program, as `wasm/program/format.h` describes it."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.errors import ExportError
from webparity.export.wasm.memory_plan import ALIGNMENT, plan_memory
from webparity.program.element_types import get_type_number
from webparity.program.graph import Instruction, ProgramGraph, Value

MAGIC: Final = 0x50425057
VERSION: Final = 1
MAX_RANK: Final = 8
NO_VALUE: Final = 0xFFFFFFFF
# What a program may need; beyond it, browsers on small devices give up.
MAX_MEMORY: Final = 1 << 30
_HEADER: Final = struct.Struct("<16I")
_VALUE: Final = struct.Struct("<4B2I8I20x")
_CONSTANT, _MEMORY = 0, 1


def write_program(graph: ProgramGraph) -> bytes:
    """Lay a program out in memory and write its file; the same program gives the same bytes.

    Args:
        graph: instructions in the order in which they run; what they read is a constant, an input or written before.

    Raises:
        ExportError: it would need more than 1 GiB, or a value has an element type or a rank that programs do not have.
    """
    plan = plan_memory(graph)
    values = _list_values(graph)
    constants = _Constants()
    ids = {value: number for number, value in enumerate(values)}
    records = b"".join(_encode_value(value, plan.offsets, constants) for value in values)
    instructions = [*graph.prologue, *graph.instructions]
    code = b"".join(_encode_instruction(instruction, ids) for instruction in instructions)
    needed = plan.size + constants.size + constants.widened_size
    if needed > MAX_MEMORY:
        raise ExportError(
            f"Expected a model that computes in 1 GiB of memory; received one that needs {needed / 2**30:.1f} GiB. "
            "Use a smaller network or a smaller input, or export only onnx: --target onnx."
        )
    inputs, outputs = ([ids[value] for value in each] for each in (graph.inputs, graph.outputs))
    parts = [
        records,
        *(np.array(each, "<u4").tobytes() for each in (inputs, outputs)),
        code,
    ]
    size = _HEADER.size
    for part in parts:
        size = _align(size) + len(part)
    size = _align(size) + constants.size
    header = _HEADER.pack(
        *(MAGIC, VERSION, size, len(values), len(instructions), len(code) // 4, len(inputs), len(outputs)),
        *(constants.size, constants.widened_size, plan.size, len(graph.prologue), 0, 0, 0, 0),
    )
    file = bytearray(header)
    for part in parts:
        file += bytes(_align(len(file)) - len(file)) + part
    file += bytes(_align(len(file)) - len(file))
    return constants.join_behind(bytes(file))


class _Constants:
    """The constants of the file, equal ones once, and the room of those that are widened at loading."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._offsets: dict[bytes, int] = {}
        self.size = 0
        self.widened_size = 0

    def add(self, elements: NDArray[Any]) -> int:
        """Add elements and return their offset."""
        data = np.ascontiguousarray(elements).astype(elements.dtype.newbyteorder("<"), copy=False).tobytes()
        if data not in self._offsets:
            start = _align(self.size)
            self._offsets[data] = start
            self._parts += [bytes(start - self.size), data]
            self.size = start + len(data)
        return self._offsets[data]

    def add_widened(self, size: int) -> int:
        """Make room for what is widened at loading, and return its offset."""
        offset = self.widened_size
        self.widened_size += _align(size)
        return offset

    def join_behind(self, start: bytes) -> bytes:
        """Join what comes before the constants, and the constants."""
        return b"".join([start, *self._parts])


def _list_values(graph: ProgramGraph) -> list[Value]:
    """List the values of a program, each once, in the order of their first use."""
    used: Iterable[Value | None] = [
        *graph.inputs,
        *(value for each in [*graph.prologue, *graph.instructions] for value in [*each.inputs, *each.outputs]),
        *graph.outputs,
    ]
    return list(dict.fromkeys(value for value in used if value is not None))


def _encode_value(value: Value, offsets: dict[Value, int], constants: _Constants) -> bytes:
    number = get_type_number(value.dtype)
    if number is None or value.dtype == np.float16:
        raise ExportError(
            f"Expected a type of elements that programs have; received {value.dtype} in {value.name or 'a value'}. "
            "Export only onnx: --target onnx."
        )
    if len(value.shape) > MAX_RANK:
        raise ExportError(
            f"Expected tensors of at most {MAX_RANK} axes; received {value.shape} in {value.name or 'a value'}. "
            "Export only onnx: --target onnx."
        )
    dims = [*value.shape, *[0] * (MAX_RANK - len(value.shape))]
    if value.constant is None:
        fields = [_MEMORY, 0, offsets[value], 0]
    elif value.stored is None:
        fields = [_CONSTANT, number, 0, constants.add(value.constant)]
    else:
        number_stored = get_type_number(value.stored.dtype) or 0
        fields = [_CONSTANT, number_stored, constants.add_widened(value.nbytes), constants.add(value.stored)]
    storage, stored_type, offset, stored_offset = fields
    return _VALUE.pack(number, len(value.shape), storage, stored_type, offset, stored_offset, *dims)


def _encode_instruction(instruction: Instruction, ids: dict[Value, int]) -> bytes:
    operands = [ids[value] for value in instruction.outputs]
    operands += [NO_VALUE if value is None else ids[value] for value in instruction.inputs]
    operands += [_encode_number(number) for number in instruction.numbers]
    return np.array([instruction.opcode | (len(operands) + 1) << 16, *operands], "<u4").tobytes()


def _encode_number(number: float) -> int:
    if isinstance(number, float):
        return int.from_bytes(struct.pack("<f", number), "little")
    return int(number) & 0xFFFFFFFF


def _align(size: int) -> int:
    return (size + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT
