"""The number of layer calls that a Keras config describes, counted without building the network.

A network that calls a network twice, nested 28 deep, takes 56 kB in a file and 2^28 calls in a graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from webparity.errors import UnsupportedModelError
from webparity.model_safety.limits import get_graph_limits
from webparity.model_safety.refusal import make_refusal

_LAYERS = ("keras.layers", "keras.models", "keras.src.layers.", "keras.src.models.")


def refuse_many_calls(network: dict[str, Any], name: str) -> None:
    """Refuse a config with more layer calls than allowed, nested networks expanded.

    Args:
        network: a config's outermost object, with `class_name` and `config`.
        name: what to call its file in messages.

    Raises:
        UnsupportedModelError: there are more.
    """
    calls = _count_calls(network)
    if calls > get_graph_limits().calls:
        raise make_call_limit_error(calls, name)


def make_call_limit_error(calls: int, name: str, where: str = "") -> UnsupportedModelError:
    """Make the error for a network with too many layer calls."""
    shown = str(calls) if calls < 10**12 else f"over {10**12}"
    return make_refusal(
        f"at most {get_graph_limits().calls} calls of layers, networks within networks unfolded and each step of a "
        "recurrent layer counted",
        f"{shown} in {name}{where}",
        "If it is your own file, allow more with --max-calls; otherwise do not use it.",
    )


def _count_calls(layer: dict[str, Any]) -> int:
    """Count the layer calls that one call of a layer or network makes."""
    config = layer.get("config")
    if not isinstance(config, dict):
        return 1
    within = config.get("layers")
    if isinstance(within, list):
        return sum(_count_uses(each) * _count_calls(each) for each in within if isinstance(each, dict))
    return 1 + sum(_count_calls(each) for each in _iterate_wrapped_layers(config))


def _count_uses(layer: dict[str, Any]) -> int:
    nodes = layer.get("inbound_nodes")
    return max(1, len(nodes)) if isinstance(nodes, list) else 1


def _iterate_wrapped_layers(config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Iterate over the layers in a layer's own config: of wrappers, and cells of recurrent layers."""
    for value in config.values():
        for each in value if isinstance(value, list) else [value]:
            module = each.get("module") if isinstance(each, dict) else None
            if isinstance(module, str) and module.startswith(_LAYERS):
                yield each
