"""Small `.keras` files that describe endless work are refused in seconds, with the bound that they exceed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
from malicious.keras_files import Node, make_archive

from webparity.errors import UnsupportedModelError
from webparity.model_safety.keras.archive import inspect_keras
from webparity.model_safety.keras.graph import refuse_large_graph
from webparity.model_safety.limits import GraphLimits, use_graph_limits
from webparity.models.keras.baked import KerasBaked, load_network
from webparity.preprocessing.spec import Preprocessing

LAYERS = keras.layers
FAR_FROM_MINUTES_S = 40.0
pytestmark = pytest.mark.usefixtures("timed")


def _make_tensor(layer: str, node: int = 0) -> Node:
    config = {"shape": [None, 4], "dtype": "float32", "keras_history": [layer, node, 0]}
    return {"class_name": "__keras_tensor__", "config": config}


def _make_functional(name: str, inner: Node, calls: int) -> Node:
    """A network that calls another several times, one call after the other, as Keras writes it."""
    first = {
        "module": "keras.layers",
        "class_name": "InputLayer",
        "name": "input",
        "config": {"batch_shape": [None, 4], "name": "input"},
        "inbound_nodes": [],
    }
    sources = [_make_tensor("input"), *(_make_tensor(inner["config"]["name"], node) for node in range(calls - 1))]
    called = {
        **inner,
        "name": inner["config"]["name"],
        "inbound_nodes": [{"args": [source], "kwargs": {}} for source in sources],
    }
    config = {
        "name": name,
        "layers": [first, called],
        "input_layers": [["input", 0, 0]],
        "output_layers": [[inner["config"]["name"], calls - 1, 0]],
    }
    return {"module": "keras.src.models.functional", "class_name": "Functional", "config": config}


def _nest_twice(depth: int) -> Node:
    node: Node = {"module": "keras.layers", "class_name": "Dense", "config": {"name": "dense", "units": 4}}
    for level in range(depth):
        node = _make_functional(f"network_{level}", node, calls=2)
    return node


def _make_chain(layers: int) -> Node:
    parts = [
        {"module": "keras.layers", "class_name": "Dense", "config": {"name": f"dense_{n}", "units": 1}}
        for n in range(layers)
    ]
    first = {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [None, 4], "name": "in"}}
    return {"module": "keras", "class_name": "Sequential", "config": {"name": "chain", "layers": [first, *parts]}}


def _wrap(depth: int) -> Node:
    """A wrapper around a network of a wrapper: what is called twice need not be a layer of the list."""
    node = _nest_twice(depth)
    config = {"name": "wrapper", "layer": node}
    wrapper = {"module": "keras.layers", "class_name": "TimeDistributed", "config": config}
    return {"module": "keras", "class_name": "Sequential", "config": {"name": "whole", "layers": [wrapper]}}


@pytest.mark.parametrize(
    ("config", "calls"),
    [
        (_nest_twice(28), str(2**28 + 2**28 - 1)),
        (_nest_twice(12), str(2**12 + 2**12 - 1)),
        (_nest_twice(31), "4294967295"),
        (_make_functional("many", _nest_twice(0), calls=3000), "3001"),
        (_make_chain(2000), "2001"),
        (_wrap(20), str(2**20 + 2**20)),
    ],
    ids=["28-deep", "12-deep", "31-deep", "called 3000 times", "2000 layers", "in a wrapper"],
)
def test_calls_are_counted_before_anything_is_built(config: Node, calls: str, tmp_path: Path) -> None:
    file = tmp_path / "model.keras"
    file.write_bytes(make_archive(config))
    assert file.stat().st_size < 500_000
    with pytest.raises(UnsupportedModelError, match=rf"at most 1500 calls.*{calls} in model\.keras.*--max-calls"):
        inspect_keras(file)
    with use_graph_limits(GraphLimits(calls=2**40)):
        inspect_keras(file)  # what --max-calls sets


def test_networks_within_bounds_are_counted_right() -> None:
    network = keras.Sequential([keras.Input((8, 4)), LAYERS.LSTM(3, return_sequences=True), LAYERS.GRU(2)])
    outer = keras.Input((8, 4))
    twice = keras.Model(outer, LAYERS.Add()([network(outer), network(outer)]))
    with use_graph_limits(GraphLimits(calls=2 * (8 + 8) + 1)):
        refuse_large_graph(twice, "it")
    with (
        use_graph_limits(GraphLimits(calls=2 * (8 + 8))),
        pytest.raises(UnsupportedModelError, match=r"33 in it, of which sequential.* has 16"),
    ):
        refuse_large_graph(twice, "it")


def _save_network(build: Callable[[Any], Any], shape: tuple[int, ...], folder: Path) -> Path:
    image = keras.Input(shape)
    file = folder / "model.keras"
    keras.Model(image, build(image)).save(file)
    return file


def _make_sequence(image: Any, steps: int) -> Any:
    return LAYERS.Reshape((steps, -1))(image)


def _end(x: Any) -> Any:
    return LAYERS.Dense(2, "softmax")(LAYERS.Flatten()(x) if len(x.shape) > 2 else x)


LONG = {
    "recurrent": lambda image: _end(LAYERS.SimpleRNN(2)(_make_sequence(image, 4096))),
    "both ways": lambda image: _end(LAYERS.Bidirectional(LAYERS.GRU(2))(_make_sequence(image, 1024))),
    "stacked cells": lambda image: _end(
        LAYERS.RNN(LAYERS.StackedRNNCells([LAYERS.GRUCell(2), LAYERS.GRUCell(2)]))(_make_sequence(image, 1024))
    ),
    "each of many times": lambda image: _end(LAYERS.TimeDistributed(LAYERS.Dense(1))(_make_sequence(image, 4096))),
}


@pytest.mark.parametrize("build", LONG.values(), ids=LONG)
def test_steps_are_counted_before_they_are_unrolled(build: Callable[[Any], Any], tmp_path: Path) -> None:
    file = _save_network(build, (64, 64, 1), tmp_path)
    with pytest.raises(UnsupportedModelError, match=r"at most 1500 calls.*in model\.keras.*--max-calls"):
        load_network(file)
    with use_graph_limits(GraphLimits(calls=10_000)):
        load_network(file)


HUGE = {
    "attention": lambda image: LAYERS.Attention()([_make_sequence(image, 2**18)] * 2),
    "attention with heads": lambda image: LAYERS.MultiHeadAttention(2, 1)(
        _make_sequence(image, 2**14), _make_sequence(image, 2**14)
    ),
    "attention of a plane": lambda image: LAYERS.MultiHeadAttention(1, 1)(image, image),
    "additive attention": lambda image: LAYERS.AdditiveAttention()([LAYERS.Reshape((2**12, 64))(image)] * 2),
    "grouped attention": lambda image: LAYERS.GroupQueryAttention(1, 2, 1)(
        _make_sequence(image, 2**14), _make_sequence(image, 2**14)
    ),
    "upsampling": LAYERS.UpSampling2D(64),
    "a product": lambda image: keras.ops.matmul(LAYERS.Reshape((2**18, 1))(image), LAYERS.Reshape((1, 2**18))(image)),
}


@pytest.mark.parametrize("build", HUGE.values(), ids=HUGE)
def test_tensors_within_layers_are_bounded(build: Callable[[Any], Any]) -> None:
    image = keras.Input((512, 512, 1))
    network = keras.Model(image, LAYERS.GlobalMaxPooling1D()(LAYERS.Reshape((-1, 1))(build(image))))
    with pytest.raises(UnsupportedModelError, match=r"at most 268435456 values.*--max-values"):
        refuse_large_graph(network, "it")
    with use_graph_limits(GraphLimits(values=2**40)):
        refuse_large_graph(network, "it")


def test_input_of_an_inner_network_is_known_after_unfolding() -> None:
    """Its own input says nothing of its size; that it pools what it enlarged hides it outside."""
    free = keras.Input((None, None, 1))
    inner = keras.Model(free, LAYERS.GlobalMaxPooling2D()(LAYERS.UpSampling2D(64)(free)))
    image = keras.Input((512, 512, 1))
    baked = KerasBaked(
        keras.Model(image, LAYERS.Dense(2, "softmax")(inner(image))), Preprocessing(height=512, width=512)
    )
    with pytest.raises(UnsupportedModelError, match="at most 268435456 values"):
        _ = baked.inference_model
