"""Conversion of any Keras network to a graph of layers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import keras

from webparity.models.keras.calls import is_graph
from webparity.models.keras.internals import run_graph


def build_graph(network: Any, shape: Sequence[int]) -> Any:
    """Return a Sequential or Functional network as it is, a subclassed one as the Functional network of its `call`.

    Both share their weights. A `call` that does more than connect Keras's layers and `keras.ops`, such as calling
    TensorFlow itself, becomes a network of one layer. A dict or list of one input or one output is taken apart.

    Args:
        network: a Keras model.
        shape: of its input, without the batch.

    Returns:
        A network with `inputs`, `outputs` and `layers`.
    """
    if isinstance(network, keras.Sequential) and not network.built:
        network.build((None, *shape))
    if is_graph(network):
        return _unwrap_tensors(network)
    if len(getattr(network, "inputs", None) or [0]) > 1:
        return network
    inputs = keras.Input(tuple(shape))
    rest = {"training": False} if "training" in inspect.signature(network.call).parameters else {}
    # TensorFlow's functions raise errors of many kinds on symbolic tensors.
    with suppress(Exception):
        return _unwrap_tensors(keras.Model(inputs, network.call(inputs, **rest), name=get_scope_name(network)))
    return _unwrap_tensors(keras.Model(inputs, network(inputs, **rest), name=get_scope_name(network)))


def _unwrap_tensors(network: Any) -> Any:
    """Convert a network with a dict or nested structure of one input or output to plain tensors."""
    graph = getattr(network, "_functional", network)  # of a Sequential, which does not say what it gives
    plain = all(isinstance(end, keras.KerasTensor) for end in (graph.input, graph.output))
    if plain or len(network.inputs) != 1 or len(network.outputs) != 1:
        return network
    return keras.Model(network.inputs[0], network.outputs[0], name=get_scope_name(network))


def get_scope_name(network: Any) -> str:
    """Get a network's name as a valid TensorFlow scope, without a leading underscore."""
    name: str = network.name
    return name.lstrip("_") or "network"


def walk_graph(network: Any, start: Any, call: Callable[..., Any]) -> Any:
    """Call a function for each layer of a network, in execution order.

    Args:
        network: a Sequential or Functional network of one input and one output.
        start: the value passed for the input's tensor.
        call: called with each layer or `keras.ops` operation and its arguments, with what earlier calls gave in the
            place of tensors.

    Returns:
        The value of the output.
    """
    # Keras's own clone_model does this, but can neither build into another network nor into anything else.
    graph = keras.Model(network.inputs[0], network.outputs[0], name=get_scope_name(network))
    return run_graph(graph, start, call)
