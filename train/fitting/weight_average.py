"""Exponential moving average of a network's weights, batch normalization's statistics included.

Keras' own `use_ema` averages only what the optimizer changes; the statistics that normalize would stay those of the
last step's weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import tensorflow as tf
from numpy.typing import NDArray


class WeightAverage:
    """Average of a network's weights over its training steps.

    After step t (from 1) the share of the past is `min(momentum, t / (t + 9))`, so that the initial weights are soon
    forgotten (the rule of TensorFlow's `ExponentialMovingAverage` with `num_updates`).

    Args:
        network: a built Keras network.
        momentum: the share of the past in the long run, 0 to 1; with 0 no average is kept.
        values: where it begins, arrays like `network.get_weights()`.
    """

    def __init__(self, network: Any, momentum: float, values: list[NDArray[Any]]) -> None:
        self._network = network
        self._momentum = momentum
        self._averages = [tf.Variable(value, trainable=False) for value in values] if momentum else []
        self._update = tf.function(self._add)

    def add(self, step: int) -> None:
        """Take the network's weights into the average, after this training step, from 1."""
        if self._averages:
            self._update(tf.constant(min(self._momentum, step / (step + 9)), tf.float32))

    def _add(self, past: Any) -> None:
        for average, weight in zip(self._averages, self._network.weights, strict=True):
            if average.dtype.is_floating:
                share = tf.cast(past, average.dtype)
                average.assign(average * share + weight.value * (1 - share))
            else:
                average.assign(weight.value)

    def read(self) -> list[NDArray[Any]]:
        """Read the averaged weights, arrays like `network.get_weights()`; none with a momentum of 0."""
        return [average.numpy() for average in self._averages]

    @contextmanager
    def apply(self) -> Iterator[None]:
        """Give the network the averaged weights, where they are kept, and its own again at the end."""
        if not self._averages:
            yield
            return
        own = self._network.get_weights()
        self._network.set_weights(self.read())
        try:
            yield
        finally:
            self._network.set_weights(own)
