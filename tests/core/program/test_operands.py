"""The operands of instructions are those of the C table and of the kernels' first comments."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from webparity.program.opcodes import Opcode
from webparity.program.operands import ENUMERATIONS, OPERANDS

WASM: Final = Path(__file__).parents[3] / "wasm"
TABLE: Final = (WASM / "program" / "instructions.c").read_text()


def test_counts_are_those_of_the_table_of_instructions() -> None:
    lines = re.findall(r"\[OP_(\w+)\] = \{(\d+), (\d+), (\d+), (\d+), check_(\w+), run_(\w+)", TABLE)
    assert {name for name, *_ in lines} == {opcode.name for opcode in Opcode}
    for name, writes, reads, _, numbers, check, run in lines:
        operands = OPERANDS[Opcode[name]]
        assert (len(operands.writes), len(operands.reads)) == (int(writes), int(reads)), name
        # Numbers that are repeated may be missing.
        assert len([number for number in operands.numbers if "[" not in number]) == int(numbers), name
        assert name.lower() == check == run


def test_every_kernel_says_its_operands_first() -> None:
    comments = [file.read_text().partition("*/")[0] for file in (WASM / "kernels").rglob("*.c")]
    for opcode, operands in OPERANDS.items():
        (comment,) = [text for text in comments if text.startswith(f"/* {opcode.name.lower()}: ")]
        first = comment.partition(": ")[2]
        assert first.startswith((*operands.writes[:1], "the operands", "operands")), opcode


def test_enumerations_name_numbers_that_are_there() -> None:
    for opcode, name in ENUMERATIONS:
        if name != "activation":
            assert name in OPERANDS[opcode].numbers
