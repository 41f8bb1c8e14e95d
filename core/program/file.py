"""What the file of a program holds, read back: `wasm/program/format.h`."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from webparity.program.element_types import ELEMENT_TYPES
from webparity.program.opcodes import Opcode
from webparity.program.refusal import make_refusal

NO_VALUE: Final = 2**32 - 1
_HEADER: Final = struct.Struct("<16I")
_VALUE: Final = struct.Struct("<4B2I8I20x")
_ALIGNMENT: Final = 16
_WORD: Final = 4


@dataclass(frozen=True)
class StoredValue:
    """A value of a file.

    Attributes:
        shape: its static shape.
        dtype: of its elements, as they are computed with.
        stored_dtype: as a constant stands in the file; None for a value in memory.
        offset: in bytes: of a constant in the file's constants, else in the memory.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    stored_dtype: np.dtype[Any] | None
    offset: int


@dataclass(frozen=True)
class StoredInstruction:
    """An instruction of a file: what it does, and its further words."""

    opcode: Opcode
    operands: tuple[int, ...]


@dataclass(frozen=True)
class ProgramFile:
    """What a file holds.

    Attributes:
        size: bytes of the file.
        values: by number.
        inputs: numbers of the values that the host writes.
        outputs: numbers of the values that it reads.
        instructions: in the order in which they run.
        prologue_count: so many first ones run at loading.
        constant_bytes: bytes of the constants in the file.
        memory_bytes: bytes of all other values, which share memory.
    """

    size: int
    values: tuple[StoredValue, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    instructions: tuple[StoredInstruction, ...]
    prologue_count: int
    constant_bytes: int
    memory_bytes: int


def read_program_file(data: bytes, name: str = "the program") -> ProgramFile:
    """Read a file that the module has loaded.

    Args:
        data: the file's bytes.
        name: what to call it in an error.

    Raises:
        ProgramRefusal: it is no program.
    """
    try:
        return _read(data)
    except (struct.error, IndexError, KeyError, ValueError) as error:
        raise make_refusal("truncated", "file", 0, name) from error


def _read(data: bytes) -> ProgramFile:
    header = _HEADER.unpack_from(data)
    value_count, instruction_count, code_words, input_count, output_count = header[3:8]
    at = _HEADER.size
    values = tuple(_read_value(data, at + index * _VALUE.size) for index in range(value_count))
    at += value_count * _VALUE.size
    parts: list[tuple[int, ...]] = []
    for count in (input_count, output_count, code_words):
        parts.append(struct.unpack_from(f"<{count}I", data, at))
        at += -(-count * _WORD // _ALIGNMENT) * _ALIGNMENT
    inputs, outputs, code = parts
    return ProgramFile(
        size=len(data),
        values=values,
        inputs=inputs,
        outputs=outputs,
        instructions=tuple(_read_instructions(code, instruction_count)),
        prologue_count=header[11],
        constant_bytes=header[8],
        memory_bytes=header[10],
    )


def _read_value(data: bytes, at: int) -> StoredValue:
    kind, rank, storage, stored, offset, stored_offset, *dims = _VALUE.unpack_from(data, at)
    if storage:
        return StoredValue(tuple(dims[:rank]), ELEMENT_TYPES[kind], None, offset)
    return StoredValue(tuple(dims[:rank]), ELEMENT_TYPES[kind], ELEMENT_TYPES[stored], stored_offset)


def _read_instructions(code: tuple[int, ...], count: int) -> list[StoredInstruction]:
    instructions, at = [], 0
    for _ in range(count):
        length = code[at] >> 16
        instructions.append(StoredInstruction(Opcode(code[at] & 0xFFFF), code[at + 1 : at + length]))
        at += length
    return instructions
