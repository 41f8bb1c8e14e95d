"""Functions of NumPy that a `FunctionTransformer` applies to every number."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sklearn.preprocessing import FunctionTransformer

from webparity.export.classifiers.features import Features
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.export.classifiers.numerics.double_float_functions import clip, cos, exp, is_positive, log, relu, tanh
from webparity.models import refusals
from webparity.tensor_ops.ops import Ops, T


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function in double-float.

    Attributes:
        trace: how it is traced.
        rises: whether it never decreases, so that thresholds of trees behind it can be moved before it.
        jumps: whether it is discontinuous.
    """

    trace: Callable[[Any, Any], Any]
    rises: bool = False
    jumps: bool = False


def _floor(ops: Ops[T], x: T) -> T:
    """Round down, of numbers whose whole part float32 holds."""
    whole = ops.floor(ops.to_float32(x))
    # The number may be a little below the integer that float32 rounds it to.
    below = 1.0 - ops.greater_equal(ops.to_float32(x - ops.to_double_float(whole)), ops.constant(0.0))
    return ops.to_double_float(whole - below)


def _find_sign(ops: Ops[T], x: T) -> T:
    return is_positive(ops, x) - is_positive(ops, x * -1.0)


def _divide_one(ops: Ops[T], x: T) -> T:
    return ops.double_float_constant(1.0) / x


def _scale(factor: float, function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda ops, x: function(ops, x) * ops.double_float_constant(factor)


def _stretch(function: Callable[[Any, Any], Any], factor: float) -> Callable[[Any, Any], Any]:
    return lambda ops, x: function(ops, x * ops.double_float_constant(factor))


def _keep(ops: Ops[T], x: T) -> T:
    del ops
    return x


def _log1p(ops: Ops[T], x: T) -> T:
    return log(ops, x + 1.0)


_FUNCTIONS: Final[Mapping[str, Function]] = {
    "absolute": Function(trace=lambda ops, x: ops.abs(x)),
    "cbrt": Function(
        trace=lambda ops, x: (
            exp(
                ops,
                log(ops, ops.abs(x) + (1.0 - is_positive(ops, ops.abs(x) - ops.double_float_constant(1e-30))))
                * ops.double_float_constant(1 / 3),
            )
            * _find_sign(ops, x)
        ),
        rises=True,
    ),
    "ceil": Function(trace=lambda ops, x: _floor(ops, x * -1.0) * -1.0, rises=True, jumps=True),
    "cos": Function(trace=cos),
    "deg2rad": Function(trace=_scale(math.pi / 180, _keep), rises=True),
    "degrees": Function(trace=_scale(180 / math.pi, _keep), rises=True),
    "exp": Function(trace=exp, rises=True),
    "exp2": Function(trace=_stretch(exp, math.log(2.0)), rises=True),
    "expm1": Function(trace=lambda ops, x: exp(ops, x) - 1.0, rises=True),
    "fabs": Function(trace=lambda ops, x: ops.abs(x)),
    "floor": Function(trace=_floor, rises=True, jumps=True),
    "log": Function(trace=log, rises=True),
    "log10": Function(trace=_scale(1 / math.log(10.0), log), rises=True),
    "log1p": Function(trace=_log1p, rises=True),
    "log2": Function(trace=_scale(1 / math.log(2.0), log), rises=True),
    "negative": Function(trace=lambda _, x: x * -1.0),
    "positive": Function(trace=_keep, rises=True),
    "rad2deg": Function(trace=_scale(180 / math.pi, _keep), rises=True),
    "radians": Function(trace=_scale(math.pi / 180, _keep), rises=True),
    "reciprocal": Function(trace=_divide_one),
    "sign": Function(trace=_find_sign, rises=True, jumps=True),
    "sin": Function(trace=lambda ops, x: cos(ops, x - ops.double_float_constant(math.pi / 2))),
    "sqrt": Function(trace=lambda ops, x: ops.sqrt(x), rises=True),
    "square": Function(trace=lambda _, x: x * x),
    "tanh": Function(trace=tanh, rises=True),
    "trunc": Function(
        trace=lambda ops, x: _floor(ops, relu(ops, x)) - _floor(ops, relu(ops, x * -1.0)), rises=True, jumps=True
    ),
}


class ElementFunction(DefaultLowering):
    """`FunctionTransformer` of nothing, of one of NumPy's functions of one number, or of `numpy.clip`."""

    @property
    def is_discontinuous(self) -> bool:
        """Whether the function jumps."""
        function = getattr(self.estimator, "func", None)
        known = _FUNCTIONS.get(function.__name__) if isinstance(function, np.ufunc) else None
        return known is not None and known.jumps

    def transform(self, features: Features[T]) -> Features[T]:
        """Apply the function to every number."""
        transformer, ops = self.estimator, features.ops
        function, arguments = transformer.func, transformer.kw_args or {}
        if function is None:
            return features
        if function is np.clip and not set(arguments) - {"a_min", "a_max", "min", "max"}:
            exact = _clip_by_arguments(ops, features.exact, arguments)
            return features.replace_columnwise(transformer.transform, exact)
        known = _FUNCTIONS.get(function.__name__) if isinstance(function, np.ufunc) else None
        if known is None or arguments:
            raise refusals.FUNCTION(f"one of {getattr(function, '__name__', type(function).__name__)}")
        exact = known.trace(ops, features.exact)
        if known.rises:
            return features.replace_columnwise(transformer.transform, exact)
        return features.replace_all(exact, features.width)


def _clip_by_arguments(ops: Ops[T], x: T, arguments: Mapping[str, Any]) -> T:
    low = arguments.get("a_min", arguments.get("min"))
    high = arguments.get("a_max", arguments.get("max"))
    limit = float(np.finfo(np.float32).max)
    return clip(ops, x, -limit if low is None else low, limit if high is None else high)


FAMILY = Family(name="functions", lowerings={FunctionTransformer: ElementFunction})
