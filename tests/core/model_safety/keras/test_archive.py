"""Checks of `.keras` files accept networks of all of Keras's own parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest

from webparity.errors import UnsupportedModelError
from webparity.model_safety.keras.archive import explain_unreadable, inspect_keras
from webparity.models.keras.baked import load_network

LAYERS = keras.layers


def _build_functional() -> Any:
    """Operations of `keras.ops`, slices, attention, random layers, functions and regularizers by object."""
    image = keras.Input((16, 16, 3))
    x = LAYERS.RandomFlip()(LAYERS.Rescaling(1 / 255)(image))
    x = LAYERS.Conv2D(4, 3, activation=keras.activations.gelu, kernel_regularizer=keras.regularizers.L2(1e-4))(x)
    x = LAYERS.Add()([x, keras.ops.relu(x * 2 + 1)])
    x = LAYERS.MultiHeadAttention(2, 4)(x, x)
    x = keras.ops.mean(x[:, 0], axis=1)
    network = keras.Model(image, LAYERS.Dense(3, activation="softmax", kernel_constraint="max_norm")(x))
    network.compile("adam", loss=lambda true, given: keras.ops.mean(true - given), metrics=["accuracy"])
    return network


def _build_nested() -> Any:
    inner = keras.Sequential([keras.Input((16, 16, 3)), LAYERS.Normalization(), LAYERS.SeparableConv2D(4, 3)])
    outer = [keras.Input((20, 20, 3)), LAYERS.Resizing(16, 16), inner, LAYERS.Flatten(), LAYERS.Dropout(0.2, seed=1)]
    return keras.Sequential([*outer, LAYERS.BatchNormalization(), LAYERS.Dense(2), LAYERS.Softmax()])


def _build_half() -> Any:
    dense = [keras.Input((8, 8, 1)), LAYERS.Flatten(), LAYERS.Dense(4, dtype="mixed_float16")]
    return keras.Sequential([*dense, LAYERS.Dense(2, "softmax", dtype="bfloat16")])


def _load_application(name: str) -> Callable[[], Any]:
    return lambda: getattr(keras.applications, name)(weights=None, input_shape=(32, 32, 3), classes=3)


@pytest.mark.parametrize(
    "build",
    [
        _build_functional,
        _build_nested,
        _build_half,
        pytest.param(_load_application("MobileNetV3Small"), marks=pytest.mark.slow, id="MobileNetV3Small"),
        pytest.param(_load_application("ConvNeXtTiny"), marks=pytest.mark.slow, id="ConvNeXtTiny"),
    ],
)
@pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`")
def test_networks_as_keras_writes_them_pass(build: Callable[[], Any], tmp_path: Path) -> None:
    network = build()
    network.save(tmp_path / "model.keras")
    held = inspect_keras(tmp_path / "model.keras")
    assert held >= network.count_params()
    assert explain_unreadable((tmp_path / "model.keras").read_bytes()) == ""
    assert load_network(tmp_path / "model.keras").count_params() == network.count_params()


@keras.saving.register_keras_serializable(package="Corpus")
class _DoublingLayer(keras.layers.Layer):
    def call(self, values: Any) -> Any:
        return values * 2


def test_a_layer_of_ones_own_is_refused_by_name_even_where_it_is_registered(tmp_path: Path) -> None:
    keras.Sequential([keras.Input((4, 4, 1)), _DoublingLayer(), LAYERS.Flatten(), LAYERS.Dense(2)]).save(
        tmp_path / "model.keras"
    )
    with pytest.raises(
        UnsupportedModelError, match=r"own parts; received model\.keras with Corpus>_DoublingLayer.*set_weights"
    ):
        load_network(tmp_path / "model.keras")
    assert "Corpus>_DoublingLayer" in explain_unreadable((tmp_path / "model.keras").read_bytes())
