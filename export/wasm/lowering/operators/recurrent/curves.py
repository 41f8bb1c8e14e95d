"""Activations of recurrent layers by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from webparity.export.wasm.drafts import RELU, ActivationSetting
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Node, NotCompiledError
from webparity.export.wasm.lowering.operators.activations import activate
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.program.opcodes import Activation, Binary, Unary

# A function of each element.
Curve = Callable[[Builder, OrderedTensor], OrderedTensor]
_Make = Callable[[float, float], Curve]

# What stands for alpha and beta where nothing is given; as many as the function has.
_NUMBERS: Final[dict[str, tuple[float, ...]]] = {
    "affine": (1.0, 0.0),
    "leakyrelu": (0.01,),
    "thresholdedrelu": (1.0,),
    "scaledtanh": (1.0, 1.0),
    "hardsigmoid": (0.2, 0.5),
    "elu": (1.0,),
}


def _use(kind: Activation) -> _Make:
    return lambda alpha, beta: lambda builder, x: activate(builder, x, ActivationSetting(kind, alpha, beta))


def _make_affine(alpha: float, beta: float) -> Curve:
    return lambda builder, x: builder.scale(Binary.ADD, builder.scale(Binary.MULTIPLY, x, alpha), beta)


def _make_thresholded(alpha: float, _: float) -> Curve:
    def compute(builder: Builder, x: OrderedTensor) -> OrderedTensor:
        return builder.where(builder.scale(Binary.GREATER, x, alpha), x, builder.make_constant(0, x.dtype))

    return compute


def _make_scaled_tanh(alpha: float, beta: float) -> Curve:
    def compute(builder: Builder, x: OrderedTensor) -> OrderedTensor:
        return builder.scale(Binary.MULTIPLY, builder.unary(Unary.TANH, builder.scale(Binary.MULTIPLY, x, beta)), alpha)

    return compute


def _compute_softsign(builder: Builder, x: OrderedTensor) -> OrderedTensor:
    return builder.binary(Binary.DIVIDE, x, builder.scale(Binary.ADD, builder.unary(Unary.ABS, x), 1))


_CURVES: Final[dict[str, _Make]] = {
    "relu": lambda _, __: lambda builder, x: activate(builder, x, RELU),
    "tanh": _use(Activation.TANH),
    "sigmoid": _use(Activation.SIGMOID),
    "affine": _make_affine,
    "leakyrelu": _use(Activation.LEAKY),
    "thresholdedrelu": _make_thresholded,
    "scaledtanh": _make_scaled_tanh,
    "hardsigmoid": _use(Activation.HARD_SIGMOID),
    "elu": _use(Activation.ELU),
    "softsign": lambda _, __: _compute_softsign,
    "softplus": lambda _, __: lambda builder, x: builder.unary(Unary.SOFTPLUS, x),
}


def read_curves(node: Node, defaults: Sequence[str], directions: int) -> list[list[Curve]]:
    """Read the activations of a node, for each direction; functions that have numbers consume those given, in order."""
    names = [name.decode() for name in node.get("activations") or []] or [*defaults] * directions
    alphas, betas = (iter(node.get(f"activation_{name}") or []) for name in ("alpha", "beta"))
    curves = [_make_curve(name.lower(), alphas, betas) for name in names]
    each = len(defaults)
    if len(curves) != each * directions:
        raise NotCompiledError(f"with {len(curves)} activations")
    return [curves[start : start + each] for start in range(0, len(curves), each)]


def _make_curve(name: str, alphas: Iterator[float], betas: Iterator[float]) -> Curve:
    if name not in _CURVES:
        raise NotCompiledError(f"with the activation {name}")
    numbers = [0.0, 0.0]
    for place, (default, given) in enumerate(zip(_NUMBERS.get(name, ()), (alphas, betas), strict=False)):
        numbers[place] = float(next(given, default))
    return _CURVES[name](*numbers)
