"""The quantization plan of a model, as export targets take it, and the model with its quantized weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from webparity.export.quantization.float_model import FloatModel
from webparity.export.quantization.onnx_weights import Weight
from webparity.export.quantization.quantized_weight import QuantizedWeight
from webparity.models.baked import Baked
from webparity.outputs.registry import get_output_kind
from webparity.taps import Tap

Precision = Literal["float32", "float16", "uint8", "auto"]


@dataclass(frozen=True, kw_only=True)
class QuantizationPlan:
    """The weights of a model that are stored in fewer bits, each in its quantized form.

    Attributes:
        precision: as it was requested.
        model: the float32 ONNX graph of the weights.
        quantized: by the weight's name; the others stay float32.
    """

    precision: Precision
    model: FloatModel
    quantized: dict[str, QuantizedWeight]

    @property
    def pairs(self) -> list[tuple[Weight, QuantizedWeight]]:
        """Each quantized weight, beside its float32 weight."""
        return [(weight, self.quantized[weight.name]) for weight in self.model.weights if weight.name in self.quantized]


class QuantizedModel:
    """The model with its quantized weights restored to float32, independent of the storage of any target.

    Every artifact is compared with this model; its distance from the trained model is the price of quantization.

    Args:
        plan: the weights.
        baked: the trained model.
    """

    def __init__(self, plan: QuantizationPlan, baked: Baked) -> None:
        self.is_discontinuous = baked.is_discontinuous
        self.output = baked.output
        self._run_on_images = plan.model.open_on_images(plan.quantized)
        self._run_on_pixels = plan.model.open_on_pixels(plan.quantized)

    def predict_from_pixels(self, pixels: NDArray[np.float32]) -> dict[Tap, NDArray[np.float32]]:
        """Every tap but `pixels` of resized pixels float32 [N, h, w, c]."""
        answers = self._run_on_pixels(pixels)
        return {tap: answers[tap] for tap in get_output_kind(self.output).numbers}

    def __call__(self, images: NDArray[np.uint8], taps: Sequence[Tap]) -> dict[Tap, NDArray[np.float32]]:
        """Some taps of uint8 [N, H, W, 3]."""
        answers = self._run_on_images(images)
        return {tap: answers[tap] for tap in taps}
