"""What was chosen for a model's weights, as the export targets take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from webparity.export.quantization.float_model import FloatModel
from webparity.export.quantization.quantized_weight import Reduced
from webparity.export.quantization.weights import Weight
from webparity.models.baked import Baked
from webparity.taps import Tap

Precision = Literal["float32", "float16", "uint8", "auto"]


@dataclass(frozen=True, kw_only=True)
class Reduction:
    """Weights of a model with what is stored instead.

    Attributes:
        precision: what was asked for.
        model: the ONNX graph in float32 that the weights are of.
        reduced: by the weight's name; the others stay float32.
    """

    precision: Precision
    model: FloatModel
    reduced: dict[str, Reduced]

    @property
    def pairs(self) -> list[tuple[Weight, Reduced]]:
        """Each weight that is reduced, with what it becomes."""
        return [(weight, self.reduced[weight.name]) for weight in self.model.weights if weight.name in self.reduced]


class ReducedModel:
    """The model with its reduced weights, in float32 and without any of the targets' own ways to store them.

    Every artifact must compute just this; how far this stands from the trained model is the price of the reduction.

    Args:
        reduction: the weights.
        baked: the trained model.
    """

    def __init__(self, reduction: Reduction, baked: Baked) -> None:
        self.is_discontinuous = baked.is_discontinuous
        self._whole = reduction.model.on_images(reduction.reduced)
        self._behind = reduction.model.on_pixels(reduction.reduced)

    def predict_from_pixels(self, pixels: NDArray[np.float32]) -> dict[Tap, NDArray[np.float32]]:
        """Scores and probabilities of resized pixels float32 [N, h, w, c]."""
        answers = self._behind(pixels)
        return {"scores": answers["scores"], "probabilities": answers["probabilities"]}

    def __call__(self, images: NDArray[np.uint8], taps: Sequence[Tap]) -> dict[Tap, NDArray[np.float32]]:
        """Some taps of uint8 [N, H, W, 3]."""
        answers = self._whole(images)
        return {tap: answers[tap] for tap in taps}
