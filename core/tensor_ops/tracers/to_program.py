"""Tensor operations traced into a program of the WebAssembly module.

"Real" is float32 and "double-float" float64, which the module has. Shapes are static and N is 1. What depends on
constants alone is computed at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.program.graph import Value
from webparity.program.opcodes import Binary, Opcode, Reduce, Unary
from webparity.tensor_ops.tracers import program_folding as folding
from webparity.tensor_ops.tracers.program_builder import ProgramBuilder
from webparity.tensor_ops.tracers.program_tensor import ProgramTensor

_REAL: Final = np.dtype(np.float32)
_WIDE: Final = np.dtype(np.float64)
_INDEX: Final = np.dtype(np.int64)


class ProgramOps(ProgramBuilder):
    """`tensor_ops.ops.Ops` that appends instructions to a program."""

    def wrap(self, value: Value) -> ProgramTensor:
        """A value of the program as a tensor."""
        return ProgramTensor(self, value, value.constant)

    def compute(self, kind: Binary, x: ProgramTensor | float, y: ProgramTensor | float) -> ProgramTensor:
        """Compute a function of two tensors of one type that broadcast, or of a tensor and a number."""
        dtype = next(each.dtype for each in (x, y) if isinstance(each, ProgramTensor))
        a, b = (
            each if isinstance(each, ProgramTensor) else ProgramTensor(self, None, np.asarray(each, dtype))
            for each in (x, y)
        )
        if a.dtype != b.dtype:
            raise TypeError(f"{a.dtype} and {b.dtype} in one operation")
        if a.constant is not None and b.constant is not None:
            return ProgramTensor(self, None, folding.fold_binary(kind, a.constant, b.constant))
        shape = np.broadcast_shapes(a.shape, b.shape)
        for kept, other in ((a, b), (b, a)):
            is_one = other.constant is not None and bool(np.all(other.constant == 1))
            if kind is Binary.MULTIPLY and is_one and kept.shape == shape:
                return kept
        result = np.bool_ if kind is Binary.GREATER_OR_EQUAL else dtype
        return ProgramTensor(self, self.emit(Opcode.BINARY, [a.value, b.value], shape, result, int(kind)))

    def _compute_each(self, kind: Unary, x: ProgramTensor) -> ProgramTensor:
        if x.constant is not None:
            return ProgramTensor(self, None, folding.fold_unary(kind, x.constant))
        return ProgramTensor(self, self.emit(Opcode.UNARY, [x.value], x.shape, x.dtype, int(kind)))

    def _cast(self, x: ProgramTensor, dtype: np.dtype[Any]) -> ProgramTensor:
        if x.dtype == dtype:
            return x
        if x.constant is not None:
            return ProgramTensor(self, None, x.constant.astype(dtype))
        return ProgramTensor(self, self.emit(Opcode.CAST, [x.value], x.shape, dtype))

    def _reduce(self, kind: Reduce, x: ProgramTensor, axis: int) -> ProgramTensor:
        axis %= len(x.shape)
        if x.constant is not None:
            return ProgramTensor(self, None, folding.fold_reduce(kind, x.constant, axis))
        shape = (*x.shape[:axis], 1, *x.shape[axis + 1 :])
        numbers = (int(kind), math.prod(x.shape[:axis]), x.shape[axis], math.prod(x.shape[axis + 1 :]))
        return ProgramTensor(self, self.emit(Opcode.REDUCE, [x.value], shape, x.dtype, *numbers))

    def constant(self, values: Any) -> ProgramTensor:
        """A float32 constant."""
        return ProgramTensor(self, None, np.asarray(values, dtype=_REAL))

    def size(self, x: ProgramTensor, axis: int) -> ProgramTensor:
        """Axis length as a float32 constant."""
        return self.constant(x.shape[axis])

    def arange(self, stop: ProgramTensor) -> ProgramTensor:
        """Numbers 0 to stop - 1; stop is a constant."""
        return self.constant(np.arange(float(_require_constant(stop))))

    def astype_real(self, x: ProgramTensor) -> ProgramTensor:
        """Convert to float32."""
        return self._cast(x, _REAL)

    def round_real(self, x: ProgramTensor) -> ProgramTensor:
        """Return the value; all is float32."""
        return x

    def abs(self, x: ProgramTensor) -> ProgramTensor:
        """Absolute value."""
        return self._compute_each(Unary.ABS, x)

    def floor(self, x: ProgramTensor) -> ProgramTensor:
        """Round down."""
        return self._compute_each(Unary.FLOOR, x)

    def sqrt(self, x: ProgramTensor) -> ProgramTensor:
        """Square root."""
        return self._compute_each(Unary.SQRT, x)

    def greater_equal(self, x: ProgramTensor, y: ProgramTensor) -> ProgramTensor:
        """Comparison as float32 0 and 1."""
        return self._cast(self.compute(Binary.GREATER_OR_EQUAL, x, y), _REAL)

    def exp(self, x: ProgramTensor) -> ProgramTensor:
        """Exponential."""
        return self._compute_each(Unary.EXP, x)

    def log(self, x: ProgramTensor) -> ProgramTensor:
        """Natural logarithm."""
        return self._compute_each(Unary.LOG, x)

    def tanh(self, x: ProgramTensor) -> ProgramTensor:
        """Hyperbolic tangent."""
        return self._compute_each(Unary.TANH, x)

    def sigmoid(self, x: ProgramTensor) -> ProgramTensor:
        """Logistic function."""
        return self._compute_each(Unary.SIGMOID, x)

    def softmax(self, x: ProgramTensor) -> ProgramTensor:
        """Softmax of the last axis."""
        if x.constant is not None:
            return ProgramTensor(self, None, folding.fold_softmax(x.constant))
        return ProgramTensor(self, self.emit(Opcode.SOFTMAX, [x.value], x.shape, x.dtype, x.shape[-1], 0))

    def maximum(self, x: ProgramTensor, y: ProgramTensor) -> ProgramTensor:
        """Larger of two."""
        return self.compute(Binary.MAXIMUM, x, y)

    def minimum(self, x: ProgramTensor, y: ProgramTensor) -> ProgramTensor:
        """Smaller of two."""
        return self.compute(Binary.MINIMUM, x, y)

    def max(self, x: ProgramTensor, axis: int) -> ProgramTensor:
        """Largest along an axis that stays."""
        return self._reduce(Reduce.MAX, x, axis)

    def sum(self, x: ProgramTensor, axis: int) -> ProgramTensor:
        """Sum along an axis that stays."""
        return self._reduce(Reduce.SUM, x, axis)

    def matmul(self, x: ProgramTensor, y: ProgramTensor) -> ProgramTensor:
        """Matrix product of the last two axes; of the others, at most two, one or none may be missing or 1."""
        if x.constant is not None and y.constant is not None:
            return ProgramTensor(self, None, folding.fold_matmul(x.constant, y.constant))
        batch = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
        (m, k), n = x.shape[-2:], y.shape[-1]
        outer, x_steps, y_steps = ((1,) * (2 - len(batch)) + batch, *(_step_batches(each.shape) for each in (x, y)))
        numbers = (*outer, m, k, n, outer[1] * m * n, m * n, n, *x_steps, k, 1, *y_steps, n, 1, 1.0)
        return ProgramTensor(self, self.emit(Opcode.MATMUL, [x.value, y.value], (*batch, m, n), x.dtype, *numbers))

    def take(self, x: ProgramTensor, indices: ProgramTensor, axis: int) -> ProgramTensor:
        """Slices at indices; a copy where these are known and at equal steps."""
        places = self._cast(indices, _INDEX)
        shape = (*x.shape[:axis], *places.shape, *x.shape[axis + 1 :])
        if places.constant is not None:
            if x.constant is not None:
                return ProgramTensor(self, None, np.take(x.constant, places.constant, axis))
            taken = np.arange(x.shape[axis])[places.constant.reshape(-1)]
            steps = np.unique(np.diff(taken)) if len(taken) > 1 else np.ones(1, np.int64)
            if len(taken) and len(steps) == 1:
                inner = math.prod(x.shape[axis + 1 :])
                dims = (math.prod(x.shape[:axis]), len(taken), inner)
                strides = (x.shape[axis] * inner, int(steps[0]) * inner, 1)
                return self._copy(x, shape, dims, strides, int(taken[0]) * inner)
        numbers = (math.prod(x.shape[:axis]), x.shape[axis], math.prod(x.shape[axis + 1 :]))
        return ProgramTensor(self, self.emit(Opcode.GATHER, [x.value, places.value], shape, x.dtype, *numbers))

    def concat(self, parts: Sequence[ProgramTensor], axis: int) -> ProgramTensor:
        """Concatenate, by a copy of each part."""
        constants = [part.constant for part in parts if part.constant is not None]
        if len(constants) == len(parts):
            return ProgramTensor(self, None, np.concatenate(constants, axis))
        axis %= len(parts[0].shape)
        lengths = [part.shape[axis] for part in parts]
        shape = (*parts[0].shape[:axis], sum(lengths), *parts[0].shape[axis + 1 :])
        outer, inner = math.prod(shape[:axis]), math.prod(shape[axis + 1 :])
        result = Value(shape, parts[0].dtype)
        for part, start in zip(parts, np.cumsum(lengths) - lengths, strict=True):
            row = part.shape[axis] * inner
            numbers = (2, outer, row, row, 1, sum(lengths) * inner, 1, 0, int(start) * inner)
            self.emit_into(result, Opcode.COPY, [part.value], *numbers)
        return ProgramTensor(self, result)

    def find_smallest(self, x: ProgramTensor, count: int) -> ProgramTensor:
        """Indices of the smallest; of equal ones the first."""
        shape = (*x.shape[:-1], count)
        return self.astype_real(
            ProgramTensor(self, self.emit(Opcode.SMALLEST, [x.value], shape, _INDEX, count, x.shape[-1]))
        )

    def reshape(self, x: ProgramTensor, shape: Sequence[int | ProgramTensor]) -> ProgramTensor:
        """New shape; sizes are constants."""
        sizes = [int(_require_constant(n)) if isinstance(n, ProgramTensor) else int(n) for n in shape]
        if -1 in sizes:
            sizes[sizes.index(-1)] = math.prod(x.shape) // -math.prod(sizes)
        if tuple(sizes) == x.shape:
            return x
        if x.constant is not None:
            return ProgramTensor(self, None, x.constant.reshape(sizes))
        return self._copy(x, sizes, (math.prod(x.shape),), (1,), 0)

    def permute_dims(self, x: ProgramTensor, axes: Sequence[int]) -> ProgramTensor:
        """Axes in another order."""
        if x.constant is not None:
            return ProgramTensor(self, None, np.ascontiguousarray(np.transpose(x.constant, axes)))
        shape = tuple(x.shape[axis] for axis in axes)
        if (moved := [axis for axis in axes if x.shape[axis] > 1]) == sorted(moved):
            return self.reshape(x, shape)
        strides = [math.prod(x.shape[axis + 1 :]) for axis in axes]
        return self._copy(x, shape, shape, strides, 0)

    def _copy(
        self, x: ProgramTensor, shape: Sequence[int], dims: Sequence[int], strides: Sequence[int], offset: int
    ) -> ProgramTensor:
        """Elements of x at steps, row by row."""
        own = [math.prod(dims[axis + 1 :]) for axis in range(len(dims))]
        return ProgramTensor(
            self, self.emit(Opcode.COPY, [x.value], shape, x.dtype, len(dims), *dims, *strides, *own, offset, 0)
        )

    def to_double_float(self, x: ProgramTensor) -> ProgramTensor:
        """Convert to float64."""
        return self._cast(x, _WIDE)

    def double_float_constant(self, values: Any) -> ProgramTensor:
        """A float64 constant."""
        return ProgramTensor(self, None, np.asarray(values, dtype=_WIDE))

    def to_float32(self, x: ProgramTensor) -> ProgramTensor:
        """Convert to float32."""
        return self._cast(x, _REAL)


def _require_constant(x: ProgramTensor) -> NDArray[Any]:
    if x.constant is None:
        raise TypeError("a size that depends on the image")
    return x.constant


def _step_batches(shape: tuple[int, ...]) -> tuple[int, int]:
    """Steps along the two axes before the last two; 0 where they are missing or 1."""
    matrix, outer, inner = shape[-2] * shape[-1], *((1, 1, *shape[:-2])[-2:])
    return (inner * matrix if outer > 1 else 0), (matrix if inner > 1 else 0)
