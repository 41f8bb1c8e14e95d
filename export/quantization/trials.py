"""Trials of quantized weights on calibration images, and their record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import brotli
import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Deviation
from webparity.export.quantization.float_model import FloatModel
from webparity.export.quantization.quantized_weight import Int8Weight, QuantizedWeight
from webparity.verification.score_span import compute_score_span

Float32 = NDArray[np.float32]

# Of 11: twenty times as fast on weights, within 2 % of the smallest size.
_QUALITY: Final = 5


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Limits of the deviation of quantized weights on the calibration images.

    Attributes:
        flips: largest number of images with another label.
        difference: largest difference of a probability, 0 to 1; of scores or values without probabilities, of their
            span.
    """

    flips: int = 0
    difference: float = 5e-2


@dataclass(frozen=True, kw_only=True)
class QuantizationTrial:
    """Quantized weights and their deviation on the calibration images.

    Attributes:
        name: a short description.
        bytes: of all weights that can be quantized, compressed by brotli.
        flips: calibration images with another label.
        difference: largest difference of a probability, 0 to 1; of scores or values, of their span.
        within: whether it stays within the bounds.
    """

    name: str
    bytes: int
    flips: int
    difference: float
    within: bool


class QuantizationTrials:
    """Measurement of quantized weights on calibration images against the float32 graph.

    Args:
        model: the graph.
        pixels: float32 [N, h, w, c], the tap `pixels` of the calibration images.

    Attributes:
        table: the trials so far, in order.
    """

    def __init__(self, model: FloatModel, pixels: Float32) -> None:
        self.model = model
        self.pixels = pixels
        self.table: list[QuantizationTrial] = []
        self._exact = model.open_on_pixels({})(pixels)
        self._bytes: dict[int, tuple[QuantizedWeight, int]] = {}
        plain = sum(compute_compressed_size(weight.values.tobytes()) for weight in model.weights)
        self.table.append(QuantizationTrial(name="float32", bytes=plain, flips=0, difference=0.0, within=True))

    def measure(self, name: str, quantized: Mapping[str, QuantizedWeight], bounds: Bounds) -> QuantizationTrial:
        """Measure quantized weights and record the trial."""
        found = self.measure_deviation(quantized)
        plain = [w for w in self.model.weights if w.name not in quantized]
        size = sum(map(self.compute_bytes, quantized.values())) + sum(
            compute_compressed_size(w.values.tobytes()) for w in plain
        )
        difference = found.probabilities if self.model.kind.answer == "probabilities" else found.scores
        within = found.flips <= bounds.flips and difference <= bounds.difference
        self.table.append(
            QuantizationTrial(name=name, bytes=size, flips=found.flips, difference=difference, within=within)
        )
        return self.table[-1]

    def measure_deviation(self, quantized: Mapping[str, QuantizedWeight]) -> Deviation:
        """Measure the deviation of quantized weights from the float32 graph on all images."""
        outputs = self.model.open_on_pixels(quantized)(self.pixels)
        exact = self._exact
        kind, output = self.model.kind, self.model.output
        span = compute_score_span(exact[kind.measured], exact.get("probabilities"))
        labels = zip(kind.decide(outputs[kind.answer], output), kind.decide(exact[kind.answer], output), strict=True)
        moved = float(np.max(np.abs(outputs[kind.answer] - exact[kind.answer])))
        return Deviation(
            images=len(self.pixels),
            flips=sum(one != other for one, other in labels),
            scores=float(np.max(np.abs(outputs[kind.measured] - exact[kind.measured]))) / span,
            probabilities=moved if kind.answer == "probabilities" else 0.0,
        )

    def compute_scores(self, quantized: Mapping[str, QuantizedWeight], count: int) -> Float32:
        """Compute scores of about `count` images, float32 [M, C]."""
        every = -(-len(self.pixels) // count)
        return self.model.open_on_pixels(quantized)(self.pixels[::every])[self.model.kind.measured]

    def compute_bytes(self, quantized: QuantizedWeight) -> int:
        """Compute the compressed size of one quantized weight."""
        known = self._bytes.get(id(quantized))
        if known is None:
            parts: list[NDArray[Any]]
            parts = [quantized.codes, quantized.scale] if isinstance(quantized, Int8Weight) else [quantized.codes]
            # The object is kept beside its size, so that no other object can get its id.
            known = quantized, sum(compute_compressed_size(part.tobytes()) for part in parts)
            self._bytes[id(quantized)] = known
        return known[1]


def compute_compressed_size(data: bytes) -> int:
    """Compute the number of bytes that a static host sends for a file."""
    return len(brotli.compress(data, quality=_QUALITY))
