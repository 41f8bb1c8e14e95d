"""Detection of a network's scores and probabilities, compared with Keras's own predict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from webparity.errors import UnsupportedModelError
from webparity.models.baked import bake
from webparity.models.keras.baked import KerasBaked
from webparity.models.keras.calls import list_calls
from webparity.models.keras.head import find_head
from webparity.preprocessing.spec import Preprocessing

pytestmark = pytest.mark.slow

SPEC: Final = Preprocessing(height=6, width=5, channels="rgb", scale=1 / 255)
IMAGES: Final = np.random.default_rng(0).integers(0, 256, (5, 9, 8, 3), dtype=np.uint8)
Make = Callable[[Any], Any]


def _build_network(head: Make) -> Any:
    """A small network with some head on its row of values."""
    keras.utils.set_random_seed(3)
    inputs = keras.Input((6, 5, 3))
    row = layers.Flatten()(layers.Conv2D(4, 3, activation="relu")(inputs))
    return keras.Model(inputs, head(row))


def _train(activation: Any, units: int) -> Any:
    keras.utils.set_random_seed(4)
    return keras.Sequential([keras.Input((6, 5, 3)), layers.Flatten(), layers.Dense(units, activation)])


def _build_sequential(*parts: Any) -> Any:
    return keras.Sequential([keras.Input((6, 5, 3)), *parts])


def softmax(values: Any) -> Any:
    """Named like Keras's, and another function."""
    return ops.softmax(values / 3.0)


def sigmoid(values: Any) -> Any:
    """Named like Keras's, and another function."""
    return ops.sigmoid(values * 5.0)


def _apply_as_row(values: Any) -> Any:
    return layers.Reshape((1, 1, 3))(layers.Dense(3)(values))


def _apply_dense_twice(values: Any) -> Any:
    shared = layers.Dense(4, "softmax")
    return shared(shared(layers.Dense(4)(values)))


def _apply_twice(shared: Any) -> Make:
    return lambda values: shared(layers.Dense(3)(shared(layers.Dense(3)(values))))


def _apply_before_and_as_head(values: Any) -> Any:
    shared = layers.Dense(3, "softmax")
    first = shared(values)
    return shared(values * 2.0) * 0.0 + layers.Dropout(0.5)(first)


class SubclassedNetwork(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.flat = layers.Flatten()
        self.norm = layers.BatchNormalization()
        self.dense = layers.Dense(3)
        self.resizing = layers.Resizing(6, 5)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        return ops.softmax(self.dense(self.norm(self.flat(self.resizing(inputs)), training=training)))


class ExtendedGraph(keras.Model):
    """A Functional network with a `call` of its own around its graph."""

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        return ops.softmax(super().call(inputs, training=training) * 2.0)


def _extend() -> Any:
    graph = _build_network(layers.Dense(3))
    return ExtendedGraph(graph.inputs[0], graph.outputs[0])


# With the layer whose softmax or sigmoid it is, which of its calls, and of how many.
KNOWN: Final[dict[str, tuple[Callable[[], Any], str, int, int]]] = {
    "Dense": (lambda: _build_network(layers.Dense(3, "softmax")), "Dense", 0, 1),
    "Dense of one": (lambda: _build_network(layers.Dense(1, "sigmoid")), "Dense", 0, 1),
    "nested": (lambda: _build_sequential(layers.Rescaling(2.0), _train("softmax", 3)), "Dense", 0, 1),
    "nested deeply": (
        lambda: _build_sequential(layers.RandomFlip(), _build_sequential(_train("sigmoid", 1))),
        "Dense",
        0,
        1,
    ),
    "dropout behind": (
        lambda: _build_network(lambda x: layers.Dropout(0.5)(layers.Dense(3, "softmax")(x))),
        "Dense",
        0,
        1,
    ),
    "flatten behind": (
        lambda: _build_network(lambda x: layers.Flatten()(layers.Dense(3, "softmax")(x))),
        "Dense",
        0,
        1,
    ),
    "flatten behind a row of one pixel": (
        lambda: _build_network(lambda x: layers.Flatten()(layers.Softmax()(_apply_as_row(x)))),
        "Softmax",
        0,
        1,
    ),
    "reshape behind": (
        lambda: _build_network(lambda x: layers.Reshape((3,))(layers.Softmax()(_apply_as_row(x)))),
        "Softmax",
        0,
        1,
    ),
    "times 1 behind": (lambda: _build_network(lambda x: layers.Dense(3, "softmax")(x) * 1.0 + 0.0), "Dense", 0, 1),
    "identity behind": (
        lambda: _build_network(lambda x: layers.Activation("linear")(layers.Identity()(layers.Dense(1, "sigmoid")(x)))),
        "Dense",
        0,
        1,
    ),
    "mean of one pixel": (
        lambda: _build_sequential(layers.Conv2D(3, (6, 5), activation="softmax"), layers.GlobalAveragePooling2D()),
        "Conv2D",
        0,
        1,
    ),
    "grouped convolution": (
        lambda: _build_sequential(
            layers.Conv2D(4, 1), layers.Conv2D(4, (6, 5), groups=2, activation="softmax"), layers.Flatten()
        ),
        "Conv2D",
        0,
        1,
    ),
    "Activation": (
        lambda: _build_network(lambda x: layers.Activation("softmax")(layers.Dense(3)(x))),
        "Activation",
        0,
        1,
    ),
    "ops.softmax": (lambda: _build_network(lambda x: ops.softmax(layers.Dense(3)(x))), "Softmax", 0, 1),
    "ops.sigmoid": (lambda: _build_network(lambda x: ops.sigmoid(layers.Dense(1)(x))), "Sigmoid", 0, 1),
    "ops.nn.softmax": (lambda: _build_network(lambda x: ops.nn.softmax(layers.Dense(3)(x))), "Softmax", 0, 1),
    "activations.sigmoid": (
        lambda: _build_network(lambda x: keras.activations.sigmoid(layers.Dense(1)(x))),
        "Sigmoid",
        0,
        1,
    ),
    "TensorFlow's function": (lambda: _build_network(layers.Dense(3, tf.nn.softmax)), "Dense", 0, 1),
    "a layer as activation": (lambda: _build_network(layers.Dense(3, layers.Softmax())), "Dense", 0, 1),
    "an Activation as activation": (
        lambda: _build_network(layers.Dense(1, layers.Activation("sigmoid"))),
        "Dense",
        0,
        1,
    ),
    "axis by its number": (
        lambda: _build_network(lambda x: layers.Softmax(axis=1)(layers.Dense(3)(x))),
        "Softmax",
        0,
        1,
    ),
    "temperature": (lambda: _build_network(lambda x: layers.Softmax()(layers.Dense(3)(x) / 2.0)), "Softmax", 0, 1),
    "Dense used twice": (lambda: _build_network(_apply_dense_twice), "Dense", 1, 2),
    "Activation used twice": (lambda: _build_network(_apply_twice(layers.Activation("softmax"))), "Activation", 1, 2),
    "Softmax used twice": (lambda: _build_network(_apply_twice(layers.Softmax())), "Softmax", 1, 2),
    "subclassed": (SubclassedNetwork, "Softmax", 0, 1),
    "a graph with a call of its own": (_extend, "Softmax", 0, 1),
}


def _apply_average(activation: str, units: int) -> Make:
    return lambda x: layers.Average()([layers.Dense(units, activation)(x), layers.Dense(units, activation)(x)])


def _apply_both_sides(values: Any) -> Any:
    positive = layers.Dense(1, "sigmoid")(values)
    return layers.Concatenate()([1.0 - positive, positive])


def _sharpen(values: Any) -> Any:
    squares = layers.Dense(3, "softmax")(values) ** 2
    return squares / ops.sum(squares, axis=1, keepdims=True)


# Probabilities that come from no one softmax or sigmoid.
OTHERS: Final[dict[str, Callable[[], Any]]] = {
    "average of softmaxes": lambda: _build_network(_apply_average("softmax", 3)),
    "average of sigmoids": lambda: _build_network(_apply_average("sigmoid", 1)),
    "hard sigmoid": lambda: _build_network(layers.Dense(1, "hard_sigmoid")),
    "a function named softmax": lambda: _build_network(layers.Dense(3, softmax)),
    "a function named sigmoid": lambda: _build_network(lambda x: layers.Activation(sigmoid)(layers.Dense(1)(x))),
    "exp of log_softmax": lambda: _build_network(lambda x: ops.exp(layers.Dense(3, "log_softmax")(x))),
    "one minus a sigmoid": lambda: _build_network(lambda x: 1.0 - layers.Dense(1, "sigmoid")(x)),
    "both sides of a sigmoid": lambda: _build_network(_apply_both_sides),
    "second column of a softmax": lambda: _build_network(lambda x: layers.Dense(2, "softmax")(x)[:, 1:]),
    "softmax in another order": lambda: _build_network(lambda x: ops.flip(layers.Dense(3, "softmax")(x), axis=1)),
    "sharpened": lambda: _build_network(_sharpen),
    "two calls of one layer": lambda: _build_network(_apply_before_and_as_head),
}


def _predict(network: Any) -> Any:
    values = KerasBaked(network, SPEC).preprocess_values(IMAGES)
    rows = network.predict(values, verbose=0)
    return np.concatenate([1 - rows, rows], axis=1) if rows.shape[1] == 1 else rows


def _compute_softmax(scores: Any) -> Any:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("name", KNOWN)
def test_scores_are_what_the_softmax_or_sigmoid_gets(name: str) -> None:
    make, layer, number, calls = KNOWN[name]
    network = make()
    baked = KerasBaked(network, SPEC)
    head = find_head(baked.network)
    assert head is not None
    assert (type(head.layer).__name__, head.number, head.calls) == (layer, number, calls)
    expected = _predict(network)
    for each in (baked, baked.inference_model):
        outputs = each(IMAGES, ("probabilities", "scores"))
        assert np.abs(outputs["probabilities"] - expected).max() < 1e-6
        assert np.abs(_compute_softmax(outputs["scores"]) - expected).max() < 1e-6
        assert not np.array_equal(outputs["scores"], outputs["probabilities"])
    assert isinstance(baked.inference_model.network.layers[-1], layers.Activation)


@pytest.mark.parametrize("name", OTHERS)
def test_other_probabilities_stand_for_their_scores(name: str) -> None:
    network = OTHERS[name]()
    baked = KerasBaked(network, SPEC)
    assert find_head(baked.network) is None
    expected = _predict(network)
    for each in (baked, baked.inference_model):
        outputs = each(IMAGES, ("probabilities", "scores"))
        assert np.abs(outputs["probabilities"] - expected).max() < 1e-6
        np.testing.assert_array_equal(outputs["scores"], outputs["probabilities"])


def test_a_layer_that_is_also_called_within_another_leaves_the_probabilities_right() -> None:
    shared = layers.Dense(4, "softmax")
    network = _build_network(
        lambda x: shared(layers.Flatten()(layers.TimeDistributed(shared)(layers.Reshape((12, 4))(x))[:, :1]))
    )
    outputs = KerasBaked(network, SPEC)(IMAGES, ("probabilities", "scores"))
    assert np.abs(outputs["probabilities"] - _predict(network)).max() < 1e-6
    np.testing.assert_array_equal(outputs["scores"], outputs["probabilities"])


# Each with the remedy that the message names.
NO_PROBABILITIES: Final[dict[str, tuple[Make, Callable[[Any], Any]]]] = {
    "scores": (layers.Dense(3), layers.Softmax()),
    "one score": (layers.Dense(1), layers.Activation("sigmoid")),
    "one score above 0": (layers.Dense(1, "relu", kernel_initializer="ones"), layers.Activation("sigmoid")),
    "several sigmoids": (layers.Dense(3, "sigmoid"), layers.Softmax()),
    "logarithms": (layers.Dense(3, "log_softmax"), layers.Softmax()),
    "softmax over the batch": (lambda x: layers.Softmax(axis=0)(layers.Dense(3)(x)), layers.Softmax()),
    "softmax over another axis": (
        lambda x: layers.Flatten()(layers.Softmax(axis=1)(layers.Reshape((2, 2))(layers.Dense(4)(x)))),
        layers.Softmax(),
    ),
}


@pytest.mark.parametrize("name", NO_PROBABILITIES)
def test_a_network_without_probabilities_is_refused_and_the_remedy_works(name: str) -> None:
    head, remedy = NO_PROBABILITIES[name]
    network = _build_network(head)
    with pytest.raises(UnsupportedModelError, match=r"--outputs that says what (its numbers are|it is); received one"):
        bake(network, SPEC)
    mended = keras.Sequential([network, remedy])
    assert np.abs(KerasBaked(mended, SPEC)(IMAGES)["probabilities"] - _predict(mended)).max() < 1e-6


@pytest.mark.parametrize("behind", [layers.Identity, lambda: layers.Dropout(0.5)], ids=["at the end", "dropout behind"])
def test_a_softmax_of_one_value_is_refused_and_the_remedy_works(behind: Callable[[], Any]) -> None:
    with pytest.raises(UnsupportedModelError, match=r"Dense\(1, activation='sigmoid'\)"):
        bake(_build_network(lambda x: behind()(layers.Dense(1, "softmax")(x))), SPEC)
    for head in (layers.Dense(1, activation="sigmoid"), layers.Dense(2, activation="softmax")):
        mended = _build_network(head)
        assert np.abs(KerasBaked(mended, SPEC)(IMAGES)["probabilities"] - _predict(mended)).max() < 1e-6


def test_a_networks_layers_are_as_they_were() -> None:
    network = _build_network(_apply_dense_twice)
    before = [dict(vars(layer)) for layer in network.layers]
    baked = KerasBaked(network, SPEC)
    baked(IMAGES)
    baked.predict_from_pixels(np.zeros((1, 6, 5, 3), np.float32))
    after = [dict(vars(layer)) for layer in network.layers]
    assert [set(each) for each in after] == [set(each) for each in before]
    assert network.layers[-1].activation is keras.activations.softmax


def test_calls_are_listed_in_the_order_of_the_data() -> None:
    network = _build_sequential(layers.Rescaling(2.0), _train("softmax", 3))
    listed = list_calls(network)
    assert [type(call.layer).__name__ for call in listed.calls] == ["Rescaling", "Flatten", "Dense"]
    assert listed.output.shape == (3,)


def test_a_network_of_more_calls_than_can_be_listed_has_no_known_head(monkeypatch: pytest.MonkeyPatch) -> None:
    network = keras.Sequential([keras.Input((3,)), layers.Activation("softmax")])
    for _ in range(4):
        inputs = keras.Input((3,))
        network = keras.Model(inputs, network(network(inputs)))
    assert len(list_calls(network).calls) == 16
    assert find_head(network) is not None
    monkeypatch.setattr("webparity.models.keras.calls._MAX_CALLS", 15)
    assert find_head(network) is None


def test_a_function_named_softmax_is_kept_in_float32() -> None:
    keras.config.set_dtype_policy("mixed_float16")
    try:
        network = _build_network(layers.Dense(3, softmax))
    finally:
        keras.config.set_dtype_policy("float32")
    probabilities = KerasBaked(network, SPEC)(IMAGES)["probabilities"]
    # Keras's own softmax of the same scores is off by more than 0.01; float16 rounds by less.
    assert np.abs(probabilities - _predict(network)).max() < 2e-3
