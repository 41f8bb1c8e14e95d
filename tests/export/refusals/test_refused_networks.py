"""Networks and layers that are refused: before anything is written, by the refusal of the list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from refused_models import SPEC, export_refused, is_refusal_text, read_refused_file

from webparity.errors import UnsupportedModelError
from webparity.export.target_selection import discover_targets
from webparity.models import refusals
from webparity.models.keras.baked import KerasBaked
from webparity.models.keras.saved_model import load_saved_model
from webparity.models.refusals import ModelRefusal
from webparity.outputs.request import OutputRequest
from webparity.preprocessing.spec import Preprocessing

# Of Keras on a deprecated setting.
pytestmark = pytest.mark.filterwarnings("ignore:You passed `rms_scaling:UserWarning")


@keras.saving.register_keras_serializable("refusals")
class _DoublingLayer(layers.Layer):
    def call(self, inputs: Any) -> Any:
        return inputs * 2.0


@pytest.mark.parametrize(
    ("refusal", "layer"),
    [(refusals.CODE, layers.Lambda(lambda values: values * 2.0)), (refusals.FOREIGN_PART, _DoublingLayer())],
    ids=["code", "a layer of one's own"],
)
def test_a_network_file_with_foreign_parts_is_refused(refusal: ModelRefusal, layer: Any, tmp_path: Path) -> None:
    keras.Sequential([keras.Input((4, 5, 1)), layer, layers.Flatten(), layers.Dense(3, "softmax")]).save(
        tmp_path / "model.keras"
    )
    assert is_refusal_text(read_refused_file(tmp_path / "model.keras"), refusal)


def bake_network(*parts: Any, activation: str = "softmax", depth: int = 1) -> KerasBaked:
    network = keras.Sequential([keras.Input((4, 5, depth)), *parts, layers.Flatten(), layers.Dense(3, activation)])
    return KerasBaked(network, Preprocessing(height=4, width=5, channels="gray" if depth == 1 else "rgb"))


def test_a_network_of_another_size_is_refused() -> None:
    network = bake_network().network
    with pytest.raises(UnsupportedModelError) as caught:
        KerasBaked(network, Preprocessing(height=5, width=4))
    assert is_refusal_text(str(caught.value), refusals.NETWORK_INPUT)


def _build_output(kind: str) -> Any:
    inputs = keras.Input((4, 5, 1))
    row = layers.Dense(3, "softmax")(layers.Flatten()(inputs))
    match kind:
        case "two":
            return keras.Model(inputs, [row, row * 1.0])
        case "a map":
            return keras.Model(inputs, layers.Conv2D(3, 1)(inputs))
        case "boxes":
            return keras.Model(inputs, layers.Reshape((5, 4))(inputs))
        case _:
            age = keras.Input((1,), name="age")
            return keras.Model([inputs, age], layers.Concatenate()([row, age]))


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ("two", refusals.SEVERAL_OUTPUTS),
        ("a map", refusals.MAP),
        ("boxes", refusals.NETWORK_OUTPUT),
        ("two inputs", refusals.SEVERAL_INPUTS),
    ],
)
def test_a_network_of_other_inputs_or_outputs_is_refused(kind: str, refusal: ModelRefusal) -> None:
    with pytest.raises(UnsupportedModelError) as caught:
        KerasBaked(_build_output(kind), SPEC)
    assert is_refusal_text(str(caught.value), refusal)


@pytest.mark.parametrize(
    ("units", "activation", "refusal"),
    [
        (3, "linear", refusals.SCORES),
        (3, "sigmoid", refusals.SEVERAL_LABELS),
        (1, "linear", refusals.ONE_NUMBER),
    ],
)
def test_a_network_of_other_numbers_is_refused_with_the_flag(
    units: int, activation: str, refusal: ModelRefusal
) -> None:
    network = keras.Sequential([keras.Input((4, 5, 1)), layers.Flatten(), layers.Dense(units, activation)])
    with pytest.raises(UnsupportedModelError) as caught:
        KerasBaked(network, SPEC, OutputRequest())
    assert is_refusal_text(str(caught.value), refusal)
    assert "--outputs" in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "units", "activation", "refusal"),
    [
        ("logits", 3, "softmax", refusals.LOGITS),
        ("logits", 1, "sigmoid", refusals.LOGITS),
        ("sigmoid", 3, "linear", refusals.ONE_SIGMOID),
        ("multilabel", 3, "softmax", refusals.INDEPENDENT),
        ("values", 512, "linear", refusals.EMBEDDING),
    ],
)
def test_another_output_than_a_network_has_is_refused(
    asked: str, units: int, activation: str, refusal: ModelRefusal
) -> None:
    network = keras.Sequential([keras.Input((4, 5, 1)), layers.Flatten(), layers.Dense(units, activation)])
    with pytest.raises(UnsupportedModelError) as caught:
        KerasBaked(network, SPEC, OutputRequest(asked=asked))
    assert is_refusal_text(str(caught.value), refusal)


def test_a_network_that_gives_probabilities_of_some_images_only_is_refused(tmp_path: Path) -> None:
    inputs = keras.Input((4, 5, 1))
    row = layers.Flatten()(inputs)
    # As if it had learnt to: the largest share that it gives falls below 0 only on images that are mostly black.
    network = keras.Model(inputs, layers.Dense(3, "softmax")(row))
    baked = KerasBaked(network, SPEC)
    head = baked.predict_features
    baked.predict_features = lambda values: {tap: each * 1.01 for tap, each in head(values).items()}
    assert is_refusal_text(export_refused(baked, tmp_path / "bundle"), refusals.PROBABILITIES)


def test_one_output_with_softmax_is_refused() -> None:
    inputs = keras.Input((4, 5, 1))
    network = keras.Model(inputs, layers.Dense(1, "softmax")(layers.Flatten()(inputs)))
    with pytest.raises(UnsupportedModelError) as caught:
        KerasBaked(network, SPEC)
    assert is_refusal_text(str(caught.value), refusals.ONE_SOFTMAX)


class _ScalingLayer(layers.Layer):
    """Whose config does not say what its constructor needs."""

    def __init__(self, factor: float, **settings: Any) -> None:
        super().__init__(**settings)
        self.factor = factor

    def call(self, inputs: Any) -> Any:
        return inputs * self.factor

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name}


def test_half_floats_that_cannot_be_built_again_are_refused() -> None:
    with pytest.raises(UnsupportedModelError) as caught:
        bake_network(_ScalingLayer(2.0, dtype="mixed_float16"))
    assert is_refusal_text(str(caught.value), refusals.FLOAT32)


def _apply_plus(x: Any) -> Any:
    return x + np.ones((1, *x.shape[1:]), np.float32)


def _apply_minus(x: Any) -> Any:
    return x - np.ones((1, *x.shape[1:]), np.float32)


def _apply_at_least_one(x: Any) -> Any:
    return keras.ops.maximum(x, 1.0)


def _average_channels(x: Any) -> Any:
    return keras.ops.mean(x, axis=3)


def _average_rows(x: Any) -> Any:
    return layers.GlobalAveragePooling1D(keepdims=True)(layers.Reshape((4, 5))(x))


# What TF.js' layers lack or read in another way, by the words of the refusal.
LAYERS: Final[dict[str, Callable[[], Callable[[Any], Any]]]] = {
    "GroupNormalization": lambda: layers.GroupNormalization(1),
    "Square": lambda: keras.ops.square,
    "Activation with activation=log_softmax": lambda: layers.Activation("log_softmax"),
    "Conv2D with activation=log_softmax": lambda: layers.Conv2D(2, 3, activation="log_softmax"),
    "Gelu with approximate=True": lambda: keras.ops.gelu,
    "Softmax with axis=1": lambda: layers.Softmax(axis=1),
    "ReLU with negative_slope=0.1": lambda: layers.ReLU(negative_slope=0.1),
    "ReLU with negative_slope=0.0, threshold=1": lambda: layers.ReLU(threshold=1.0),
    "Mean with axis=[3]": lambda: _average_channels,
    "Add with a constant that is no number": lambda: _apply_plus,
    "Maximum with a constant": lambda: _apply_at_least_one,
    "Subtract with a constant that is no number": lambda: _apply_minus,
    "Normalization with axis=(1,)": lambda: layers.Normalization(axis=1, mean=[0.0] * 4, variance=[1.0] * 4),
    "Normalization with axis=(-1,), invert=True": lambda: layers.Normalization(mean=0.0, variance=1.0, invert=True),
    "BatchNormalization with axis=1": lambda: layers.BatchNormalization(axis=1),
    "LayerNormalization with axis=[1]": lambda: layers.LayerNormalization(axis=1),
    "rms_scaling=True": lambda: layers.LayerNormalization(rms_scaling=True),
    "CenterCrop with an image of 4 x 5 to be enlarged": lambda: layers.CenterCrop(8, 8),
    "Resizing with an image of (4, 5) to be resized": lambda: layers.Resizing(8, 8),
    "DepthwiseConv2D with dilation_rate=(2, 2)": lambda: layers.DepthwiseConv2D(2, dilation_rate=2),
    "SeparableConv2D with dilation_rate=(2, 2)": lambda: layers.SeparableConv2D(2, 2, dilation_rate=2),
    "Conv2DTranspose with output_padding=(1, 1)": lambda: layers.Conv2DTranspose(2, 3, strides=2, output_padding=1),
    "Conv2DTranspose with dilation_rate=(2, 2)": lambda: layers.Conv2DTranspose(2, 3, dilation_rate=2),
    "UpSampling2D with interpolation=bilinear": lambda: layers.UpSampling2D(2, interpolation="bilinear"),
    "ZeroPadding2D with data_format=channels_first": lambda: layers.ZeroPadding2D(1, "channels_first"),
    "GlobalAveragePooling1D with keepdims=True": lambda: _average_rows,
}


def test_an_operator_without_a_form_in_programs_is_refused() -> None:
    image = keras.Input((4, 4, 1))
    number = keras.ops.det(layers.Reshape((4, 4))(image))
    network = keras.Model(image, layers.Dense(3, "softmax")(layers.Reshape((1,))(number)))
    reason = discover_targets()["wasm"].refusal(KerasBaked(network, Preprocessing(height=4, width=4, channels="gray")))
    assert is_refusal_text(reason, refusals.OPERATOR)
    assert "Det of " in str(reason)


@pytest.mark.parametrize("words", LAYERS)
def test_a_layer_without_equivalent_in_tfjs_is_refused(words: str) -> None:
    inputs = keras.Input((4, 5, 1))
    row = layers.Dense(3, "softmax")(layers.Flatten()(LAYERS[words]()(inputs)))
    reason = discover_targets()["tfjs-layers"].refusal(KerasBaked(keras.Model(inputs, row), SPEC))
    assert is_refusal_text(reason, refusals.LAYER)
    assert words in str(reason)


def test_a_saved_model_without_a_serving_function_is_refused(tmp_path: Path) -> None:
    class Doubling(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None, 4, 5, 1])])
        def double(self, values: Any) -> Any:
            return values * 2.0

    tf.saved_model.save(Doubling(), tmp_path / "saved", signatures={})
    with pytest.raises(UnsupportedModelError) as caught:
        load_saved_model(tmp_path / "saved")
    assert is_refusal_text(str(caught.value), refusals.SERVING)
