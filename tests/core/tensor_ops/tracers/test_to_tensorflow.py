"""Double-float arithmetic of TensorFlow's adapter, compared with float64."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from webparity.tensor_ops.double_float import DoubleFloat
from webparity.tensor_ops.tracers.to_tensorflow import TensorFlowOps

OPS = TensorFlowOps()
EXPONENTS = st.floats(-87.0, 0.25, allow_subnormal=False)


def _compute_value(x: DoubleFloat) -> float:
    return float(x.high) + float(x.low)


@given(EXPONENTS)
def test_powers_of_e_keep_41_bits(exponent: float) -> None:
    wide = OPS.double_float_constant(exponent)
    expected = math.exp(_compute_value(wide))
    # Below that, the smaller half is no normal number any more.
    held = 2.0**-41 if exponent > -55 else 2.0**-23
    assert abs(_compute_value(OPS.exp(wide)) - expected) <= expected * held


@given(st.floats(-1e30, -88.0))
def test_powers_below_float32_are_0(exponent: float) -> None:
    assert _compute_value(OPS.exp(OPS.double_float_constant(exponent))) == 0.0


def test_powers_of_all_at_once_are_those_of_each() -> None:
    exponents = np.array([[-1000.0, -87.4, -20.0, -0.7], [-0.3, -1e-9, 0.0, -300.0]])
    received = OPS.exp(OPS.double_float_constant(exponents))
    np.testing.assert_allclose(received.high.numpy(), np.exp(exponents), rtol=1e-6, atol=2e-38)


def test_wide_numbers_stand_one_behind_the_other() -> None:
    parts = [OPS.double_float_constant(np.array([[0.1, 0.2]])), OPS.to_double_float(tf.constant([[3.0]]))]
    whole = OPS.concat(parts, 1)
    np.testing.assert_allclose(whole.high.numpy().astype(np.float64) + whole.low.numpy(), [[0.1, 0.2, 3.0]], rtol=1e-14)
