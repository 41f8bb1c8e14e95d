"""Functions of double-float numbers keep digits that float32 loses, in NumPy and in pairs of float32."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import expit, softmax
from scipy.stats import norm

from webparity.export.classifiers.numerics import double_float_functions
from webparity.export.classifiers.numerics.normal_quantile import compute_normal_quantile
from webparity.tensor_ops.tracers.to_numpy import NumpyOps
from webparity.tensor_ops.tracers.to_tensorflow import TensorFlowOps

FUNCTIONS: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any], Any]]] = {
    "softmax": (double_float_functions.softmax, lambda x: softmax(x, axis=1)),
    "sigmoid": (double_float_functions.sigmoid, expit),
    "tanh": (double_float_functions.tanh, np.tanh),
    "relu": (double_float_functions.relu, lambda x: np.maximum(x, 0.0)),
}
LOGITS = arrays(np.float64, (3, 4), elements=st.floats(-60.0, 60.0, allow_subnormal=False).map(lambda x: round(x, 9)))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@given(LOGITS)
def test_double_float_functions_keep_digits_that_float32_loses(name: str, x: Any) -> None:
    ours, theirs = FUNCTIONS[name]
    expected = theirs(x)
    np.testing.assert_allclose(ours(NumpyOps(), x), expected, rtol=1e-13, atol=1e-15)
    ops = TensorFlowOps()
    received = ours(ops, ops.double_float_constant(x))
    both = received.high.numpy().astype(np.float64) + received.low.numpy()
    # A logit of 60 has an error of 60 * 2^-48 as a pair, and so has what it is the power of.
    np.testing.assert_allclose(both, expected, rtol=2e-11, atol=1e-13)


def test_far_logits_leave_one_class() -> None:
    ops = TensorFlowOps()
    received = double_float_functions.softmax(ops, ops.double_float_constant(np.array([[-3e5, 2e6, 2e6 - 1000.0]])))
    np.testing.assert_array_equal(received.high.numpy(), [[0.0, 1.0, 0.0]])


RANGES: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any], Any], float, float]] = {
    "exp": (double_float_functions.exp, np.exp, -60.0, 60.0),
    "log": (double_float_functions.log, np.log, 1e-6, 1e6),
    "log near 1": (double_float_functions.log, np.log, 0.999, 1.001),
    "power": (lambda ops, x: double_float_functions.power(ops, x, 1 / 3), np.cbrt, 1e-3, 1e3),
    "cos": (double_float_functions.cos, np.cos, -900.0, 900.0),
    "clip": (lambda ops, x: double_float_functions.clip(ops, x, -0.3, 0.7), lambda x: np.clip(x, -0.3, 0.7), -1.0, 1.0),
    "normal quantile": (compute_normal_quantile, norm.ppf, 1e-7, 1 - 1e-7),
}


@pytest.mark.parametrize("name", sorted(RANGES))
def test_functions_of_double_float_numbers_equal_numpy_and_scipy(name: str) -> None:
    ours, theirs, low, high = RANGES[name]
    spread = np.random.default_rng(0).random((20, 30))
    x = np.clip(low + (high - low) * spread ** np.array([1, 9])[:, np.newaxis, np.newaxis], low, high).reshape(40, 30)
    expected = theirs(x)
    np.testing.assert_allclose(ours(NumpyOps(), x), expected, rtol=2e-13, atol=1e-12)
    ops = TensorFlowOps()
    received = ours(ops, ops.double_float_constant(x))
    both = received.high.numpy().astype(np.float64) + received.low.numpy()
    # Near 1 the tail of a probability has fewer digits as a pair.
    np.testing.assert_allclose(both, expected, rtol=2e-9 if name == "normal quantile" else 2e-11, atol=1e-11)
