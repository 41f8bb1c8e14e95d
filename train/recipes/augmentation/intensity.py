"""Random intensities: gamma, contrast, brightness and noise, as X-ray machines and their settings differ."""

from __future__ import annotations

from typing import Any, Final

import keras
from keras import ops

# Logarithms of gamma and contrast are even between ± these; 0.4 is a factor of 0.67 to 1.5.
_GAMMA: Final = 0.4
_CONTRAST: Final = 0.4
# Of the whole range: brightness is moved by up to this, and noise has a standard deviation of up to that.
_BRIGHTNESS: Final = 0.15
_NOISE: Final = 0.04


class RandomIntensity(keras.layers.Layer):
    """Gamma, then contrast about the image's mean, brightness and Gaussian noise, drawn for each image anew.

    Args:
        seed: of the random numbers.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(name="random_intensity")
        self._random = keras.random.SeedGenerator(seed)

    def call(self, values: Any, *, training: bool = False) -> Any:
        """Vary values float32 [N, h, w, c], 0 to 1, to the same shape and range."""
        if not training:
            return values
        varied = ops.power(ops.clip(values, 0.0, 1.0), ops.exp(self._draw(values, -_GAMMA, _GAMMA)))
        mean = ops.mean(varied, axis=(1, 2, 3), keepdims=True)
        varied = (varied - mean) * ops.exp(self._draw(values, -_CONTRAST, _CONTRAST)) + mean
        varied += self._draw(values, -_BRIGHTNESS, _BRIGHTNESS)
        varied += keras.random.normal(ops.shape(values), seed=self._random) * self._draw(values, 0.0, _NOISE)
        return ops.clip(varied, 0.0, 1.0)

    def _draw(self, values: Any, low: float, high: float) -> Any:
        return keras.random.uniform((ops.shape(values)[0], 1, 1, 1), low, high, seed=self._random)
