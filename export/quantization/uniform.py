"""All weights alike: in float16, or on 255 levels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from webparity.export.quantization.float_model import FloatModel
from webparity.export.quantization.moments import input_moments
from webparity.export.quantization.quantized_weight import Reduced, halve
from webparity.export.quantization.rounding import quantise, smallest_steps


def halved(model: FloatModel) -> dict[str, Reduced]:
    """Every weight in float16, but those beyond its range."""
    halves = {weight.name: halve(weight.values) for weight in model.weights}
    return {name: half for name, half in halves.items() if half is not None}


def quantised(model: FloatModel, pixels: NDArray[np.float32]) -> dict[str, Reduced]:
    """Every weight on 255 levels, kernels channel by channel, rounded for the least error on calibration images.

    Args:
        model: the float32 graph.
        pixels: float32 [N, h, w, c], their tap `pixels`.
    """
    moments = input_moments(model, pixels)
    finest = {weight.name: smallest_steps(weight.values, by_channel=weight.by_channel) for weight in model.weights}
    return {w.name: quantise(w.values, finest[w.name], moments.get(w.name, ())) for w in model.weights}
