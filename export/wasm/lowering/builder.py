"""Builder of a program's instructions out of tensors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.export.quantization.quantized_weight import QuantizedWeight
from webparity.export.wasm.lowering.tensor import OrderedTensor, compute_strides, get_row_major
from webparity.program.graph import Instruction, ProgramGraph, Value
from webparity.program.opcodes import Binary, Opcode, Unary

# An offset and steps, in elements.
Walk = tuple[int, Sequence[int]]

_COMPARISONS = frozenset(
    {Binary.EQUAL, Binary.LESS, Binary.LESS_OR_EQUAL, Binary.GREATER, Binary.GREATER_OR_EQUAL}
    | {Binary.AND, Binary.OR, Binary.XOR}
)


class Builder:
    """Appends instructions to a program; elements move only where an instruction needs another order of axes.

    Args:
        graph: the program under construction.
        quantized: weights that the file keeps in fewer bits, by the initializer's name.
    """

    def __init__(self, graph: ProgramGraph, quantized: Mapping[str, QuantizedWeight] | None = None) -> None:
        self.graph = graph
        self._quantized_by_name = quantized or {}
        self._quantized: dict[Value, QuantizedWeight] = {}
        # By the value that was rearranged: those that hold the same elements in another order.
        self._arranged: dict[tuple[Value, tuple[int, ...]], Value] = {}

    def make_constant(self, elements: Any, dtype: Any = None) -> OrderedTensor:
        """Make a tensor of elements that are known."""
        array = np.asarray(elements, dtype)
        return OrderedTensor(
            self.graph.add_constant(array.copy(order="C").reshape(array.shape)), get_row_major(array.ndim)
        )

    def read_initializer(self, name: str, elements: NDArray[Any]) -> OrderedTensor:
        """Make a tensor of an initializer, and remember its quantized form."""
        tensor = self.make_constant(elements)
        if name in self._quantized_by_name:
            self._quantized[tensor.value] = self._quantized_by_name[name]
        return tensor

    def get_quantized(self, value: Value) -> QuantizedWeight | None:
        """The quantized form of an initializer, in TensorFlow's layout."""
        return self._quantized.get(value)

    def wrap(self, value: Value) -> OrderedTensor:
        """A value as a tensor with the same axes."""
        return OrderedTensor(value, get_row_major(len(value.shape)))

    def emit(
        self, opcode: Opcode, inputs: Sequence[Value | None], shape: Sequence[int], dtype: Any, *numbers: float
    ) -> Value:
        """Append an instruction of one result."""
        result = Value(tuple(map(int, shape)), np.dtype(dtype))
        self.graph.instructions.append(Instruction(opcode, [result], list(inputs), list(numbers)))
        return result

    def emit_into(self, result: Value, opcode: Opcode, inputs: Sequence[Value | None], *numbers: float) -> None:
        """Append an instruction that writes a part of a value."""
        self.graph.instructions.append(Instruction(opcode, [result], list(inputs), list(numbers)))

    def append(self, instruction: Instruction) -> Value:
        """Append an instruction of one result and return it."""
        self.graph.instructions.append(instruction)
        return instruction.outputs[0]

    def arrange(self, tensor: OrderedTensor, order: Sequence[int] | None = None) -> Value:
        """The tensor's elements with its axes in the given order; ONNX's own if none is given."""
        order = get_row_major(tensor.rank) if order is None else tuple(order)
        if tensor.order == order:
            return tensor.value
        shape = tuple(tensor.shape[axis] for axis in order)
        places = tuple(tensor.order.index(axis) for axis in order)
        source = tensor.value
        if source.constant is not None:
            return self._transpose_constant(source, places)
        if _moves_nothing(source.shape, places):
            return self.reshape(source, shape)
        if (source, places) not in self._arranged:
            strides = compute_strides(source.shape)
            steps = [strides[place] for place in places]
            self._arranged[source, places] = self.copy(source, shape, steps)
        return self._arranged[source, places]

    def _transpose_constant(self, source: Value, places: tuple[int, ...]) -> Value:
        if source.constant is None:
            raise ValueError(source.name)
        moved = self.graph.add_constant(source.constant.transpose(places), source.name)
        if source.stored is not None:
            moved.stored = np.ascontiguousarray(source.stored.transpose(places))
        return moved

    def copy(self, source: Value, shape: Sequence[int], strides: Sequence[int], offset: int = 0) -> Value:
        """Copy elements at steps of the source to a new value of this shape."""
        result = Value(tuple(map(int, shape)), source.dtype)
        self.copy_into(result, source, shape, (offset, strides), (0, compute_strides(shape)))
        return result

    def copy_into(self, result: Value, source: Value, dims: Sequence[int], start: Walk, end: Walk) -> None:
        """Copy elements of the source to elements of the result.

        Args:
            result: its other elements stay.
            source: of the same type.
            dims: how many elements along each axis.
            start: the offset and the steps in the source.
            end: those in the result.
        """
        lengths, steps, targets = _merge_axes(dims, start[1], end[1])
        numbers = [len(lengths), *lengths, *steps, *targets, int(start[0]), int(end[0])]
        self.emit_into(result, Opcode.COPY, [source], *numbers)

    def reshape(self, value: Value, shape: Sequence[int]) -> Value:
        """The same elements in another shape; a copy in place, which costs nothing."""
        shape = tuple(map(int, shape))
        if math.prod(shape) != value.size:
            raise ValueError(f"{value.shape} to {shape}")
        if value.shape == shape:
            return value
        if value.constant is not None:
            reshaped = self.graph.add_constant(value.constant.reshape(shape), value.name)
            if value.stored is not None:
                reshaped.stored = value.stored.reshape(shape)
            return reshaped
        return self.emit(Opcode.COPY, [value], shape, value.dtype, 1, value.size, 1, 1, 0, 0)

    def fill(self, shape: Sequence[int], element: NDArray[Any]) -> Value:
        """A value of which every element is the given one."""
        bits = np.ascontiguousarray(element).reshape(1).tobytes().ljust(8, b"\0")
        low, high = np.frombuffer(bits, "<u4")
        return self.emit(Opcode.FILL, [], shape, element.dtype, int(low), int(high))

    def unary(self, kind: Unary, x: OrderedTensor, dtype: Any = None) -> OrderedTensor:
        """Compute a function of each element."""
        result = self.emit(Opcode.UNARY, [x.value], x.value.shape, dtype or x.dtype, int(kind))
        return OrderedTensor(result, x.order)

    def binary(self, kind: Binary, x: OrderedTensor, y: OrderedTensor) -> OrderedTensor:
        """Compute a function of the elements of two tensors, of one type, that broadcast."""
        (a, b), order, shape = self.align([x, y])
        dtype = np.dtype(np.bool_) if kind in _COMPARISONS else a.dtype
        return OrderedTensor(self.emit(Opcode.BINARY, [a, b], shape, dtype, int(kind)), order)

    def scale(self, kind: Binary, x: OrderedTensor, number: float) -> OrderedTensor:
        """Compute a function of each element and a number."""
        return self.binary(kind, x, self.make_constant(number, x.dtype))

    def where(self, condition: OrderedTensor, x: OrderedTensor, y: OrderedTensor) -> OrderedTensor:
        """Elements of x where the condition holds, else of y."""
        (c, a, b), order, shape = self.align([condition, x, y])
        return OrderedTensor(self.emit(Opcode.WHERE, [c, a, b], shape, a.dtype), order)

    def cast(self, x: OrderedTensor, dtype: Any) -> OrderedTensor:
        """Convert the elements to another type."""
        if x.dtype == np.dtype(dtype):
            return x
        return OrderedTensor(self.emit(Opcode.CAST, [x.value], x.value.shape, dtype), x.order)

    def align(self, tensors: Sequence[OrderedTensor]) -> tuple[list[Value], tuple[int, ...], tuple[int, ...]]:
        """Give tensors that broadcast the same rank and the order of axes of the largest of them.

        Returns:
            Their values, the order, and the shape of the result in it.
        """
        rank = max(tensor.rank for tensor in tensors)
        lead = max(tensors, key=lambda each: (each.rank == rank, each.value.constant is None, each.value.size))
        order = lead.order
        values = [self._align_one(tensor, order) for tensor in tensors]
        shape = np.broadcast_shapes(*(value.shape for value in values))
        return values, order, shape

    def _align_one(self, tensor: OrderedTensor, order: tuple[int, ...]) -> Value:
        missing = len(order) - tensor.rank
        own = tuple(axis - missing for axis in order if axis >= missing)
        value = self.arrange(tensor, own)
        if not missing:
            return value
        shape = [1 if axis < missing else tensor.shape[axis - missing] for axis in order]
        return self.reshape(value, shape)


def _moves_nothing(shape: Sequence[int], places: Sequence[int]) -> bool:
    """Whether a transpose moves only axes of length 1."""
    kept = [place for place in places if shape[place] != 1]
    return kept == sorted(kept)


def _merge_axes(
    dims: Sequence[int], source: Sequence[int], result: Sequence[int]
) -> tuple[list[int], list[int], list[int]]:
    """Drop axes of length 1 and merge neighbours that are walked as one."""
    merged: list[tuple[int, int, int]] = []
    for length, step, target in zip(map(int, dims), map(int, source), map(int, result), strict=True):
        if length == 1:
            continue
        if merged:
            outer, outer_step, outer_target = merged[-1]
            if outer_step == step * length and outer_target == target * length:
                merged[-1] = (outer * length, step, target)
                continue
        merged.append((length, step, target))
    if not merged:
        return [1], [1], [1]
    lengths, steps, targets = zip(*merged, strict=True)
    return list(lengths), list(steps), list(targets)
