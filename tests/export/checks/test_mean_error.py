"""How far TensorFlow's own means over maps of one color are off."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from webparity.export.checks.mean_error import measure_mean_error


def build(side: int, *, pooled: bool = True) -> Any:
    middle = [layers.Conv2D(4, 1), layers.GlobalAveragePooling2D()] if pooled else [layers.Flatten()]
    return keras.Sequential([keras.Input((side, side, 1)), *middle, layers.Dense(2)])


def test_the_error_grows_with_the_map() -> None:
    assert 0 < measure_mean_error(build(8)) < 2e-6
    assert 1e-5 < measure_mean_error(build(160)) < 1e-3


def test_a_network_without_such_a_layer_has_none() -> None:
    assert measure_mean_error(build(8, pooled=False)) == 0


def test_a_layer_inside_another_network_is_found() -> None:
    outer = keras.Input((160, 160, 1))
    assert measure_mean_error(keras.Model(outer, build(160)(outer))) > 1e-5
