"""Activations: one instruction each, or fused into the layer before."""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.export.wasm.drafts import RELU, ActivationSetting, make_activation
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.program.opcodes import Activation, Binary, Unary


def activate(builder: Builder, x: OrderedTensor, activation: ActivationSetting) -> OrderedTensor:
    """Apply an activation to each element; only float32 has the instruction."""
    if x.dtype != np.float32:
        return _compose(builder, x, activation)
    return OrderedTensor(builder.append(make_activation(x.value, activation)), x.order)


def _compose(builder: Builder, x: OrderedTensor, activation: ActivationSetting) -> OrderedTensor:
    """Compute an activation by several instructions, in the type of the elements."""
    low, high = activation.low, activation.high
    match activation.kind:
        case Activation.CLIP:
            return _clip(builder, x, low, high)
        case Activation.SIGMOID | Activation.TANH:
            return builder.unary(Unary.SIGMOID if activation.kind == Activation.SIGMOID else Unary.TANH, x)
        case Activation.LEAKY:
            return builder.scale(Binary.LEAKY, x, low)
        case Activation.ELU:
            grown = builder.scale(Binary.SUBTRACT, builder.unary(Unary.EXP, _clip(builder, x, -np.inf, 0)), 1)
            below = builder.scale(Binary.MULTIPLY, grown, low)
            return builder.where(builder.scale(Binary.GREATER_OR_EQUAL, x, 0), x, below)
        case _:
            return _compose_from_others(builder, x, activation)


def _compose_from_others(builder: Builder, x: OrderedTensor, activation: ActivationSetting) -> OrderedTensor:
    low, high = activation.low, activation.high
    if activation.kind == Activation.HARD_SIGMOID:
        line = builder.scale(Binary.ADD, builder.scale(Binary.MULTIPLY, x, low), high)
        return _clip(builder, line, 0, 1)
    if activation.kind == Activation.GELU:
        erf = builder.unary(Unary.ERF, builder.scale(Binary.MULTIPLY, x, np.sqrt(0.5)))
        half = builder.scale(Binary.MULTIPLY, x, 0.5)
        return builder.binary(Binary.MULTIPLY, half, builder.scale(Binary.ADD, erf, 1))
    kind = Activation.SIGMOID if activation.kind == Activation.SILU else Activation.HARD_SIGMOID
    return builder.binary(Binary.MULTIPLY, x, _compose(builder, x, ActivationSetting(kind, low, high)))


def _clip(builder: Builder, x: OrderedTensor, low: float, high: float) -> OrderedTensor:
    for kind, bound in ((Binary.MAXIMUM, low), (Binary.MINIMUM, high)):
        x = x if np.isinf(bound) else builder.scale(kind, x, bound)
    return x


def _lower_relu(builder: Builder, node: Node) -> list[OrderedTensor]:
    if node[0].dtype.kind != "f":
        return [builder.scale(Binary.MAXIMUM, node[0], 0)]
    return [activate(builder, node[0], RELU)]


def _lower_clip(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    bounds = [node.find(1), node.find(2)]
    if node.opset < 11:
        bounds = [
            None if node.get(name) is None else builder.make_constant(node.get(name), x.dtype)
            for name in ("min", "max")
        ]
    known = [bound is None or bound.constant is not None for bound in bounds]
    if all(known) and x.dtype == np.float32:
        low, high = (
            default if bound is None or bound.constant is None else float(bound.constant.item())
            for bound, default in zip(bounds, (-np.inf, np.inf), strict=True)
        )
        if low <= high:
            return [activate(builder, x, ActivationSetting(Activation.CLIP, low, high))]
    for bound, kind in zip(bounds, (Binary.MAXIMUM, Binary.MINIMUM), strict=True):
        if bound is not None:
            x = builder.binary(kind, x, bound)
    return [x]


def _lower_leaky(builder: Builder, node: Node) -> list[OrderedTensor]:
    return [activate(builder, node[0], ActivationSetting(Activation.LEAKY, float(node.get("alpha", 0.01))))]


def _lower_sigmoid(builder: Builder, node: Node) -> list[OrderedTensor]:
    return [activate(builder, node[0], ActivationSetting(Activation.SIGMOID))]


def _lower_tanh(builder: Builder, node: Node) -> list[OrderedTensor]:
    return [activate(builder, node[0], ActivationSetting(Activation.TANH))]


def _lower_swish(builder: Builder, node: Node) -> list[OrderedTensor]:
    alpha = node.get("alpha", 1.0)
    if alpha == 1:
        return [activate(builder, node[0], ActivationSetting(Activation.SILU))]
    scaled = builder.scale(Binary.MULTIPLY, node[0], alpha)
    return [builder.binary(Binary.MULTIPLY, node[0], activate(builder, scaled, ActivationSetting(Activation.SIGMOID)))]


def _lower_elu(builder: Builder, node: Node) -> list[OrderedTensor]:
    return [activate(builder, node[0], ActivationSetting(Activation.ELU, float(node.get("alpha", 1.0))))]


def _lower_selu(builder: Builder, node: Node) -> list[OrderedTensor]:
    alpha, gamma = node.get("alpha", 1.67326319217681884765625), node.get("gamma", 1.05070102214813232421875)
    return [builder.scale(Binary.MULTIPLY, activate(builder, node[0], ActivationSetting(Activation.ELU, alpha)), gamma)]


def _lower_celu(builder: Builder, node: Node) -> list[OrderedTensor]:
    alpha = node.get("alpha", 1.0)
    scaled = builder.scale(Binary.DIVIDE, node[0], alpha)
    return [builder.scale(Binary.MULTIPLY, activate(builder, scaled, ActivationSetting(Activation.ELU, 1.0)), alpha)]


def _lower_hard_sigmoid(builder: Builder, node: Node) -> list[OrderedTensor]:
    setting = ActivationSetting(Activation.HARD_SIGMOID, float(node.get("alpha", 0.2)), float(node.get("beta", 0.5)))
    return [activate(builder, node[0], setting)]


def _lower_hard_swish(builder: Builder, node: Node) -> list[OrderedTensor]:
    return [activate(builder, node[0], ActivationSetting(Activation.HARD_SWISH, 1 / 6, 0.5))]


def _lower_softsign(builder: Builder, node: Node) -> list[OrderedTensor]:
    below = builder.scale(Binary.ADD, builder.unary(Unary.ABS, node[0]), 1)
    return [builder.binary(Binary.DIVIDE, node[0], below)]


def _lower_mish(builder: Builder, node: Node) -> list[OrderedTensor]:
    softplus = builder.unary(Unary.SOFTPLUS, node[0])
    return [builder.binary(Binary.MULTIPLY, node[0], builder.unary(Unary.TANH, softplus))]


def _lower_gelu(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    if node.get_text("approximate", "none") == "none":
        return [activate(builder, x, ActivationSetting(Activation.GELU))]
    cube = builder.binary(Binary.MULTIPLY, builder.binary(Binary.MULTIPLY, x, x), x)
    inner = builder.binary(Binary.ADD, x, builder.scale(Binary.MULTIPLY, cube, 0.044715))
    curve = builder.unary(Unary.TANH, builder.scale(Binary.MULTIPLY, inner, np.sqrt(2 / np.pi)))
    half = builder.scale(Binary.MULTIPLY, x, 0.5)
    return [builder.binary(Binary.MULTIPLY, half, builder.scale(Binary.ADD, curve, 1))]


def _lower_thresholded_relu(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    above = builder.scale(Binary.GREATER, x, node.get("alpha", 1.0))
    return [builder.where(above, x, builder.make_constant(0, x.dtype))]


def _lower_shrink(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, threshold, bias = node[0], node.get("lambd", 0.5), node.get("bias", 0.0)
    if x.dtype.kind != "f":
        raise NotCompiledError(f"of {x.dtype}")
    high = builder.where(
        builder.scale(Binary.GREATER, x, threshold),
        builder.scale(Binary.SUBTRACT, x, bias),
        builder.make_constant(0, x.dtype),
    )
    low = builder.scale(Binary.ADD, x, bias)
    return [builder.where(builder.scale(Binary.LESS, x, -threshold), low, high)]


OPERATORS: Final[dict[str, Lowering]] = {
    "Relu": _lower_relu,
    "Clip": _lower_clip,
    "LeakyRelu": _lower_leaky,
    "Sigmoid": _lower_sigmoid,
    "Tanh": _lower_tanh,
    "Swish": _lower_swish,
    "Elu": _lower_elu,
    "Selu": _lower_selu,
    "Celu": _lower_celu,
    "HardSigmoid": _lower_hard_sigmoid,
    "HardSwish": _lower_hard_swish,
    "Softsign": _lower_softsign,
    "Mish": _lower_mish,
    "Gelu": _lower_gelu,
    "ThresholdedRelu": _lower_thresholded_relu,
    "Shrink": _lower_shrink,
}
