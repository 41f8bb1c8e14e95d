"""The inference model computes the same values as the network, in fewer layers."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from webparity.models.keras.functional import build_graph
from webparity.models.keras.inference_model import TRAINING_ONLY_LAYERS, build_inference_model

RANDOM = np.random.default_rng(0)
SETTINGS: dict[Any, dict[str, Any]] = {
    layers.GaussianNoise: {"stddev": 0.5},
    layers.RandomBrightness: {"factor": 0.5},
    layers.RandomColorDegeneration: {"factor": 0.5},
    layers.RandomContrast: {"factor": 0.5},
    layers.RandomHue: {"factor": 0.5},
    layers.RandomPosterization: {"factor": 4},
    layers.RandomRotation: {"factor": 0.2},
    layers.RandomSaturation: {"factor": 0.5},
    layers.RandomSharpness: {"factor": 0.5},
    layers.RandomTranslation: {"height_factor": 0.2, "width_factor": 0.2},
    layers.RandomZoom: {"height_factor": 0.2},
    layers.SpatialDropout1D: {"rate": 0.5},
}
RATES = (layers.AlphaDropout, layers.Dropout, layers.GaussianDropout, layers.SpatialDropout2D)


def _build_network(*parts: Any, shape: tuple[int, ...] = (9, 8, 4)) -> Any:
    """A Sequential whose BatchNorm layers have statistics and parameters unlike those they begin with."""
    network = keras.Sequential([keras.Input(shape), *parts])
    for variable in network.variables:
        if variable.dtype == "float32":
            variable.assign(RANDOM.uniform(0.2, 1.5, variable.shape))
    return network


def _assert_same(network: Any, shape: tuple[int, ...] = (9, 8, 4)) -> Any:
    form = build_inference_model(network)
    values = RANDOM.normal(size=(3, *shape)).astype(np.float32)
    wanted = network(values, training=False).numpy()
    np.testing.assert_allclose(form(values, training=False).numpy(), wanted, rtol=2e-5, atol=2e-5)
    return form


def _list_kinds(network: Any) -> list[str]:
    return [type(layer).__name__ for layer in network.layers[1:]]


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize(
    "layer",
    [
        lambda bias: layers.Conv2D(5, 3, use_bias=bias),
        lambda bias: layers.Conv2DTranspose(5, 3, strides=2, use_bias=bias),
        lambda bias: layers.DepthwiseConv2D(3, depth_multiplier=2, use_bias=bias),
        lambda bias: layers.SeparableConv2D(5, 3, use_bias=bias),
        lambda bias: layers.Dense(6, use_bias=bias),
    ],
    ids=["conv", "transpose", "depthwise", "separable", "dense"],
)
def test_batchnorm_is_folded(layer: Any, bias: bool, scale: bool) -> None:
    network = _build_network(layer(bias), layers.BatchNormalization(scale=scale, center=scale), layers.ReLU())
    assert _list_kinds(_assert_same(network)) == [type(network.layers[0]).__name__, "ReLU"]


@pytest.mark.parametrize(
    "parts",
    [
        (layers.Conv2D(4, 3, activation="relu"), layers.BatchNormalization()),
        (layers.Conv2D(7, 3), layers.BatchNormalization(axis=1)),
        (layers.MaxPooling2D(), layers.BatchNormalization()),
    ],
    ids=["activation between", "another axis", "no weights"],
)
def test_batchnorm_stays_where_it_cannot_be_folded(parts: tuple[Any, ...]) -> None:
    assert _list_kinds(_assert_same(_build_network(*parts)))[-1] == "BatchNormalization"


def test_a_convolution_that_is_read_twice_keeps_its_own_output() -> None:
    inputs = keras.Input((9, 8, 4))
    made = layers.Conv2D(4, 3)(inputs)
    network = keras.Model(inputs, made + layers.BatchNormalization(moving_variance_initializer="ones")(made))
    _assert_same(network)


@pytest.mark.parametrize("kind", TRAINING_ONLY_LAYERS, ids=lambda kind: kind.__name__)
def test_training_only_layers_are_the_identity_in_inference(kind: Any) -> None:
    layer = kind(rate=0.5) if kind in RATES else kind(**SETTINGS.get(kind, {}))
    shape = (2, 6, 3) if kind is layers.SpatialDropout1D else (2, 6, 6, 3)
    values = RANDOM.uniform(0, 255, shape).astype(np.float32)
    np.testing.assert_array_equal(np.asarray(layer(values, training=False)), values)


def test_networks_within_are_unfolded_and_groups_taken_apart() -> None:
    inner = _build_network(layers.Conv2D(6, 3, use_bias=False), layers.BatchNormalization(), layers.Dropout(0.5))
    network = _build_network(inner, layers.Conv2D(4, 3, groups=2), layers.Flatten(), layers.Dense(3))
    kinds = _list_kinds(_assert_same(network))
    assert not {"Sequential", "BatchNormalization", "Dropout"} & set(kinds)
    assert kinds.count("Conv2D") == 3


@pytest.mark.parametrize(
    "layer", [layers.LSTM(3), layers.GRU(3), layers.Bidirectional(layers.LSTM(2))], ids=["LSTM", "GRU", "both ways"]
)
def test_recurrent_layers_are_unrolled(layer: Any) -> None:
    form = _assert_same(_build_network(layers.Reshape((9, 32)), layer, layers.Dense(3)))
    graph = tf.function(form).get_concrete_function(tf.TensorSpec([None, 9, 8, 4], tf.float32)).graph
    assert not [op.type for op in graph.get_operations() if "While" in op.type]


def test_a_layer_used_twice_keeps_one_set_of_weights() -> None:
    inputs = keras.Input((9, 8, 4))
    shared = layers.Conv2D(4, 3, padding="same")
    form = _assert_same(keras.Model(inputs, shared(shared(inputs))))
    assert len(form.weights) == 2


class _OwnNetwork(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.conv = layers.Conv2D(3, 3)
        self.norm = layers.BatchNormalization()

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        return keras.ops.relu(self.norm(self.conv(inputs), training=training))


def test_a_subclassed_network_becomes_its_graph_and_shares_its_weights() -> None:
    own = _OwnNetwork()
    graph = build_graph(own, (9, 8, 4))
    assert _list_kinds(graph) == ["Conv2D", "BatchNormalization"]
    own.conv.bias.assign([1.0, 2.0, 3.0])
    values = np.zeros((1, 9, 8, 4), np.float32)
    np.testing.assert_array_equal(graph(values, training=False), own(values, training=False))
    assert _list_kinds(_assert_same(graph)) == ["Conv2D"]


class _UncopyableLayer(layers.Layer):
    def __init__(self, needed: object) -> None:
        super().__init__()
        self.needed = needed

    def call(self, inputs: Any) -> Any:
        return inputs * 2.0


def test_a_network_that_cannot_be_copied_stays_as_it_is() -> None:
    network = _build_network(_UncopyableLayer(object()), layers.Flatten())
    assert build_inference_model(network) is network
