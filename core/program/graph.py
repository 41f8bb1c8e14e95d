"""A program before it is laid out in memory: values of static shapes, and the instructions that compute them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.program.opcodes import Opcode


@dataclass(eq=False)
class Value:
    """A tensor of the program.

    Attributes:
        shape: its static shape, up to 8 axes.
        dtype: of its elements, as they are computed with.
        constant: its elements, or None where an instruction or the host writes them.
        name: what the disassembler calls it.
        stored: the elements of a float32 constant as the file keeps them, float16; None where it keeps `constant`.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    constant: NDArray[Any] | None = None
    name: str = ""
    stored: NDArray[np.float16] | None = None

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of all elements."""
        return self.size * self.dtype.itemsize


@dataclass(eq=False)
class Instruction:
    """An instruction: operands in the order of its row in `wasm/program/opcodes.h` and of its kernel's first line.

    Attributes:
        opcode: what it does.
        outputs: values that it writes.
        inputs: values that it reads; None where an optional one is missing.
        numbers: its further words: integers from -2^31 to 2^32 - 1, or floats, which become float32.
    """

    opcode: Opcode
    outputs: list[Value]
    inputs: list[Value | None]
    numbers: list[int | float] = field(default_factory=list)


@dataclass(eq=False)
class ProgramGraph:
    """Instructions in the order in which they run.

    Attributes:
        inputs: values that the host writes before a run; the decoded image is none of them.
        outputs: values that the host reads after it.
        instructions: what runs.
        prologue: what runs once, when the program is loaded, before the host writes inputs; it reads constants.
    """

    inputs: list[Value] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    prologue: list[Instruction] = field(default_factory=list)

    def add_constant(self, values: NDArray[Any], name: str = "") -> Value:
        """Make a value of constant elements, whose dtype stays."""
        array = np.asarray(values, order="C")  # keeps a rank of 0
        return Value(array.shape, array.dtype, array, name)

    def add_input(self, shape: tuple[int, ...], dtype: Any, name: str = "") -> Value:
        """Make a value that the host writes."""
        value = Value(shape, np.dtype(dtype), None, name)
        self.inputs.append(value)
        return value

    def emit(
        self,
        opcode: Opcode,
        inputs: list[Value | None],
        *outputs: tuple[tuple[int, ...], Any],
        numbers: list[int | float] | None = None,
    ) -> list[Value]:
        """Append an instruction and return its outputs, given by shape and dtype."""
        values = [Value(shape, np.dtype(dtype)) for shape, dtype in outputs]
        self.instructions.append(Instruction(opcode, values, inputs, numbers or []))
        return values
