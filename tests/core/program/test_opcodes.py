"""The numbers of instructions are those of the C header."""

from __future__ import annotations

import re
from enum import IntEnum
from pathlib import Path
from typing import Final

import pytest

from webparity.program import opcodes

HEADER: Final = re.sub(
    r"/\*.*?\*/",
    "",
    (Path(__file__).parents[3] / "wasm" / "program" / "opcodes.h").read_text(),
    flags=re.DOTALL,
)


@pytest.mark.parametrize(
    ("enumeration", "name", "prefix"),
    [
        (opcodes.Opcode, "opcode", "OP_"),
        (opcodes.Unary, "unary_kind", "UNARY_"),
        (opcodes.Binary, "binary_kind", "BINARY_"),
        (opcodes.Reduce, "reduce_kind", "REDUCE_"),
        (opcodes.Pool, "pool_kind", "POOL_"),
        (opcodes.Activation, "activation_kind", "ACTIVATION_"),
        (opcodes.ResizeMethod, "resize_method", "RESIZE_"),
    ],
)
def test_numbers_are_those_of_the_header(enumeration: type[IntEnum], name: str, prefix: str) -> None:
    declared = re.search(rf"typedef enum \{{([^}}]*)\}} {name};", HEADER)
    assert declared
    numbers: dict[str, int] = {}
    for member, value in re.findall(r"\b(\w+)\s*(?:=\s*(\d+))?\s*(?:,|$)", declared[1].strip()):
        numbers[member] = int(value) if value else max(numbers.values(), default=-1) + 1
    counted = {member for member in numbers if member.endswith("COUNT")}
    assert len(counted) == 1
    assert {prefix + member.name: member.value for member in enumeration} == {
        member: value for member, value in numbers.items() if member not in counted
    }
