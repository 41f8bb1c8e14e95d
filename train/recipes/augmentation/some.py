"""Augmentation of some images of a batch, so that training sees untouched ones too."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class VarySome(keras.layers.Layer):
    """Another augmentation, for each image with a probability.

    Turning and zooming interpolate, which blurs. A network that sees blurred images alone gets worse on sharp ones the
    longer it is trained.

    Args:
        augmentation: a layer that varies values float32 [N, h, w, c].
        probability: of an image to be varied, 0 to 1.
        seed: of the choice.
    """

    def __init__(self, augmentation: Any, probability: float, seed: int) -> None:
        super().__init__(name="vary_some")
        self._augmentation = augmentation
        self._probability = probability
        self._random = keras.random.SeedGenerator(seed)

    def build(self, shape: Any) -> None:
        """Build the augmentation for values of that shape."""
        self._augmentation.build(shape)
        super().build(shape)

    def call(self, values: Any, *, training: bool = False) -> Any:
        """Vary values float32 [N, h, w, c] to the same shape."""
        if not training:
            return values
        drawn = keras.random.uniform((ops.shape(values)[0], 1, 1, 1), seed=self._random)
        return ops.where(drawn < self._probability, self._augmentation(values, training=True), values)
