"""The average of a network's weights, against TensorFlow's own."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from webparity.train.fitting.weight_average import WeightAverage

pytestmark = pytest.mark.slow

STEPS = 30


def _build() -> Any:
    return keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(4), keras.layers.BatchNormalization(), keras.layers.Dropout(0.5)]
    )


@pytest.mark.parametrize("momentum", [0.5, 0.999])
def test_all_weights_are_averaged_as_tensorflow_does(momentum: float) -> None:
    network = _build()
    floats = [weight for weight in network.weights if "float" in weight.dtype]
    averaged = WeightAverage(network, momentum, network.get_weights())
    expected = tf.train.ExponentialMovingAverage(momentum, num_updates=tf.Variable(0))
    copies = [tf.Variable(each.value) for each in floats]
    expected.apply(copies)
    random = np.random.default_rng(0)
    for step in range(1, STEPS + 1):
        for weight, copy in zip(floats, copies, strict=True):
            weight.assign(random.normal(size=weight.shape))
            copy.assign(weight.value)
        averaged.add(step)
        # TensorFlow's share is (1 + n) / (10 + n) of n updates before: the same for n = step - 1.
        expected._num_updates = tf.constant(step - 1)
        expected.apply(copies)
    read = [value for value in averaged.read() if value.dtype == np.float32]
    for ours, copy in zip(read, copies, strict=True):
        np.testing.assert_allclose(ours, expected.average(copy).numpy(), rtol=1e-5, atol=1e-6)


def test_the_network_gets_its_own_weights_back() -> None:
    network = _build()
    averaged = WeightAverage(network, 0.9, [np.zeros_like(each) for each in network.get_weights()])
    own = network.get_weights()
    with averaged.apply():
        assert not np.array_equal(network.get_weights()[0], own[0])
    for before, after in zip(own, network.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


def test_without_momentum_nothing_is_kept() -> None:
    network = _build()
    averaged = WeightAverage(network, 0.0, network.get_weights())
    averaged.add(1)
    assert averaged.read() == []
    with averaged.apply():
        pass
