"""A program of one instruction, run in the module."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from program_files import ALIGNMENT, NUMBERS, ProgramParts, Record

from webparity.program.instance import ProgramInstance
from webparity.program.opcodes import Opcode


def make_program(
    opcode: Opcode,
    outputs: Sequence[tuple[tuple[int, ...], Any]],
    inputs: Sequence[NDArray[Any]],
    numbers: Sequence[int] = (),
    *,
    in_place: int | None = None,
) -> bytes:
    """Write the file of one instruction.

    Args:
        opcode: what it does.
        outputs: shape and dtype of what it writes.
        inputs: of the shapes and dtypes that it reads; the host writes them.
        numbers: its further operands.
        in_place: the input in whose place the first output lies.
    """
    shapes = [(tuple(shape), np.dtype(dtype)) for shape, dtype in outputs] + [(x.shape, x.dtype) for x in inputs]
    records, end = [], 0
    for shape, dtype in shapes:
        records.append(Record(shape, NUMBERS[dtype], offset=end))
        end += -(-int(np.prod(shape, dtype=np.int64)) * dtype.itemsize // ALIGNMENT) * ALIGNMENT
    count = len(outputs)
    if in_place is not None:
        records[0] = Record(shapes[0][0], NUMBERS[shapes[0][1]], offset=records[count + in_place].offset)
    return ProgramParts(
        values=records,
        inputs=range(count, len(records)),
        outputs=range(count),
        instructions=[(opcode, *range(len(records)), *numbers)],
        memory_bytes=end,
    ).encode()


def run_kernel(
    opcode: Opcode,
    outputs: Sequence[tuple[tuple[int, ...], Any]],
    inputs: Sequence[NDArray[Any]],
    numbers: Sequence[int] = (),
    *,
    in_place: int | None = None,
) -> list[NDArray[Any]]:
    """Run one instruction in the module, as `make_program` has it, and return its outputs."""
    program = make_program(opcode, outputs, inputs, numbers, in_place=in_place)
    return ProgramInstance(program).run([np.asarray(x, order="C") for x in inputs])


def count_ulps(found: NDArray[Any], expected: NDArray[Any]) -> float:
    """The largest distance of finite numbers from wider expected ones, in units of the last place.

    Args:
        found: float32 or float64; where `expected` rounds to an infinity or NaN, the same must be found.
        expected: a wider type.
    """
    with np.errstate(over="ignore"):
        rounded = expected.astype(found.dtype)
    finite = np.isfinite(rounded)
    np.testing.assert_array_equal(found[~finite], rounded[~finite])
    distance = np.abs(found[finite].astype(expected.dtype) - expected[finite])
    return float((distance / np.spacing(np.abs(rounded[finite]))).max(initial=0))
