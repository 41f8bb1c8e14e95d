"""A program as text."""

from __future__ import annotations

import pytest
from program_seeds import make_program_seeds

from webparity.program.file import read_program_file
from webparity.program.instance import ProgramInstance
from webparity.program.listing import list_program
from webparity.program.refusal import ProgramRefusal

SEEDS = make_program_seeds()


def test_a_listing_names_values_operands_and_numbers() -> None:
    lines = [*list_program(read_program_file(SEEDS["copy"]))]
    head, inputs, outputs, *code = lines
    assert head.startswith(f"{len(SEEDS['copy'])} bytes, of which ")
    assert "6 instructions, 1 of them at loading" in head
    assert inputs.startswith("inputs:  %")
    assert "float32[2x3x4]@" in inputs
    assert outputs.count("%") == 3
    assert code[0].startswith("0  %")
    assert "= copy c" in code[0]
    assert code[0].endswith("rank=1, dims=[8], x strides=[-1], out strides=[1], x offset=7, out offset=0")
    assert any("from float16" in line for line in code)


def test_numbers_are_words_and_reals_where_they_mean_that() -> None:
    text = "\n".join("\n".join(list_program(read_program_file(data))) for data in SEEDS.values())
    for part in (
        "kind=tanh",
        "kind=less",
        "method=bilinear",
        "activation=clip, low=0, high=6",
        "epsilon=0.001",
        "alpha=0.5",
    ):
        assert part in text


@pytest.mark.parametrize("name", SEEDS)
def test_every_instruction_is_listed_by_its_names(name: str) -> None:
    program = read_program_file(SEEDS[name])
    code = [*list_program(program)][3:]
    assert [line.split(" = ")[1].split()[0].rstrip(",") for line in code] == [
        each.opcode.name.lower() for each in program.instructions
    ]
    loaded = ProgramInstance(SEEDS[name])
    for places, numbers in ((loaded.inputs, program.inputs), (loaded.outputs, program.outputs)):
        values = [program.values[number] for number in numbers]
        assert [(place.shape, place.dtype) for place in places] == [(value.shape, value.dtype) for value in values]


@pytest.mark.parametrize("size", [0, 10, 64, 100])
def test_what_is_no_program_is_refused(size: int) -> None:
    with pytest.raises(ProgramRefusal):
        read_program_file(SEEDS["copy"][:size])
