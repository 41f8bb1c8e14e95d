"""Conversion of networks of other float types to float32, in which every runtime computes."""

from __future__ import annotations

from typing import Any, Final

import keras

from webparity.models import refusals
from webparity.models.keras.activations import copy_misnamed_activations
from webparity.models.keras.internals import list_direct_layers
from webparity.text.library_error import summarize_library_error

_OTHER_TYPES: Final = frozenset(
    {"float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16", "float8", "float8_from_float32"}
)


def find_other_types(network: Any) -> list[str]:
    """Find the float types other than float32 of a network's layers and inputs, sorted.

    Args:
        network: a Keras network with `inputs`, Sequential or Functional.
    """
    named = {getattr(layer.dtype_policy, "name", "") for layer in _list_layers(network)}
    named |= {name for layer in _list_layers(network) for name in (layer.compute_dtype, layer.variable_dtype)}
    named |= {tensor.dtype for tensor in [*network.inputs, *network.outputs]}
    named |= {
        value
        for operation in getattr(network, "operations", [])
        for value in [getattr(operation, "dtype", None)]
        if isinstance(value, str)
    }
    return sorted(name for name in named if name in _OTHER_TYPES)


def rebuild_in_float32(network: Any) -> Any:
    """Rebuild a network with the same layers and weights in float32; return it unchanged where it already is.

    Args:
        network: a Keras network with `inputs`, Sequential or Functional.

    Raises:
        UnsupportedModelError: it cannot be built again from its config.
    """
    if not find_other_types(network):
        return network
    own = {f"{type(layer).__module__}.{type(layer).__qualname__}": type(layer) for layer in _list_layers(network)}
    by_name = {kind.__name__: kind for kind in own.values()} | {
        keras.saving.get_registered_name(kind): kind for kind in own.values()
    }
    try:
        with keras.saving.custom_object_scope(by_name):
            rebuilt = type(network).from_config(_replace_types(network.get_config()))
        rebuilt.set_weights(network.get_weights())
        for layer, copy in zip(_list_layers(network), _list_layers(rebuilt), strict=True):
            copy_misnamed_activations(layer, copy)
    except Exception as error:  # custom layers may raise any error
        raise refusals.FLOAT32(
            f"one in {', '.join(find_other_types(network))}, on which: {summarize_library_error(error)}"
        ) from error
    left = find_other_types(rebuilt)
    if left:
        raise refusals.FLOAT32(f"one that stays in {', '.join(left)}")
    return rebuilt


def _list_layers(network: Any) -> list[Any]:
    found, pending, seen = [], [network], set()
    while pending:
        layer = pending.pop()
        if id(layer) not in seen and isinstance(layer, keras.layers.Layer):
            seen.add(id(layer))
            found.append(layer)
            pending += list_direct_layers(layer)
    return found


def _replace_types(config: Any) -> Any:
    """Replace every float type of a config by float32."""
    if isinstance(config, dict):
        policy = config.get("config")
        if str(config.get("class_name", "")).endswith("DTypePolicy") and isinstance(policy, dict):
            return "float32" if policy.get("name") in _OTHER_TYPES else config
        return {
            key: _replace_types("float32" if _is_other_type(key, value) else value) for key, value in config.items()
        }
    if isinstance(config, list | tuple):
        return type(config)(_replace_types(each) for each in config)
    return config


def _is_other_type(key: str, value: Any) -> bool:
    return key.endswith("dtype") and isinstance(value, str) and value in _OTHER_TYPES
