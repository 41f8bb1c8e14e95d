"""A mean and a deviation of each channel that are no usual ones, such as those of a user's own dataset."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.preprocessing_guess.candidates import Steps
from webparity.preprocessing.pipeline.step import make_step

# Digits of a mean and a deviation of values from 0 to 1: a rounding of at most 1e-3 grey levels.
_DIGITS: Final = 6
# How alike arrays and pixels must be, up to factor and offset, where only the resize differs.
_ALIKE: Final = 0.8


def fit_scaling(pixels: NDArray[np.float64], array: NDArray[np.float64]) -> Steps | None:
    """Fit the steps from grey levels to values: a scale to 0 to 1, then a mean and a deviation of each channel.

    Args:
        pixels: [height, width, depth], grey levels.
        array: of the same shape, the values of a user's own code.

    Returns:
        The steps; None if the array is not a factor and an offset away from the pixels.
    """
    means, deviations = [], []
    signs = set()
    for channel in range(pixels.shape[2]):
        x, y = pixels[..., channel].ravel() / 255, array[..., channel].ravel()
        if not x.std() or not y.std():
            return None
        alike = float(np.mean((x - x.mean()) * (y - y.mean())) / (x.std() * y.std()))
        if abs(alike) < _ALIKE:
            return None
        signs.add(np.sign(alike))
        if alike < 0:
            x = 1 - x
        factor = abs(alike) * y.std() / x.std()
        means.append(round(float(x.mean() - y.mean() / factor), _DIGITS))
        deviations.append(round(float(1 / factor), _DIGITS))
    if len(signs) > 1 or min(deviations) <= 0:
        return None
    invert: list[dict[str, Any]] = [{"step": "invert"}] if -1 in signs else []
    scale = {"step": "scale", "factor": 1 / 255}
    return tuple(make_step(step) for step in [*invert, scale, {"step": "normalize", "mean": means, "std": deviations}])
