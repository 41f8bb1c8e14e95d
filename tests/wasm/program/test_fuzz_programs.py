"""Altered programs in the module and in the native program with sanitizers: no fault, one verdict, the same bytes."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from changed_programs import make_changed_programs
from native_programs import NativePrograms, Outcome
from program_seeds import make_program_seeds

from webparity.program.file import read_program_file
from webparity.program.instance import ProgramInstance
from webparity.program.opcodes import Opcode
from webparity.program.refusal import ProgramRefusal

pytestmark = pytest.mark.slow

# In 2^20 multiply-adds: a tenth of a second of the native program.
MOST_WORK: Final = 4
SEEDS: Final = make_program_seeds()
IMAGE: Final = np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8)


@pytest.fixture(scope="module")
def native_programs(build_once: Callable[..., Path]) -> Iterator[NativePrograms]:
    """The native program, as it loads programs."""
    with NativePrograms(build_once("native", native=True)) as program:
        yield program


def make_inputs(sizes: Sequence[int]) -> list[bytes]:
    """Bytes that are moderate numbers of every type."""
    return [(b"\x01\x02\x80\x3f" * (size // 4 + 1))[:size] for size in sizes]


def run_module(program: bytes) -> Outcome:
    """The module's verdict, told by its error."""
    try:
        loaded = ProgramInstance(program, "p")
        if loaded.work > MOST_WORK:
            return Outcome("ok", "file", 0)
        sizes = [int(np.prod(place.shape)) * place.dtype.itemsize for place in loaded.inputs]
        arrays = [
            np.frombuffer(data, place.dtype).reshape(place.shape)
            for data, place in zip(make_inputs(sizes), loaded.inputs, strict=True)
        ]
        outputs = loaded.run(arrays, IMAGE)
    except ProgramRefusal as refused:
        place = str(refused).partition("(")[2].partition(")")[0].split()
        part, position = (place[0], int(place[1])) if len(place) > 1 else ("file", 0)
        return Outcome(refused.code, part, position)
    return Outcome("ok", "file", 0, tuple(array.tobytes() for array in outputs))


def compare(program: bytes, native_programs: NativePrograms) -> str:
    """Demand one verdict of both builds, and the same bytes; gives its code."""
    image = struct.pack("<2I", IMAGE.shape[1], IMAGE.shape[0]) + IMAGE.tobytes()
    outcome = run_module(program)
    assert native_programs.run(program, make_inputs, image, MOST_WORK) == outcome
    return outcome.code


@pytest.mark.parametrize("name", SEEDS)
def test_programs_of_every_instruction_give_the_same_bytes(native_programs: NativePrograms, name: str) -> None:
    assert compare(SEEDS[name], native_programs) == "ok"


@pytest.mark.parametrize("count", [40, pytest.param(1500, marks=pytest.mark.full)])
@pytest.mark.parametrize("name", SEEDS)
def test_altered_programs_get_one_verdict_and_the_same_bytes(
    native_programs: NativePrograms, name: str, count: int
) -> None:
    codes = Counter(compare(program, native_programs) for program in make_changed_programs(SEEDS[name], count, seed=1))
    assert count // 50 <= codes["ok"] < count - count // 50
    assert len(codes) > 4


def test_every_instruction_is_tried() -> None:
    used = {each.opcode for program in SEEDS.values() for each in read_program_file(program).instructions}
    assert used == set(Opcode)
