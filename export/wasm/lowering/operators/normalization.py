"""Normalisations."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.wasm.drafts import ConvolutionDraft
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError, normalize_axis
from webparity.export.wasm.lowering.operators.reductions import reduce_axes, squeeze
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.export.wasm.lowering.windows import CHANNELS_LAST
from webparity.program.graph import Value
from webparity.program.opcodes import Binary, Opcode, Reduce, Unary

Float64 = NDArray[np.float64]
_MEAN_AND_VARIANCE, _ROOT_MEAN_SQUARE = 0, 1


def _lower_batch(builder: Builder, node: Node) -> list[OrderedTensor]:
    """Multiply and add a number for each channel, computed in float64 at export."""
    if node.get("training_mode", 0):
        return _train_batch(builder, node)
    if node.output_count > 1:
        raise NotCompiledError("in training mode")
    x = node[0]
    gamma, beta, mean, variance = (node.read(position).astype(np.float64) for position in range(1, 5))
    factor = gamma / np.sqrt(variance + node.get("epsilon", 1e-5))
    shift = beta - mean * factor
    if x.rank == 4 and x.dtype == np.float32 and x.shape[0] == 1:
        return [_scale_channels(builder, x, factor, shift, node.name)]
    shape = [-1, *[1] * (x.rank - 2)]
    scaled = builder.binary(Binary.MULTIPLY, x, builder.make_constant(factor.reshape(shape), x.dtype))
    return [builder.binary(Binary.ADD, scaled, builder.make_constant(shift.reshape(shape), x.dtype))]


def _train_batch(builder: Builder, node: Node) -> list[OrderedTensor]:
    """Normalise by the mean and variance of the tensor itself, and move those that are given towards them."""
    x = node[0]
    axes = [axis for axis in range(x.rank) if axis != 1]
    column = (x.shape[1], *[1] * (x.rank - 2))
    gamma, beta = (builder.wrap(builder.reshape(builder.arrange(node[position]), column)) for position in (1, 2))
    mean = reduce_axes(builder, Reduce.MEAN, x, axes, keep=True)
    centred = builder.binary(Binary.SUBTRACT, x, mean)
    variance = reduce_axes(builder, Reduce.MEAN, builder.binary(Binary.MULTIPLY, centred, centred), axes, keep=True)
    deviation = builder.unary(Unary.SQRT, builder.scale(Binary.ADD, variance, node.get("epsilon", 1e-5)))
    scaled = builder.binary(Binary.MULTIPLY, builder.binary(Binary.DIVIDE, centred, deviation), gamma)
    kept = float(node.get("momentum", 0.9))
    moved = [
        builder.binary(
            Binary.ADD,
            builder.scale(Binary.MULTIPLY, node[position], kept),
            builder.scale(Binary.MULTIPLY, squeeze(builder, found, axes), 1 - kept),
        )
        for position, found in ((3, mean), (4, variance))
    ]
    return [builder.binary(Binary.ADD, scaled, beta), *moved]


def _scale_channels(builder: Builder, x: OrderedTensor, factor: Float64, shift: Float64, layer: str) -> OrderedTensor:
    """A depthwise convolution of 1 by 1, which takes up an activation behind it."""
    value = builder.arrange(x, CHANNELS_LAST)
    draft = ConvolutionDraft(
        Opcode.CONV,
        [Value(value.shape, value.dtype)],
        [value],
        kernel=factor.astype(np.float32).reshape(1, 1, 1, -1),
        bias=shift.astype(np.float32),
        layer=layer,
        strides=(1, 1),
        dilations=(1, 1),
        pads=(0, 0, 0, 0),
        groups=len(factor),
    )
    return OrderedTensor(builder.append(draft), CHANNELS_LAST)


def _lower_layer(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    axis = normalize_axis(node.get("axis", -1), x.rank)
    if node.output_count > 1 or x.dtype != np.float32:
        return _compose_layer(builder, node, list(range(axis, x.rank)))
    rows, length = math.prod(x.shape[:axis]), math.prod(x.shape[axis:])
    kind = _ROOT_MEAN_SQUARE if node.op_type == "RMSNormalization" else _MEAN_AND_VARIANCE
    scale, bias = (_spread(builder, node.find(position), x.shape[axis:]) for position in (1, 2))
    return [builder.wrap(_normalize(builder, node, builder.arrange(x), [scale, bias], [rows, 1, 1, length, kind]))]


def _compose_layer(builder: Builder, node: Node, axes: list[int]) -> list[OrderedTensor]:
    """Normalise by several instructions, which give the mean and the inverse deviation too."""
    x = node[0]
    mean = reduce_axes(builder, Reduce.MEAN, x, axes, keep=True)
    centred = builder.binary(Binary.SUBTRACT, x, mean)
    squares = builder.binary(Binary.MULTIPLY, centred, centred)
    variance = reduce_axes(builder, Reduce.MEAN, squares, axes, keep=True)
    deviation = builder.unary(Unary.SQRT, builder.scale(Binary.ADD, variance, node.get("epsilon", 1e-5)))
    inverse = builder.unary(Unary.RECIPROCAL, deviation)
    result = builder.binary(Binary.MULTIPLY, builder.binary(Binary.MULTIPLY, centred, inverse), node[1])
    bias = node.find(2)
    return [result if bias is None else builder.binary(Binary.ADD, result, bias), mean, inverse]


def _spread(builder: Builder, given: OrderedTensor | None, shape: tuple[int, ...]) -> Value | None:
    """A number for each element of a row, of one that broadcasts."""
    if given is None:
        return None
    if given.constant is not None:
        return builder.make_constant(np.broadcast_to(given.constant, shape)).value
    if given.shape != shape:
        raise NotCompiledError(f"with a scale of {given.shape}")
    return builder.arrange(given)


def _normalize(builder: Builder, node: Node, x: Value, weights: list[Value | None], numbers: list[int]) -> Value:
    if x.dtype != np.float32:
        raise NotCompiledError(f"of {x.dtype}")
    *parts, kind = numbers
    epsilon = float(node.get("epsilon", 1e-5))
    return builder.emit(Opcode.NORMALIZE, [x, *weights], x.shape, x.dtype, *parts, epsilon, kind)


def _lower_instance(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    order = (0, *range(2, x.rank), 1)
    value = builder.arrange(x, order)
    channels, area = x.shape[1], math.prod(x.shape[2:])
    weights: list[Value | None] = [builder.arrange(node[1]), builder.arrange(node[2])]
    result = _normalize(builder, node, value, weights, [x.shape[0], area, channels, 1, _MEAN_AND_VARIANCE])
    return [OrderedTensor(result, order)]


def _lower_group(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, groups = node[0], int(node.get("num_groups"))
    order = (0, *range(2, x.rank), 1)
    value = builder.arrange(x, order)
    channels, area = x.shape[1], math.prod(x.shape[2:])
    weights: list[Value | None] = []
    for position in (1, 2):
        given = node[position]
        if given.shape != (channels,):  # a number for each group, until opset 21
            repeated = np.repeat(node.read(position), channels // groups)
            given = builder.make_constant(repeated)
        weights.append(builder.arrange(given))
    numbers = [x.shape[0], area, groups, channels // groups, _MEAN_AND_VARIANCE]
    return [OrderedTensor(_normalize(builder, node, value, weights, numbers), order)]


def _lower_lp(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, power = node[0], node.get("p", 2)
    axis = normalize_axis(node.get("axis", -1), x.rank)
    norm = reduce_axes(builder, Reduce.L1 if power == 1 else Reduce.L2, x, [axis], keep=True)
    result = builder.binary(Binary.DIVIDE, x, norm)
    # ONNX divides zeros by zero to zero.
    zero = builder.make_constant(0, x.dtype)
    return [builder.where(builder.binary(Binary.EQUAL, norm, zero), zero, result)]


def _lower_local_response(builder: Builder, node: Node) -> list[OrderedTensor]:
    """Divide by the squares of neighbouring channels, summed by a product with a band of ones."""
    from webparity.export.wasm.lowering.operators.products import multiply_by_weights

    x, size = node[0], int(node.get("size"))
    alpha, beta, bias = (
        float(node.get(name, default)) for name, default in (("alpha", 1e-4), ("beta", 0.75), ("bias", 1.0))
    )
    channels = x.shape[1]
    distance = np.arange(channels)[:, np.newaxis] - np.arange(channels)
    band = ((distance <= (size - 1) // 2) & (-distance <= size // 2)).T.astype(np.float32)
    order = (0, *range(2, x.rank), 1)
    value = builder.arrange(x, order)
    plain = builder.wrap(value)
    squares = builder.binary(Binary.MULTIPLY, plain, plain)
    sums = multiply_by_weights(builder, squares, builder.make_constant(band.T), node.name)
    base = builder.scale(Binary.ADD, builder.scale(Binary.MULTIPLY, sums, alpha / size), bias)
    divided = builder.binary(Binary.DIVIDE, plain, builder.scale(Binary.POWER, base, beta))
    return [OrderedTensor(divided.value, order)]


def _lower_mean_variance(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    axes = [normalize_axis(axis, x.rank) for axis in node.get("axes", [0, 2, 3])]
    centred = builder.binary(Binary.SUBTRACT, x, reduce_axes(builder, Reduce.MEAN, x, axes, keep=True))
    squares = builder.binary(Binary.MULTIPLY, centred, centred)
    deviation = builder.unary(Unary.SQRT, reduce_axes(builder, Reduce.MEAN, squares, axes, keep=True))
    return [builder.binary(Binary.DIVIDE, centred, builder.scale(Binary.ADD, deviation, 1e-9))]


OPERATORS: Final[dict[str, Lowering]] = {
    "BatchNormalization": _lower_batch,
    "LayerNormalization": _lower_layer,
    "RMSNormalization": _lower_layer,
    "InstanceNormalization": _lower_instance,
    "GroupNormalization": _lower_group,
    "LpNormalization": _lower_lp,
    "LRN": _lower_local_response,
    "MeanVarianceNormalization": _lower_mean_variance,
}
