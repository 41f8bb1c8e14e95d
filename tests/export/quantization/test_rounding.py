from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from webparity.errors import ExportError
from webparity.export.quantization.quantized_weight import QMAX, round_to_float16
from webparity.export.quantization.rounding import compute_finest_steps, quantize

Float32 = NDArray[np.float32]

# Steps of subnormal numbers would themselves be rounded.
FLOATS = st.floats(-1e6, 1e6, width=32, allow_subnormal=False).map(lambda x: 0.0 if abs(x) < 1e-30 else x)
WEIGHTS = arrays(np.float32, array_shapes(min_dims=2, max_dims=4, max_side=5), elements=FLOATS)


@given(WEIGHTS, st.booleans(), st.floats(1, 40))
def test_the_nearest_multiple_is_at_most_half_a_step_away(weights: Float32, by_channel: bool, coarser: float) -> None:
    steps = (compute_finest_steps(weights, by_channel=by_channel) * np.float32(coarser)).astype(np.float32)
    reduced = quantize(weights, steps)
    allowed = 0.5 * steps.astype(np.float64) * (1 + 1e-6) + 1e-7 * np.abs(weights)
    assert np.all(np.abs(reduced.values.astype(np.float64) - weights) <= allowed)
    assert np.all(reduced.values[weights == 0] == 0)
    assert reduced.codes.min() >= -QMAX


@given(WEIGHTS)
def test_doubles_rounded_once_give_the_same_values(weights: Float32) -> None:
    reduced = quantize(weights, compute_finest_steps(weights, by_channel=True))
    assert np.array_equal(reduced.values, (reduced.codes * reduced.scale.astype(np.float64)).astype(np.float32))


@pytest.mark.parametrize("by_channel", [False, True])
@pytest.mark.parametrize("value", [0.0, -3.0, 1e-20])
def test_constant_weights_keep_their_value(value: float, by_channel: bool) -> None:
    weights = np.full((3, 4), value, np.float32)
    values = quantize(weights, compute_finest_steps(weights, by_channel=by_channel)).values
    np.testing.assert_allclose(values, weights, rtol=1e-6, atol=0)


def test_channels_alike_have_scales_alike_and_others_their_own() -> None:
    weights = np.array([[1, 1, 100], [-2, -2, 0]], np.float32)
    steps = compute_finest_steps(weights, by_channel=True)
    assert steps[0] == steps[1] < steps[2]
    np.testing.assert_allclose(steps, np.array([2, 2, 100]) / QMAX, rtol=1e-6)
    assert compute_finest_steps(weights, by_channel=False) == steps[2]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_refused(bad: float) -> None:
    with pytest.raises(ExportError, match="finite weights"):
        compute_finest_steps(np.array([[1, bad]], np.float32), by_channel=False)


def test_halves_hold_their_values_exactly_and_refuse_what_is_beyond_them() -> None:
    weights = np.array([[0.1, -65504, 6e-8]], np.float32)
    reduced = round_to_float16(weights)
    assert reduced is not None
    assert np.array_equal(reduced.values.astype(np.float16), reduced.codes)
    assert np.array_equal(reduced.values, weights.astype(np.float16).astype(np.float32))
    assert round_to_float16(np.array([[65520.0]], np.float32)) is None


@pytest.fixture
def layer() -> tuple[Float32, Float32]:
    """A weight [48, 16] and inputs [500, 48] that go together in threes, as neighbouring pixels do."""
    random = np.random.default_rng(0)
    shared = random.normal(size=(500, 16))
    inputs = np.repeat(shared, 3, axis=1) + 0.2 * random.normal(size=(500, 48))
    return random.normal(size=(48, 16)).astype(np.float32), inputs.astype(np.float32)


def _compute_harm(layer: tuple[Float32, Float32], values: Float32) -> float:
    weights, inputs = layer
    return float(np.mean((inputs @ (values - weights)) ** 2))


def test_knowing_the_inputs_makes_good_most_of_the_error(layer: tuple[Float32, Float32]) -> None:
    weights, inputs = layer
    steps = compute_finest_steps(weights, by_channel=False) * np.float32(16)
    moment = (inputs.T @ inputs / len(inputs)).astype(np.float64)
    nearest, compensated = quantize(weights, steps), quantize(weights, steps, [moment])
    assert _compute_harm(layer, compensated.values) < 0.5 * _compute_harm(layer, nearest.values)


def test_inputs_in_parts_are_each_on_their_own(layer: tuple[Float32, Float32]) -> None:
    weights, inputs = layer
    steps = compute_finest_steps(weights, by_channel=True) * np.float32(16)
    moments = [(part.T @ part / len(part)).astype(np.float64) for part in np.split(inputs, [24], axis=1)]
    whole = quantize(weights, steps, moments).codes
    halves = [quantize(half, steps, [m]).codes for half, m in zip(np.split(weights, [24]), moments, strict=True)]
    assert np.array_equal(whole, np.concatenate(halves))


def test_bits_are_traded_for_a_little_error(layer: tuple[Float32, Float32]) -> None:
    weights, inputs = layer
    steps = compute_finest_steps(weights, by_channel=False) * np.float32(40)
    moment = (inputs.T @ inputs / len(inputs)).astype(np.float64)

    def compute_entropy(codes: NDArray[np.int8]) -> float:
        share = np.unique(codes, return_counts=True)[1] / codes.size
        return float(-np.sum(share * np.log2(share)))

    plain, traded = quantize(weights, steps, [moment]), quantize(weights, steps, [moment], trade=True)
    assert compute_entropy(traded.codes) < compute_entropy(plain.codes) - 0.05
    assert _compute_harm(layer, traded.values) < _compute_harm(layer, quantize(weights, steps).values)
