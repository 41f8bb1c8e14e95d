"""What the loader refuses: each rule broken by one word of a file that is otherwise good."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pytest
from program_files import ProgramParts, Record, copy_words, make_constant

from webparity.program.instance import ProgramInstance
from webparity.program.opcodes import Opcode
from webparity.program.refusal import ProgramRefusal

HALVES: Final = np.array([1, -2, 0.5, 65504], np.float16)
CONSTANT: Final = np.arange(4, dtype=np.float32)
# Input %0 and constant c1 are copied to %2 and %3; c4 is widened from float16.
GOOD: Final = ProgramParts(
    values=(
        Record(),
        make_constant(CONSTANT, 0),
        Record(offset=16),
        Record(offset=32),
        Record(storage=0, stored_type=10, stored_offset=16),
    ),
    inputs=(0,),
    outputs=(2, 3, 4),
    instructions=(
        (Opcode.COPY, 2, 0, *copy_words([4], [1], [1])),
        (Opcode.COPY, 3, 1, *copy_words([4], [-1], [1], (3, 0))),
    ),
    constants=CONSTANT.tobytes() + HALVES.tobytes(),
    memory_bytes=48,
    widened_bytes=16,
)


def change_value(number: int, **fields: Any) -> ProgramParts:
    values = list(GOOD.values)
    record = values[number]
    values[number] = Record(**{**record.__dict__, **fields})
    return GOOD.change(values=values)


def change_instruction(number: int, *words: int) -> ProgramParts:
    instructions = list(GOOD.instructions)
    instructions[number] = words
    return GOOD.change(instructions=instructions)


def test_a_good_program_copies_and_widens() -> None:
    program = ProgramInstance(GOOD.encode())
    assert [(place.shape, place.dtype) for place in program.inputs] == [((4,), np.float32)]
    assert (program.uses_image, program.work) == (False, 1)
    given = np.array([1, 2, 3, 4], np.float32)
    copied, reversed_constant, widened = program.run([given])
    np.testing.assert_array_equal(copied, given)
    np.testing.assert_array_equal(reversed_constant, CONSTANT[::-1])
    np.testing.assert_array_equal(widened, HALVES.astype(np.float32))


def test_every_float16_is_widened_as_numpy_does_it() -> None:
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    parts = ProgramParts(
        values=(Record((2**16,), storage=0, stored_type=10),),
        outputs=(0,),
        constants=halves.tobytes(),
        widened_bytes=2**18,
    )
    (widened,) = ProgramInstance(parts.encode()).run()
    expected = halves.astype(np.float32)
    np.testing.assert_array_equal(widened, expected)
    finite = ~np.isnan(expected)
    np.testing.assert_array_equal(widened[finite].view(np.uint32), expected[finite].view(np.uint32))
    assert {*widened[~finite].view(np.uint32)} == {0x7FC00000}


HUGE: Final = 2**32 - 1
COPY_4: Final = copy_words([4], [1], [1])
REFUSED: Final[dict[str, tuple[ProgramParts, str, str, int]]] = {
    "another magic": (GOOD.change(wrong={0: 1}), "header", "file", 0),
    "another version": (GOOD.change(wrong={1: 2}), "other-version", "file", 0),
    "a reserved word": (GOOD.change(wrong={15: 1}), "header", "file", 0),
    "another size": (GOOD.change(wrong={2: 64}), "truncated", "file", 0),
    "more values": (GOOD.change(wrong={3: HUGE}), "truncated", "file", 0),
    "more instructions": (GOOD.change(wrong={4: 3}), "truncated", "instruction", 2),
    "fewer instructions": (GOOD.change(wrong={4: 1}), "truncated", "instruction", 1),
    "more words of code": (GOOD.change(wrong={5: HUGE}), "truncated", "file", 0),
    "more constants": (GOOD.change(wrong={8: 25}), "truncated", "file", 0),
    "more memory than there is": (GOOD.change(memory_bytes=HUGE), "out-of-memory", "file", 0),
    "more than 1 GiB": (GOOD.change(memory_bytes=2**30), "out-of-memory", "file", 0),
    "a longer prologue than the code": (GOOD.change(prologue_count=3), "header", "file", 0),
    "an unknown type": (change_value(0, type=8), "type", "value", 0),
    "float16 to compute with": (change_value(0, type=10), "type", "value", 0),
    "an unknown storage": (change_value(0, storage=2), "type", "value", 0),
    "a stored type in memory": (change_value(0, stored_type=1), "type", "value", 0),
    "a constant of another type": (change_value(1, stored_type=6), "type", "value", 1),
    "a constant in memory": (change_value(1, offset=16), "type", "value", 1),
    "float64 widened": (change_value(4, type=11), "type", "value", 4),
    "nine axes": (change_value(0, rank=9), "shape", "value", 0),
    "a length behind the rank": (change_value(0, dims=(4, 1), rank=1), "shape", "value", 0),
    "too many elements": (change_value(0, dims=(2**16, 2**16)), "shape", "value", 0),
    "too many beside an empty axis": (change_value(0, dims=(0, HUGE, HUGE)), "shape", "value", 0),
    "a value beyond the memory": (change_value(3, offset=48), "bounds", "value", 3),
    "a value whose end wraps": (change_value(3, offset=HUGE - 15), "bounds", "value", 3),
    "a value between the steps of 16": (change_value(3, offset=28), "bounds", "value", 3),
    "a constant beyond the constants": (change_value(1, stored_offset=16), "bounds", "value", 1),
    "a constant between the steps": (change_value(4, stored_offset=12), "bounds", "value", 4),
    "a widened constant beyond its part": (change_value(4, offset=16), "bounds", "value", 4),
    "an input that is none": (GOOD.change(inputs=(9,)), "operand", "input", 0),
    "a constant as input": (GOOD.change(inputs=(1,)), "operand", "input", 0),
    "an input twice": (GOOD.change(inputs=(0, 0)), "operand", "input", 1),
    "an output that is none": (GOOD.change(outputs=(9,)), "operand", "output", 0),
    "an output that is never written": (GOOD.change(instructions=GOOD.instructions[:1]), "order", "output", 1),
    "an instruction of number 0": (change_instruction(0, 0, 2, 0, *COPY_4), "opcode", "instruction", 0),
    "an instruction of number 65535": (change_instruction(1, 65535), "opcode", "instruction", 1),
    "an operand that is no value": (change_instruction(1, Opcode.COPY, 3, 9, *COPY_4), "operand", "instruction", 1),
    "a missing operand": (change_instruction(1, Opcode.COPY, 3, HUGE, *COPY_4), "operand", "instruction", 1),
    "a constant to write to": (change_instruction(1, Opcode.COPY, 1, 0, *COPY_4), "operand", "instruction", 1),
    "too few words": (change_instruction(1, Opcode.COPY, 3), "operand", "instruction", 1),
    "too many words": (change_instruction(1, Opcode.COPY, 3, 1, *COPY_4, 0), "operand", "instruction", 1),
    "a value read before it is written": (change_instruction(0, Opcode.COPY, 2, 3, *COPY_4), "order", "instruction", 0),
    "a step beyond the value": (
        change_instruction(0, Opcode.COPY, 2, 0, *copy_words([4], [2], [1])),
        "bounds",
        "instruction",
        0,
    ),
    "a step before the value": (
        change_instruction(0, Opcode.COPY, 2, 0, *copy_words([4], [-1], [1])),
        "bounds",
        "instruction",
        0,
    ),
    "more steps than 32 bits count": (
        change_instruction(0, Opcode.COPY, 2, 0, *copy_words([2**20, 2**19], [0, 0], [0, 0])),
        "shape",
        "instruction",
        0,
    ),
    "more work than an image is worth": (
        GOOD.change(instructions=[(Opcode.COPY, 2, 0, *copy_words([2**31], [0], [0]))] * 200),
        "work",
        "instruction",
        128,
    ),
    "a result that reaches over what is read": (
        GOOD.change(
            values=[Record((8,)), *GOOD.values[1:]],
            instructions=[(Opcode.COPY, 2, 0, *COPY_4), *GOOD.instructions[1:]],
        ),
        "overlap",
        "instruction",
        0,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_broken_rule_is_refused_by_name(name: str) -> None:
    parts, code, part, position = REFUSED[name]
    with pytest.raises(ProgramRefusal) as refused:
        ProgramInstance(parts.encode(), "p")
    place = "p" if part == "file" else f"{part} {position} of p"
    assert (refused.value.code, f"({place})" in str(refused.value)) == (code, True), str(refused.value)


def test_every_shorter_or_longer_file_is_refused() -> None:
    data = GOOD.encode()
    for size in (0, 1, 63, 64, 65, len(data) - 1):
        with pytest.raises(ProgramRefusal, match=r"^Expected a program of the size that it states; "):
            ProgramInstance(data[:size])
    with pytest.raises(ProgramRefusal, match=r"^Expected a program of the size that it states; "):
        ProgramInstance(data + b"\0")


def test_bytes_between_the_parts_are_zero() -> None:
    data = bytearray(GOOD.encode())
    between = 64 + 64 * len(GOOD.values) + 4 * len(GOOD.inputs)
    assert data[between] == 0
    data[between] = 1
    with pytest.raises(ProgramRefusal) as refused:
        ProgramInstance(bytes(data))
    assert refused.value.code == "header"
