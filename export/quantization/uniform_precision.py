"""Uniform precision: all weights in float16, or all in int8."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from webparity.export.quantization.float_model import FloatModel
from webparity.export.quantization.input_moments import compute_input_moments
from webparity.export.quantization.quantized_weight import QuantizedWeight, round_to_float16
from webparity.export.quantization.rounding import compute_finest_steps, quantize


def to_float16(model: FloatModel) -> dict[str, QuantizedWeight]:
    """Round every weight to float16, except those beyond its range."""
    rounded = {weight.name: round_to_float16(weight.values) for weight in model.weights}
    return {name: weight for name, weight in rounded.items() if weight is not None}


def to_int8(model: FloatModel, pixels: NDArray[np.float32]) -> dict[str, QuantizedWeight]:
    """Quantize every weight to 255 levels, kernels by channel, with the least error on calibration images.

    Args:
        model: the float32 graph.
        pixels: float32 [N, h, w, c], the tap `pixels` of calibration images.
    """
    moments = compute_input_moments(model, pixels)
    finest = {
        weight.name: compute_finest_steps(weight.values, by_channel=weight.by_channel) for weight in model.weights
    }
    return {w.name: quantize(w.values, finest[w.name], moments.get(w.name, ())) for w in model.weights}
