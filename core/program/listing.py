"""A program as text, one instruction a line."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Final

from webparity.program.file import NO_VALUE, ProgramFile, StoredInstruction
from webparity.program.operands import ENUMERATIONS, FLOATS, OPERANDS, Operands

_SIGN: Final = 2**31


def list_program(program: ProgramFile) -> Iterator[str]:
    """Write a program as lines: what it is, its inputs and outputs, its instructions.

    Values are `%3` in memory and `c3` in the constants, with their shape, type and offset where they are first written.

    Args:
        program: as `read_program_file` gives it.
    """
    prologue = f", {program.prologue_count} of them at loading" if program.prologue_count else ""
    yield (
        f"{program.size} bytes, of which {program.constant_bytes} constants; "
        f"{len(program.instructions)} instructions{prologue}; {program.memory_bytes} bytes of memory"
    )
    yield f"inputs:  {', '.join(_describe(program, number) for number in program.inputs) or 'none'}"
    yield f"outputs: {', '.join(_describe(program, number) for number in program.outputs) or 'none'}"
    width = len(str(max(len(program.instructions) - 1, 0)))
    for position, instruction in enumerate(program.instructions):
        yield f"{position:>{width}}  {_show_instruction(program, instruction)}"


def _show_instruction(program: ProgramFile, instruction: StoredInstruction) -> str:
    name = instruction.opcode.name.lower()
    names = OPERANDS.get(instruction.opcode)
    if names is None:
        return f"{name} {' '.join(map(str, instruction.operands))}"
    writes, reads = len(names.writes), len(names.reads)
    results = ", ".join(_describe(program, number) for number in instruction.operands[:writes])
    operands = [
        _describe(program, number) for number in instruction.operands[writes : writes + reads] if number != NO_VALUE
    ]
    numbers = _show_numbers(instruction, names, instruction.operands[writes + reads :])
    return f"{results} = {name} {', '.join([*operands, *numbers])}".rstrip()


def _describe(program: ProgramFile, number: int) -> str:
    value = program.values[number]
    shape = "x".join(map(str, value.shape)) or "scalar"
    if value.stored_dtype is None:
        return f"%{number} {value.dtype}[{shape}]@{value.offset}"
    stored = "" if value.stored_dtype == value.dtype else f" from {value.stored_dtype}"
    return f"c{number} {value.dtype}[{shape}]{stored}"


def _show_numbers(instruction: StoredInstruction, names: Operands, words: Sequence[int]) -> Iterator[str]:
    known: dict[str, int] = {}
    left = list(words)
    for name in names.numbers:
        base, _, length = name.rstrip("]").partition("[")
        if length:
            count = known[length]
            yield f"{base}=[{' '.join(str(_sign(word)) for word in left[:count])}]"
            del left[:count]
        elif left:
            known[base] = left.pop(0)
            yield f"{base}={_show_number(instruction, base, known[base])}"
    if left:
        yield " ".join(map(str, left))


def _show_number(instruction: StoredInstruction, name: str, word: int) -> str:
    members = ENUMERATIONS.get((instruction.opcode, name))
    if members is not None and word in {*members}:
        return members(word).name.lower()
    if name in FLOATS:
        (number,) = struct.unpack("<f", struct.pack("<I", word))
        return f"{number:g}"
    return str(_sign(word))


def _sign(word: int) -> int:
    return word - 2 * _SIGN if word >= _SIGN else word
