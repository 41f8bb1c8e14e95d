"""Golden images whose answer a discontinuous model may change within the rounding of pixels."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.checks.reference_answers import Answers
from webparity.models.baked import Baked
from webparity.verification.tolerance import PIXEL_ROUNDING

_DRAWS: Final = 16
_SEED: Final = 0


def is_undecided(baked: Baked, answers: Answers) -> bool:
    """Whether pixels that differ by the rounding measured between runtimes give another answer.

    Args:
        baked: the trained model; False unless it is discontinuous.
        answers: its answers to one image, every tap.
    """
    if not baked.is_discontinuous:
        return False
    pixels = np.repeat(answers["pixels"], _DRAWS, axis=0)
    signs = np.random.default_rng(_SEED).choice(np.array([-1, 1], np.float32), pixels.shape)
    moved = baked.predict_from_pixels(pixels + _compute_pixel_rounding(pixels) * signs)
    own = baked.predict_from_pixels(answers["pixels"])
    return any(not np.allclose(moved[tap], own[tap], rtol=0, atol=_compute_allowed_difference(own[tap])) for tap in own)


def _compute_pixel_rounding(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    # Whole grey levels, as in an image that is not resized, are exact in every runtime.
    exact = pixels == np.round(pixels)
    return np.where(exact, np.float32(0), np.float32(PIXEL_ROUNDING))


def _compute_allowed_difference(values: NDArray[np.float32]) -> float:
    """Return the difference that separates a smooth model's change from a jump."""
    return 1e-3 * max(1.0, float(np.ptp(values)))
