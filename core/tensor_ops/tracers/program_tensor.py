"""A traced value of a program, or a constant that no instruction has needed yet."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from webparity.program.graph import Value
from webparity.program.opcodes import Binary


class Operators(Protocol):
    """What a tensor asks of its adapter."""

    def add_constant(self, elements: NDArray[Any]) -> Value:
        """Make a value of elements."""
        ...

    def compute(self, kind: Binary, x: ProgramTensor | float, y: ProgramTensor | float) -> ProgramTensor:
        """Compute a function of two tensors, or of a tensor and a number."""
        ...


class ProgramTensor:
    """A value of the program; operators add instructions to it.

    Attributes:
        ops: the adapter.
        shape: static.
        dtype: float32, float64, or that of indices and bytes.
        constant: the elements, if they are known; then there may be no value.
    """

    def __init__(self, ops: Operators, value: Value | None, constant: NDArray[Any] | None = None) -> None:
        known = constant if constant is not None else value
        if known is None:
            raise ValueError("a tensor without value and elements")
        self.ops = ops
        self.shape: tuple[int, ...] = tuple(known.shape)
        self.dtype: np.dtype[Any] = known.dtype
        self.constant = constant
        self._value = value

    @property
    def value(self) -> Value:
        """The value in the program, which is made when it is first asked for."""
        if self._value is None:
            if self.constant is None:
                raise ValueError("a tensor without value and elements")
            self._value = self.ops.add_constant(self.constant)
        return self._value

    def __add__(self, other: ProgramTensor | float) -> ProgramTensor:
        return self.ops.compute(Binary.ADD, self, other)

    def __radd__(self, other: ProgramTensor | float) -> ProgramTensor:
        return self.ops.compute(Binary.ADD, other, self)

    def __sub__(self, other: ProgramTensor | float) -> ProgramTensor:
        return self.ops.compute(Binary.SUBTRACT, self, other)

    def __rsub__(self, other: ProgramTensor | float) -> ProgramTensor:
        return self.ops.compute(Binary.SUBTRACT, other, self)

    def __mul__(self, other: ProgramTensor | float) -> ProgramTensor:
        return self.ops.compute(Binary.MULTIPLY, self, other)

    def __rmul__(self, other: ProgramTensor | float) -> ProgramTensor:
        return self.ops.compute(Binary.MULTIPLY, other, self)

    def __truediv__(self, other: ProgramTensor | float) -> ProgramTensor:
        return self.ops.compute(Binary.DIVIDE, self, other)
