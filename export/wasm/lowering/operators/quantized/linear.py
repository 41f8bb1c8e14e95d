"""Real numbers to whole ones and back, by a scale and a zero point."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from webparity.export.wasm.drafts import ActivationSetting
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError, normalize_axis
from webparity.export.wasm.lowering.operators.activations import activate
from webparity.export.wasm.lowering.operators.indexing import take_along
from webparity.export.wasm.lowering.operators.reductions import reduce_axes
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.program.element_types import ELEMENT_TYPES
from webparity.program.opcodes import Activation, Binary, Reduce, Unary

# Float32 holds every number of these types.
_NARROW: Final = tuple(map(np.dtype, (np.uint8, np.int8, np.uint16, np.int16)))


def quantize(
    builder: Builder, scaled: OrderedTensor, zero_point: OrderedTensor | None, dtype: np.dtype[Any]
) -> OrderedTensor:
    """Round numbers to whole ones, halves to even, shift them, and take the nearest of the type.

    Args:
        builder: of the program.
        scaled: float32.
        zero_point: what 0 becomes, of a shape that broadcasts.
        dtype: of the result.

    Raises:
        NotCompiledError: the type has more or fewer than 8 or 16 bits.
    """
    if dtype not in _NARROW:
        raise NotCompiledError(f"to {dtype}")
    limits = np.iinfo(dtype)
    whole = builder.unary(Unary.ROUND, scaled)
    if zero_point is not None:
        whole = builder.binary(Binary.ADD, whole, to_float(builder, zero_point))
    clipped = activate(builder, whole, ActivationSetting(Activation.CLIP, float(limits.min), float(limits.max)))
    return builder.cast(clipped, dtype)


def to_float(builder: Builder, x: OrderedTensor) -> OrderedTensor:
    """Whole numbers as float32; at export where they are known."""
    if x.constant is not None:
        return builder.make_constant(x.constant, np.float32)
    return builder.cast(x, np.float32)


def subtract_zero_point(builder: Builder, x: OrderedTensor, zero_point: OrderedTensor | None) -> OrderedTensor:
    """Numbers of 8 or 16 bits less their zero point, exactly, as float32."""
    if x.dtype not in _NARROW:
        raise NotCompiledError(f"of {x.dtype}")
    whole = to_float(builder, x)
    if zero_point is None or (zero_point.constant is not None and not zero_point.constant.any()):
        return whole
    return builder.binary(Binary.SUBTRACT, whole, to_float(builder, zero_point))


def spread(builder: Builder, given: OrderedTensor, x: OrderedTensor, axis: int, block: int) -> OrderedTensor:
    """A scale or a zero point of all elements, of each slice of an axis or of each block of it, as it broadcasts."""
    if given.value.size == 1:
        return builder.wrap(builder.reshape(given.value, ()))
    axis = normalize_axis(axis, x.rank)
    if given.rank == 1 and x.rank > 0:
        shape = [x.shape[axis] if each == axis else 1 for each in range(x.rank)]
        return builder.wrap(builder.reshape(builder.arrange(given), shape))
    if given.rank != x.rank or block < 1:
        raise NotCompiledError(f"with scales of {given.shape} for {x.shape}")
    places = np.arange(x.shape[axis], dtype=np.int32) // block
    if given.constant is not None:
        return builder.make_constant(np.take(given.constant, places, axis))
    return take_along(builder, given, axis, builder.make_constant(places))


def _read_parameters(builder: Builder, node: Node) -> list[OrderedTensor | None]:
    """The scale and the zero point of a node."""
    axis, block = node.get("axis", 1), int(node.get("block_size", 0))
    given = (node[1], node.find(2))
    return [None if each is None else spread(builder, each, node[0], axis, block) for each in given]


def _lower_quantize(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = to_float(builder, node[0]) if node[0].dtype == np.int32 else node[0]
    scale, zero_point = _read_parameters(builder, node)
    if x.dtype != np.float32 or scale is None or scale.dtype != np.float32:
        raise NotCompiledError(f"of {x.dtype}")
    number = int(node.get("output_dtype", 0)) or 2
    dtype = ELEMENT_TYPES.get(number) if zero_point is None else zero_point.dtype
    if dtype is None or int(node.get("precision", 0)) not in {0, 1}:
        raise NotCompiledError(f"to element type {number}")
    return [quantize(builder, builder.binary(Binary.DIVIDE, x, scale), zero_point, dtype)]


def _lower_dequantize(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    scale, zero_point = _read_parameters(builder, node)
    if scale is None or scale.dtype != np.float32 or int(node.get("output_dtype", 0)) not in {0, 1}:
        raise NotCompiledError("to another type than float32")
    if x.dtype == np.int32:
        whole = x if zero_point is None else builder.binary(Binary.SUBTRACT, x, zero_point)
        return [builder.binary(Binary.MULTIPLY, to_float(builder, whole), scale)]
    return [builder.binary(Binary.MULTIPLY, subtract_zero_point(builder, x, zero_point), scale)]


def _lower_dynamic_quantize(builder: Builder, node: Node) -> list[OrderedTensor]:
    """Choose scale and zero point so that 0 and all elements are within 8 bits."""
    x = node[0]
    if x.dtype != np.float32:
        raise NotCompiledError(f"of {x.dtype}")
    axes = list(range(x.rank))
    low = builder.scale(Binary.MINIMUM, reduce_axes(builder, Reduce.MIN, x, axes, keep=False), 0)
    high = builder.scale(Binary.MAXIMUM, reduce_axes(builder, Reduce.MAX, x, axes, keep=False), 0)
    step = builder.scale(Binary.DIVIDE, builder.binary(Binary.SUBTRACT, high, low), 255)
    # Zeros alone have no range.
    scale = builder.where(builder.binary(Binary.EQUAL, high, low), builder.make_constant(1, np.float32), step)
    begin = builder.binary(Binary.DIVIDE, builder.unary(Unary.NEGATE, low), scale)
    zero_point = quantize(builder, begin, None, np.dtype(np.uint8))
    codes = quantize(builder, builder.binary(Binary.DIVIDE, x, scale), zero_point, np.dtype(np.uint8))
    return [codes, scale, zero_point]


OPERATORS: Final[dict[str, Lowering]] = {
    "QuantizeLinear": _lower_quantize,
    "DequantizeLinear": _lower_dequantize,
    "DynamicQuantizeLinear": _lower_dynamic_quantize,
}
