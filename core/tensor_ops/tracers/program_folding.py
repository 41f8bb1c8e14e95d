"""Constant folding: what instructions compute of constants, rounded once to the type of the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.program.opcodes import Binary, Reduce, Unary

_BINARY: Final[Mapping[Binary, Callable[[Any, Any], Any]]] = {
    Binary.ADD: np.add,
    Binary.SUBTRACT: np.subtract,
    Binary.MULTIPLY: np.multiply,
    Binary.DIVIDE: np.divide,
    Binary.MINIMUM: np.minimum,
    Binary.MAXIMUM: np.maximum,
    Binary.GREATER_OR_EQUAL: np.greater_equal,
}
_UNARY: Final[Mapping[Unary, Callable[[Any], Any]]] = {
    Unary.ABS: np.abs,
    Unary.FLOOR: np.floor,
    Unary.SQRT: np.sqrt,
    Unary.EXP: np.exp,
    Unary.LOG: np.log,
    Unary.TANH: np.tanh,
    Unary.SIGMOID: lambda x: 1.0 / (1.0 + np.exp(-x)),
}
_REDUCE: Final[Mapping[Reduce, Callable[..., Any]]] = {Reduce.SUM: np.sum, Reduce.MAX: np.max}


def fold_binary(kind: Binary, x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """Compute a function of two constants of one type; comparisons give bool."""
    with np.errstate(all="ignore"):
        return np.asarray(_BINARY[kind](x, y))


def fold_unary(kind: Unary, x: NDArray[Any]) -> NDArray[Any]:
    """Compute a function of a constant in float64, and round it to the constant's type."""
    with np.errstate(all="ignore"):
        return np.asarray(_UNARY[kind](x.astype(np.float64)).astype(x.dtype))


def fold_reduce(kind: Reduce, x: NDArray[Any], axis: int) -> NDArray[Any]:
    """Reduce an axis of a constant, which stays with length 1, in float64."""
    return np.asarray(_REDUCE[kind](x.astype(np.float64), axis=axis, keepdims=True).astype(x.dtype))


def fold_softmax(x: NDArray[Any]) -> NDArray[Any]:
    """Softmax of the last axis of a constant."""
    wide = x.astype(np.float64)
    powers = np.exp(wide - wide.max(axis=-1, keepdims=True))
    return np.asarray((powers / powers.sum(axis=-1, keepdims=True)).astype(x.dtype))


def fold_matmul(x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """Matrix product of two constants."""
    return np.asarray(np.matmul(x.astype(np.float64), y.astype(np.float64)).astype(x.dtype))
