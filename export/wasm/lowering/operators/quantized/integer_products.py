"""Products of whole numbers of 8 bits, with their zero points, and with or without a scale behind them.

Sums are exact: of float32 where their terms are proven to be whole numbers below 2^24, by parts where they are not.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.operators.maps.convolutions import ConvolutionLayer, convolve
from webparity.export.wasm.lowering.operators.products import multiply_by_weights
from webparity.export.wasm.lowering.operators.quantized.exact_sums import LARGEST, bound_distance, split_terms
from webparity.export.wasm.lowering.operators.quantized.linear import quantize, subtract_zero_point
from webparity.export.wasm.lowering.operators.shapes import take_slice
from webparity.export.wasm.lowering.products import multiply_matrices
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.export.wasm.lowering.windows import read_windows
from webparity.program.opcodes import Binary

Int64 = NDArray[np.int64]


def _add_parts(builder: Builder, parts: list[OrderedTensor]) -> OrderedTensor:
    """Add exact float32 sums; more than one as int32."""
    if len(parts) == 1:
        return parts[0]
    whole = [builder.cast(part, np.int32) for part in parts]
    return reduce(lambda x, y: builder.binary(Binary.ADD, x, y), whole)


def _bound(x: OrderedTensor, zero_point: OrderedTensor | None) -> int:
    known = np.zeros(1, np.int64) if zero_point is None else zero_point.constant
    return bound_distance(x.dtype, known)


def _subtract_known(weights: NDArray[Any], zero_point: NDArray[Any] | None, axis: int) -> Int64:
    """Known weights less their zero point, one or one for each output."""
    whole = weights.astype(np.int64)
    if zero_point is None:
        return whole
    shape = [1] * whole.ndim
    shape[axis] = -1
    return whole - zero_point.astype(np.int64).reshape(shape if zero_point.size > 1 else ())


def _convolve(builder: Builder, node: Node, positions: tuple[int, int, int, int]) -> OrderedTensor:
    """Convolve; the positions are those of the map, its zero point, the weights and theirs."""
    x, zero_point = node[positions[0]], node.find(positions[1])
    weights = _subtract_known(
        node.read(positions[2]), None if node.find(positions[3]) is None else node.read(positions[3]), 0
    )
    if zero_point is not None and zero_point.value.size != 1:
        raise NotCompiledError(f"with zero points of {zero_point.shape}")
    groups = int(node.get("group", 1))
    windows = read_windows(node, weights.shape[2:], x.shape[2:])
    terms = weights.reshape(len(weights), -1)
    size = terms.shape[1] // weights.shape[1]
    runs = split_terms(terms, _bound(x, zero_point), size)
    whole = subtract_zero_point(builder, x, _make_scalar(builder, zero_point))
    parts = []
    for start, end in runs:
        layer = ConvolutionLayer(weights.astype(np.float32), windows, groups, name=node.name, exact=True)
        if len(runs) == 1:
            parts.append(convolve(builder, whole, layer))
        elif groups == 1 and start % size == end % size == 0:
            first, last = start // size, end // size
            channels = take_slice(builder, whole, {1: (first, 1, last - first)})
            parts.append(convolve(builder, channels, replace(layer, weights=layer.weights[:, first:last])))
        else:
            inside = np.zeros(terms.shape[1], np.float32)
            inside[start:end] = 1
            cut = (terms * inside).astype(np.float32).reshape(weights.shape)
            parts.append(convolve(builder, whole, replace(layer, weights=cut)))
    return _add_parts(builder, parts)


def _make_scalar(builder: Builder, given: OrderedTensor | None) -> OrderedTensor | None:
    return None if given is None else builder.wrap(builder.reshape(given.value, ()))


def _spread_rows(builder: Builder, given: OrderedTensor | None) -> OrderedTensor | None:
    """A zero point for each row of the first factor stands in a column."""
    if given is None or given.value.size == 1:
        return _make_scalar(builder, given)
    if given.rank > 1:
        return given
    return builder.wrap(builder.reshape(builder.arrange(given), (given.shape[0], 1)))


def _multiply(builder: Builder, node: Node, positions: tuple[int, int, int, int]) -> OrderedTensor:
    """Multiply matrices; the positions are those of the first factor, its zero point, the second and its own."""
    x, x_point, y, y_point = node[positions[0]], node.find(positions[1]), node[positions[2]], node.find(positions[3])
    largest = _bound(x, x_point)
    left = subtract_zero_point(builder, x, _spread_rows(builder, x_point))
    if y.constant is not None and y.rank == 2 and (y_point is None or y_point.constant is not None):
        weights = _subtract_known(y.constant, None if y_point is None else y_point.constant, 1)
        parts = []
        for start, end in split_terms(weights.T, largest, 1):
            rows = take_slice(builder, left, {left.rank - 1: (start, 1, end - start)})
            kernel = builder.make_constant(weights[start:end], np.float32)
            parts.append(multiply_by_weights(builder, rows, kernel, node.name, exact=True))
        return _add_parts(builder, parts)
    point = None if y_point is None else _make_scalar(builder, y_point) if y_point.value.size == 1 else y_point
    right = subtract_zero_point(builder, y, point)
    if x.shape[-1] * largest * _bound(y, y_point) > LARGEST:
        left, right = (builder.cast(each, np.float64) for each in (left, right))
    return multiply_matrices(builder, left, right)


def _scale_sums(
    builder: Builder, node: Node, sums: OrderedTensor, positions: tuple[int, int, int], axes: tuple[int, int]
) -> OrderedTensor:
    """Multiply sums by the scales of both factors over that of the result, and quantize them.

    Args:
        builder: of the program.
        node: the zero point of the result stands behind its scale.
        sums: whole numbers.
        positions: of the three scales.
        axes: which slices of the sums have a scale each, if the factors have more than one.
    """
    *factors, result = (node.read(position).astype(np.float32) for position in positions)
    if result.size != 1:
        raise NotCompiledError(f"with scales of {result.shape}")
    first, second = (_spread_scale(scale, axis, sums.rank) for scale, axis in zip(factors, axes, strict=True))
    # In the order of onnxruntime, each step rounded to float32.
    factor = builder.make_constant(first * second / result.reshape(()), np.float32)
    scaled = builder.binary(Binary.MULTIPLY, builder.cast(sums, np.float32), factor)
    zero_point = node.find(positions[2] + 1)
    dtype = node[0].dtype if zero_point is None else zero_point.dtype
    return quantize(builder, scaled, _make_scalar(builder, zero_point), dtype)


def _spread_scale(scale: NDArray[np.float32], axis: int, rank: int) -> NDArray[np.float32]:
    if scale.size == 1:
        return scale.reshape(())
    return scale if scale.ndim > 1 else scale.reshape([-1 if each == axis else 1 for each in range(rank)])


def _lower_convolution(builder: Builder, node: Node) -> list[OrderedTensor]:
    return [builder.cast(_convolve(builder, node, (0, 2, 1, 3)), np.int32)]


def _lower_matmul(builder: Builder, node: Node) -> list[OrderedTensor]:
    return [builder.cast(_multiply(builder, node, (0, 2, 1, 3)), np.int32)]


def _lower_scaled_convolution(builder: Builder, node: Node) -> list[OrderedTensor]:
    sums = _convolve(builder, node, (0, 2, 3, 5))
    if node.find(8) is not None:
        bias = node.read(8).astype(np.int32).reshape(-1, *[1] * (sums.rank - 2))
        sums = builder.binary(Binary.ADD, builder.cast(sums, np.int32), builder.make_constant(bias))
    return [_scale_sums(builder, node, sums, (1, 4, 6), (1, 1))]


def _lower_scaled_matmul(builder: Builder, node: Node) -> list[OrderedTensor]:
    sums = _multiply(builder, node, (0, 2, 3, 5))
    return [_scale_sums(builder, node, sums, (1, 4, 6), (sums.rank - 2, sums.rank - 1))]


OPERATORS: Final[dict[str, Lowering]] = {
    "ConvInteger": _lower_convolution,
    "MatMulInteger": _lower_matmul,
    "QLinearConv": _lower_scaled_convolution,
    "QLinearMatMul": _lower_scaled_matmul,
}
