"""Candidates measured on calibration images, and the table of what was tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import brotli
import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Deviation
from webparity.export.quantization.float_model import FloatModel
from webparity.export.quantization.quantized_weight import Quantised, Reduced
from webparity.models.baked import compute_top1
from webparity.verification.score_span import compute_score_span

Float32 = NDArray[np.float32]

# Of 11: twenty times as fast on weights, and within 2 % of the size.
_QUALITY: Final = 5


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What reduced weights must keep to on the calibration images.

    Attributes:
        flips: most images that may get another label.
        difference: largest difference of a probability, 0 to 1.
    """

    flips: int = 0
    difference: float = 5e-2


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One candidate measured.

    Attributes:
        name: what was tried, in a few words.
        bytes: of all weights that may shrink, compressed by brotli.
        flips: calibration images with another label.
        difference: largest difference of a probability, 0 to 1.
        within: whether it keeps to the bounds.
    """

    name: str
    bytes: int
    flips: int
    difference: float
    within: bool


class Trials:
    """Measures reduced weights on calibration images against the float32 graph.

    Args:
        model: the graph.
        pixels: float32 [N, h, w, c], the tap `pixels` of the calibration images.

    Attributes:
        table: what was measured so far, in order.
    """

    def __init__(self, model: FloatModel, pixels: Float32) -> None:
        self.model = model
        self.pixels = pixels
        self.table: list[Trial] = []
        self._exact = model.on_pixels({})(pixels)
        self._bytes: dict[int, tuple[Reduced, int]] = {}
        plain = sum(compressed(weight.values.tobytes()) for weight in model.weights)
        self.table.append(Trial(name="float32", bytes=plain, flips=0, difference=0.0, within=True))

    def measure(self, name: str, reduced: Mapping[str, Reduced], bounds: Bounds) -> Trial:
        """Try some weights, and note what came of it."""
        found = self.deviation(reduced)
        plain = [w for w in self.model.weights if w.name not in reduced]
        size = sum(map(self.bytes_of, reduced.values())) + sum(compressed(w.values.tobytes()) for w in plain)
        within = found.flips <= bounds.flips and found.probabilities <= bounds.difference
        self.table.append(
            Trial(name=name, bytes=size, flips=found.flips, difference=found.probabilities, within=within)
        )
        return self.table[-1]

    def deviation(self, reduced: Mapping[str, Reduced]) -> Deviation:
        """How far some weights move the answers to the calibration images."""
        answers = self.model.on_pixels(reduced)(self.pixels)
        exact = self._exact
        span = compute_score_span(exact["scores"], exact["probabilities"])
        return Deviation(
            images=len(self.pixels),
            flips=int(np.sum(compute_top1(answers["probabilities"]) != compute_top1(exact["probabilities"]))),
            scores=float(np.max(np.abs(answers["scores"] - exact["scores"]))) / span,
            probabilities=float(np.max(np.abs(answers["probabilities"] - exact["probabilities"]))),
        )

    def scores(self, reduced: Mapping[str, Reduced], count: int) -> Float32:
        """Scores of about so many calibration images, float32 [M, C]."""
        every = -(-len(self.pixels) // count)
        return self.model.on_pixels(reduced)(self.pixels[::every])["scores"]

    def bytes_of(self, reduced: Reduced) -> int:
        """Size of one reduced weight, compressed."""
        known = self._bytes.get(id(reduced))
        if known is None:
            parts: list[NDArray[Any]]
            parts = [reduced.codes, reduced.scale] if isinstance(reduced, Quantised) else [reduced.halves]
            # The object is kept beside its size, so that no other one can come to have its id.
            known = reduced, sum(compressed(part.tobytes()) for part in parts)
            self._bytes[id(reduced)] = known
        return known[1]


def compressed(data: bytes) -> int:
    """How many bytes a static host sends for a file."""
    return len(brotli.compress(data, quality=_QUALITY))
