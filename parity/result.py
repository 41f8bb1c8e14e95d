"""The answers of a runtime, image by image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from webparity.taps import Tap


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """One image's answer.

    Attributes:
        rgb8: SHA-256 of the decoded pixels the runtime used.
        probabilities: float32 [C]; None for a model that has none.
        scores: float32 [C], before softmax or sigmoid; or decision scores. None for measured values.
        values: float32 [C], measured values; None for other models.
        pixels: float32 [h, w, c], resized, in grey levels; None once they have been compared.
        on_pixels: the reference's answer to these pixels, if it is discontinuous; see `comparison/undecided.py`.
        undecided: a stored answer that runtimes may give either way, see `GoldenImage.undecided`.
        ms: graph execution with reading the result back, in milliseconds; NaN where it was not measured.
    """

    rgb8: str
    probabilities: NDArray[np.float32] | None = None
    scores: NDArray[np.float32] | None = None
    values: NDArray[np.float32] | None = None
    pixels: NDArray[np.float32] | None = None
    on_pixels: Answer | None = None
    undecided: bool = False
    ms: float = float("nan")

    @property
    def taps(self) -> dict[Tap, NDArray[np.float32]]:
        """The arrays that are there, by tap."""
        named: dict[Tap, NDArray[np.float32] | None] = {
            "probabilities": self.probabilities,
            "values": self.values,
            "scores": self.scores,
            "pixels": self.pixels,
        }
        return {tap: array for tap, array in named.items() if array is not None}

    def get_numbers(self, tap: Tap) -> NDArray[np.float32]:
        """Get one tap; without a number where it is missing, so that it equals no other."""
        return self.taps.get(tap, np.zeros(0, np.float32))


@dataclass(frozen=True, kw_only=True)
class RefusedImage:
    """An image the decode contract refuses; `code` is the same in every runtime."""

    code: str
    message: str


Outcome = Answer | RefusedImage


@dataclass(frozen=True, kw_only=True, eq=False)
class RunResult:
    """One runtime's answers to all images, in order.

    Attributes:
        outcomes: one per image; the pixels have been dropped.
        pixel_drift: float64 [N], largest difference of each image's resized pixels to the float64 truth, in grey
            levels; infinite where they are not finite or of another shape, NaN where there are none.
        leaked_tensors: tensors left behind, over all batches.
    """

    outcomes: tuple[Outcome, ...]
    pixel_drift: NDArray[np.float64]
    leaked_tensors: int = 0


def compute_pixel_drift(pixels: NDArray[np.float32] | None, truth: NDArray[np.float64]) -> float:
    """Compute the largest absolute difference in grey levels; infinite if not finite or of another shape."""
    if pixels is None:
        return float("nan")
    if pixels.shape != truth.shape:
        return float("inf")
    drift = float(np.max(np.abs(pixels - truth)))
    return drift if np.isfinite(drift) else float("inf")
