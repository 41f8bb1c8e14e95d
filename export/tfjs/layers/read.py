"""Loading of written TF.js layers models into Keras, for the check of the artifact."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import keras
from numpy.typing import NDArray

from webparity.export.tfjs.files import load_graph_function, read_model

# Where Keras 3 has another name for what Keras 2 and TF.js call by the first.
_SETTINGS: Final = {"LeakyReLU": {"alpha": "negative_slope"}}


def load_layers_function(
    written: tuple[dict[str, Any], dict[str, NDArray[Any]]], folder: Path
) -> Callable[[Any], list[Any]]:
    """Load a layers model as a function of a uint8 tensor [N, H, W, 3] that gives the model's outputs in order.

    Args:
        written: `model.json` and its weights by name.
        folder: where it lies, and the preprocessing's graph beside it.
    """
    document, weights = written
    config = document["modelTopology"]["config"]
    front = next(layer for layer in config["layers"] if "graph" in layer["config"])
    graph, constants = read_model(folder / front["config"]["graph"])
    preprocess = load_graph_function(graph["modelTopology"], constants, ["pixels", "values"])
    made: dict[str, Any] = {}
    inputs = [keras.Input(front["config"][name]) for name in ("pixels", "values")]
    made[front["name"]] = inputs
    for layer in config["layers"]:
        if layer["inbound_nodes"] and layer is not front:
            made[layer["name"]] = [_call_layer(layer, made, weights)]
    outputs = [made[name][index] for name, _, index in config["output_layers"]]
    network = keras.Model(inputs, outputs)

    def run(images: Any) -> list[Any]:
        return list(network(preprocess(images), training=False))

    return run


def _call_layer(entry: dict[str, Any], made: dict[str, Any], weights: dict[str, NDArray[Any]]) -> Any:
    """Make the Keras layer of an entry of the topology, call it, and set its weights."""
    renamed = _SETTINGS.get(entry["class_name"], {})
    config = {renamed.get(key, key): value for key, value in entry["config"].items()}
    layer = getattr(keras.layers, entry["class_name"])(**config)
    inputs = [made[name][index] for name, _, index, _ in entry["inbound_nodes"][0]]
    output = layer(inputs if len(inputs) > 1 else inputs[0])
    # Some names differ from Keras 3's, their order does not.
    layer.set_weights([values for name, values in weights.items() if name.rpartition("/")[0] == entry["name"]])
    return output
