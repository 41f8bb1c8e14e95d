"""Builder of a program: shared constants, and instructions that are not repeated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.program.graph import Instruction, ProgramGraph, Value
from webparity.program.opcodes import Opcode

_REAL: Final = np.dtype(np.float32)
_WIDE: Final = np.dtype(np.float64)
# Constants of this many bytes are stored as float32 where that holds them, and widened by an instruction.
_WORTH_NARROWING: Final = 1024


class ProgramBuilder:
    """Appends values and instructions to a program; an instruction with equal operands is appended once.

    Args:
        graph: the program under construction.
    """

    def __init__(self, graph: ProgramGraph) -> None:
        self.graph = graph
        self._constants: dict[tuple[Any, ...], Value] = {}
        self._traced: dict[tuple[Any, ...], Value] = {}

    def add_constant(self, elements: NDArray[Any]) -> Value:
        """Make a value of elements; equal ones are shared."""
        stored = self.add_table(elements, narrow=elements.nbytes >= _WORTH_NARROWING)
        return stored if stored.dtype == elements.dtype else self._widen(stored)

    def add_table(self, elements: NDArray[Any], *, narrow: bool = False) -> Value:
        """Make a value of elements; equal ones are shared.

        Args:
            elements: of any type.
            narrow: make float32 of float64 where that holds every element.
        """
        if narrow and elements.dtype == _WIDE:
            with np.errstate(over="ignore"):
                real = elements.astype(_REAL)
            elements = real if np.array_equal(real, elements) else elements
        array = np.ascontiguousarray(elements).reshape(elements.shape)
        key = (array.dtype, array.shape, array.tobytes())
        if key not in self._constants:
            self._constants[key] = Value(array.shape, array.dtype, array)
        return self._constants[key]

    def _widen(self, narrow: Value) -> Value:
        """Convert a constant to float64 once, when the program is loaded."""
        key = (Opcode.CAST, narrow)
        if key not in self._traced:
            wide = Value(narrow.shape, _WIDE)
            self.graph.prologue.append(Instruction(Opcode.CAST, [wide], [narrow]))
            self._traced[key] = wide
        return self._traced[key]

    def emit(
        self, opcode: Opcode, inputs: Sequence[Value | None], shape: Sequence[int], dtype: Any, *numbers: float
    ) -> Value:
        """Append an instruction of one result, or return that of an equal one."""
        shape, dtype = tuple(map(int, shape)), np.dtype(dtype)
        key = (opcode, tuple(inputs), shape, dtype, numbers)
        if key not in self._traced:
            result = Value(shape, dtype)
            self.graph.instructions.append(Instruction(opcode, [result], list(inputs), list(numbers)))
            self._traced[key] = result
        return self._traced[key]

    def emit_into(self, result: Value, opcode: Opcode, inputs: Sequence[Value | None], *numbers: float) -> None:
        """Append an instruction that writes a part of a value."""
        self.graph.instructions.append(Instruction(opcode, [result], list(inputs), list(numbers)))
