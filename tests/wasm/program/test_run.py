"""Running: order, the prologue, NaNs, memory, images."""

from __future__ import annotations

from typing import Final
from unittest.mock import Mock

import numpy as np
import pytest
from program_files import ProgramParts, Record, copy_words, make_constant
from program_seeds import make_program_seeds

from webparity.decode.contract import decode
from webparity.errors import UsageError
from webparity.program import instance
from webparity.program.instance import ProgramInstance
from webparity.program.opcodes import Opcode
from webparity.program.refusal import ProgramRefusal
from webparity.wasm.instance import ModuleFault

COPY: Final = copy_words([4], [1], [1])
CONSTANT: Final = np.arange(4, dtype=np.float32)


def refuse(parts: ProgramParts) -> tuple[str, str]:
    with pytest.raises(ProgramRefusal) as refused:
        ProgramInstance(parts.encode(), "p")
    return refused.value.code, str(refused.value).partition("(")[2].partition(" of p)")[0]


# %0 is copied to %1, %1 in place to %2, which has another shape.
SHARED: Final = ProgramParts(
    values=(Record(), Record(offset=16), Record((2, 2), offset=16)),
    inputs=(0,),
    outputs=(2,),
    instructions=((Opcode.COPY, 1, 0, *COPY), (Opcode.COPY, 2, 1, *COPY)),
    memory_bytes=32,
)


def test_another_shape_in_the_same_place() -> None:
    (out,) = ProgramInstance(SHARED.encode()).run([CONSTANT])
    np.testing.assert_array_equal(out, CONSTANT.reshape(2, 2))


def test_a_value_whose_place_was_taken_cannot_be_read() -> None:
    assert refuse(SHARED.change(outputs=(1,))) == ("order", "output 0")
    again = (*SHARED.instructions, (Opcode.COPY, 0, 1, *COPY))
    assert refuse(SHARED.change(instructions=again)) == ("order", "instruction 2")


@pytest.mark.parametrize("words", [copy_words([4], [-1], [1], (3, 0)), copy_words([3], [1], [1])])
def test_a_copy_in_place_passes_over_all_elements_in_order(words: list[int]) -> None:
    instructions = (SHARED.instructions[0], (Opcode.COPY, 2, 1, *words))
    assert refuse(SHARED.change(instructions=instructions)) == ("overlap", "instruction 1")


# c0 is copied to %1 at loading; %2 is the input, %3 the output.
PROLOGUE: Final = ProgramParts(
    values=(make_constant(CONSTANT, 0), Record(), Record(offset=16), Record((8,), offset=32)),
    inputs=(2,),
    outputs=(1, 3),
    instructions=(
        (Opcode.COPY, 1, 0, *copy_words([4], [-1], [1], (3, 0))),
        (Opcode.COPY, 3, 1, *COPY),
        (Opcode.COPY, 3, 2, *copy_words([4], [1], [1], (0, 4))),
    ),
    constants=CONSTANT.tobytes(),
    memory_bytes=64,
    prologue_count=1,
)


def test_the_prologue_runs_once_and_its_values_stay() -> None:
    program = ProgramInstance(PROLOGUE.encode())
    for given in (CONSTANT + 1, CONSTANT * 2):
        kept, out = program.run([given])
        np.testing.assert_array_equal(kept, CONSTANT[::-1])
        np.testing.assert_array_equal(out, [*CONSTANT[::-1], *given])


def test_nothing_takes_the_place_of_what_the_prologue_left() -> None:
    over = (*PROLOGUE.instructions, (Opcode.COPY, 1, 2, *COPY))
    assert refuse(PROLOGUE.change(instructions=over)) == ("overlap", "instruction 3")
    values = (*PROLOGUE.values[:3], Record((8,), offset=0))
    assert refuse(PROLOGUE.change(values=values))[0] == "overlap"
    assert refuse(PROLOGUE.change(inputs=(2, 1)))[0] == "operand"


def test_the_prologue_reads_no_inputs() -> None:
    assert refuse(PROLOGUE.change(prologue_count=3)) == ("order", "instruction 2")


@pytest.mark.parametrize(
    ("dtype", "bits", "canonical"),
    [(np.float32, np.uint32, 0x7FC00000), (np.float64, np.uint64, 0x7FF8 << 48)],
)
def test_nans_of_outputs_have_one_form(dtype: type, bits: type, canonical: int) -> None:
    number = 1 if dtype is np.float32 else 11
    values = (Record((7,), number), Record((7,), number, offset=64))
    parts = ProgramParts(values, (0,), (1,), [(Opcode.COPY, 1, 0, *copy_words([7], [1], [1]))], memory_bytes=128)
    for place in range(7):
        given = np.array([np.inf, -np.inf, -0.0, 1, -2, 1e-40, 3e38], dtype)
        expected = given.view(bits).copy()
        given[place] = -np.nan
        given.view(bits)[place] += bits(0x123)
        expected[place] = canonical
        (out,) = ProgramInstance(parts.encode()).run([given])
        np.testing.assert_array_equal(out.view(bits), expected)


def test_fill_writes_the_lowest_bits() -> None:
    low, high = 0x44332211, 0x88776655
    expected = {2: 0x11, 5: 0x2211, 12: low, 13: high << 32 | low}
    values = tuple(Record((3,), number, offset=32 * place) for place, number in enumerate(expected))
    fills = [(Opcode.FILL, place, low, high) for place in range(len(expected))]
    outputs = ProgramInstance(ProgramParts(values, (), range(4), fills).encode()).run()
    assert [array.tolist() for array in outputs] == [[value] * 3 for value in expected.values()]


def test_inputs_of_another_shape_or_type_are_refused_in_words() -> None:
    program = ProgramInstance(SHARED.encode(), "p")
    message = (
        r"^Expected for p arrays of float32 \[4\]; received float64 \[4\]\. Give one array for each input, in order\.$"
    )
    with pytest.raises(UsageError, match=message):
        program.run([CONSTANT.astype(np.float64)])
    with pytest.raises(UsageError, match=r"received no arrays\."):
        program.run()


def test_memory_does_not_grow_with_runs() -> None:
    program = ProgramInstance(SHARED.encode())
    program.run([CONSTANT])
    size = program.get_memory_bytes()
    for _ in range(100):
        program.run([CONSTANT])
    assert program.get_memory_bytes() == size


def test_a_program_keeps_its_answers_while_files_are_decoded(png: bytes) -> None:
    program = ProgramInstance(PROLOGUE.encode())
    before = program.run([CONSTANT])
    module = program._module
    room = module.call("reserve_input", len(png))
    module.write(room, png)
    module.call("decode_image", len(png))
    for one, other in zip(before, program.run([CONSTANT]), strict=True):
        np.testing.assert_array_equal(one, other)
    assert decode(png).shape == (5, 7, 3)


@pytest.fixture
def png() -> bytes:
    """A PNG of 5 rows of 7 pixels."""
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    Image.fromarray(np.arange(105, dtype=np.uint8).reshape(5, 7, 3)).save(file, "PNG")
    return file.getvalue()


def test_memory_of_a_huge_image_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "MAX_KEPT_BYTES", 2**20)
    program = ProgramInstance(make_program_seeds()["convolutions"])
    size = program.get_memory_bytes()
    given = np.ones((2, 3, 4), np.float32)
    small = np.full((9, 7, 3), 77, np.uint8)
    before = program.run([given], small)
    program.run([given], np.zeros((1000, 1000, 3), np.uint8))
    assert program.get_memory_bytes() == size
    for one, other in zip(before, program.run([given], small), strict=True):
        np.testing.assert_array_equal(one, other)


def test_nothing_runs_after_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    program = ProgramInstance(SHARED.encode(), "p")
    with monkeypatch.context() as changed:
        changed.setattr(program._module, "call", Mock(side_effect=ModuleFault("stopped")))
        with pytest.raises(ModuleFault, match=r"^stopped$"):
            program.run([CONSTANT])
    with pytest.raises(ModuleFault, match=r"^stopped; open p again$"):
        program.run([CONSTANT])
