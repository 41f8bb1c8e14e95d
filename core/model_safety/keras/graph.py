"""Bounds on the graph of a network that Keras has built: its layer calls and the sizes of its tensors."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from keras import layers

from webparity.model_safety.keras.calls import make_call_limit_error
from webparity.model_safety.limits import get_graph_limits
from webparity.model_safety.refusal import make_refusal


def refuse_large_graph(network: Any, name: str) -> None:
    """Refuse a network with too many layer calls or too large tensors.

    Args:
        network: a Keras network; one that is not built yet has no graph, and passes.
        name: what to call its file in messages.

    Raises:
        UnsupportedModelError: it calls layers too often, steps of recurrent layers included, or names the first layer
            with a tensor that is too large, such as an upsampling by 10,000 or attention over 262,144 places.
    """
    counted: dict[int, int] = {}
    largest = max(
        ((_count_node_calls(node, counted), node) for node in _list_nodes(network)),
        key=lambda each: each[0],
        default=None,
    )
    calls = _count_calls(network, counted)
    if largest is not None and calls > get_graph_limits().calls:
        raise make_call_limit_error(calls, name, f", of which {largest[1].operation.name} has {largest[0]}")
    for node in _iterate_all_nodes(network):
        for shape in (*(tensor.shape for tensor in node.output_tensors), _get_attention_shape(node)):
            if math.prod(side or 1 for side in shape) > get_graph_limits().values:
                raise make_refusal(
                    f"tensors of at most {get_graph_limits().values} values per image",
                    f"{name}, in which {node.operation.name} has one of {tuple(shape)}",
                    "If it is your own file, allow more with --max-values; otherwise do not use it.",
                )


def _list_nodes(network: Any) -> list[Any]:
    """List a network's own calls; a nested network counts as one."""
    graph = getattr(network, "_functional", None) or network
    return [
        node
        for nodes in getattr(graph, "_nodes_by_depth", {}).values()
        for node in nodes
        if not isinstance(node.operation, layers.InputLayer)
    ]


def _iterate_all_nodes(network: Any) -> Iterator[Any]:
    seen: set[int] = set()
    pending = [network]
    while pending:
        each = pending.pop()
        if id(each) not in seen:
            seen.add(id(each))
            nodes = _list_nodes(each)
            yield from nodes
            pending += [part for node in nodes for part in (node.operation, getattr(node.operation, "layer", None))]


def _count_calls(network: Any, counted: dict[int, int]) -> int:
    if id(network) not in counted:
        counted[id(network)] = sum(_count_node_calls(node, counted) for node in _list_nodes(network))
    return counted[id(network)]


def _count_node_calls(node: Any, counted: dict[int, int]) -> int:
    """Count the layer calls that one call makes when recurrent layers are unrolled."""
    layer = node.operation
    places: list[int | None] = [side for tensor in node.input_tensors[:1] for side in tensor.shape]
    steps = (places[1] if len(places) > 1 else None) or 1
    match layer:
        case layers.Bidirectional():
            return 2 * steps * _count_cells(layer.forward_layer)
        case layers.RNN():
            return steps * _count_cells(layer)
        case layers.TimeDistributed():
            return steps * max(1, _count_calls(layer.layer, counted))
        case _:
            return max(1, len(node.output_tensors), _count_calls(layer, counted))


def _count_cells(layer: Any) -> int:
    return max(1, len(getattr(layer.cell, "cells", ())))


def _get_attention_shape(node: Any) -> Sequence[int | None]:
    """Get the shape of an attention layer's score tensor, without the batch; empty for other layers."""
    layer, inputs = node.operation, [tensor.shape for tensor in node.input_tensors]
    if not isinstance(
        layer, layers.MultiHeadAttention | layers.GroupQueryAttention | layers.Attention | layers.AdditiveAttention
    ):
        return ()
    query, value = inputs[0], inputs[min(1, len(inputs) - 1)]
    heads = getattr(layer, "_num_heads", getattr(layer, "num_query_heads", 1))
    axes = getattr(layer, "_attention_axes", None) or range(1, len(value) - 1)
    inner = query[-1:] if isinstance(layer, layers.AdditiveAttention) else ()
    return (heads, *query[1:-1], *(value[axis] for axis in axes), *inner)
