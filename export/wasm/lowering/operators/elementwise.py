"""Operators that compute each element alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Final

import numpy as np

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.program.opcodes import Binary, Unary

_UNARY: Final = {
    "Abs": Unary.ABS,
    "Neg": Unary.NEGATE,
    "Exp": Unary.EXP,
    "Log": Unary.LOG,
    "Sqrt": Unary.SQRT,
    "Reciprocal": Unary.RECIPROCAL,
    "Floor": Unary.FLOOR,
    "Ceil": Unary.CEIL,
    "Round": Unary.ROUND,
    "Sign": Unary.SIGN,
    "Erf": Unary.ERF,
    "Sin": Unary.SIN,
    "Cos": Unary.COS,
    "Tan": Unary.TAN,
    "Asin": Unary.ASIN,
    "Acos": Unary.ACOS,
    "Atan": Unary.ATAN,
    "Sinh": Unary.SINH,
    "Cosh": Unary.COSH,
    "Asinh": Unary.ASINH,
    "Acosh": Unary.ACOSH,
    "Atanh": Unary.ATANH,
    "Not": Unary.NOT,
    "Softplus": Unary.SOFTPLUS,
    "BitwiseNot": Unary.BIT_NOT,
}
_BINARY: Final = {
    "Add": Binary.ADD,
    "Sub": Binary.SUBTRACT,
    "Mul": Binary.MULTIPLY,
    "Div": Binary.DIVIDE,
    "Equal": Binary.EQUAL,
    "Less": Binary.LESS,
    "LessOrEqual": Binary.LESS_OR_EQUAL,
    "Greater": Binary.GREATER,
    "GreaterOrEqual": Binary.GREATER_OR_EQUAL,
    "And": Binary.AND,
    "Or": Binary.OR,
    "Xor": Binary.XOR,
    "BitwiseAnd": Binary.BIT_AND,
    "BitwiseOr": Binary.BIT_OR,
    "BitwiseXor": Binary.BIT_XOR,
    "PRelu": Binary.LEAKY,
}
_VARIADIC: Final = {"Min": Binary.MINIMUM, "Max": Binary.MAXIMUM, "Sum": Binary.ADD}
_TYPES: Final = {1: "f4", 2: "u1", 3: "i1", 4: "u2", 5: "i2", 6: "i4", 7: "i8", 9: "?", 11: "f8", 12: "u4", 13: "u8"}


def _lower_unary(builder: Builder, node: Node) -> list[OrderedTensor]:
    return [builder.unary(_UNARY[node.op_type], node[0])]


def _lower_binary(builder: Builder, node: Node) -> list[OrderedTensor]:
    return [builder.binary(_BINARY[node.op_type], node[0], node[1])]


def _lower_variadic(builder: Builder, node: Node) -> list[OrderedTensor]:
    given = [node[position] for position in range(len(node.inputs))]
    return [reduce(lambda x, y: builder.binary(_VARIADIC[node.op_type], x, y), given)]


def _lower_mean(builder: Builder, node: Node) -> list[OrderedTensor]:
    given = [node[position] for position in range(len(node.inputs))]
    total = reduce(lambda x, y: builder.binary(Binary.ADD, x, y), given)
    return [builder.scale(Binary.DIVIDE, total, len(given))] if len(given) > 1 else [total]


def _lower_power(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, exponent = node[0], node[1]
    known = exponent.constant
    if known is not None and known.size == 1 and x.dtype.kind == "f":
        square = builder.binary(Binary.MULTIPLY, x, x) if known.item() == 2 else None
        if square is not None and square.rank >= exponent.rank:
            return [square]
        if known.item() == 0.5 and x.rank >= exponent.rank:
            return [builder.unary(Unary.SQRT, x)]
    return [builder.binary(Binary.POWER, x, builder.cast(exponent, x.dtype))]


def _lower_modulo(builder: Builder, node: Node) -> list[OrderedTensor]:
    return [builder.binary(Binary.FMOD if node.get("fmod", 0) else Binary.MOD, node[0], node[1])]


def _lower_shift(builder: Builder, node: Node) -> list[OrderedTensor]:
    kind = Binary.SHIFT_LEFT if node.get_text("direction") == "LEFT" else Binary.SHIFT_RIGHT
    return [builder.binary(kind, node[0], node[1])]


def _lower_where(builder: Builder, node: Node) -> list[OrderedTensor]:
    return [builder.where(node[0], node[1], node[2])]


def _lower_cast(builder: Builder, node: Node) -> list[OrderedTensor]:
    number = node.get("to")
    dtype = node[1].dtype if number is None else _TYPES.get(number)
    if dtype is None:
        raise NotCompiledError(f"to element type {number}")
    return [builder.cast(node[0], dtype)]


def _lower_is_nan(builder: Builder, node: Node) -> list[OrderedTensor]:
    return [builder.unary(Unary.IS_NAN, node[0], np.bool_)]


def _lower_is_infinite(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    found: Sequence[OrderedTensor] = [
        builder.binary(Binary.EQUAL, x, builder.make_constant(sign * np.inf, x.dtype))
        for sign, attribute in ((1, "detect_positive"), (-1, "detect_negative"))
        if node.get(attribute, 1)
    ]
    if not found:
        nothing = builder.make_constant(np.zeros(1, np.bool_))
        return [builder.binary(Binary.AND, builder.unary(Unary.IS_NAN, x, np.bool_), nothing)]
    return [reduce(lambda a, b: builder.binary(Binary.OR, a, b), found)]


def _lower_identity(_: Builder, node: Node) -> list[OrderedTensor]:
    return [node[0]]


def _lower_dropout(builder: Builder, node: Node) -> list[OrderedTensor]:
    training = node.find(2)
    if training is not None and bool(node.read(2)) and (node.find(1) is None or node.read(1).item() != 0):
        raise NotCompiledError("with random results, in training mode")
    kept = builder.make_constant(np.ones(node[0].shape, np.bool_))
    return [node[0], kept][: node.output_count]


OPERATORS: Final[dict[str, Lowering]] = {
    **dict.fromkeys(_UNARY, _lower_unary),
    **dict.fromkeys(_BINARY, _lower_binary),
    **dict.fromkeys(_VARIADIC, _lower_variadic),
    "Mean": _lower_mean,
    "Pow": _lower_power,
    "Mod": _lower_modulo,
    "BitShift": _lower_shift,
    "Where": _lower_where,
    "Cast": _lower_cast,
    "CastLike": _lower_cast,
    "IsNaN": _lower_is_nan,
    "IsInf": _lower_is_infinite,
    "Identity": _lower_identity,
    "Dropout": _lower_dropout,
}
