"""Activations of Keras layers: Keras's own, and other functions that have the same names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from types import FunctionType
from typing import Any, Final

import keras
import numpy as np

from webparity.models.keras.internals import iterate_nested_layers

_NAMES: Final = ("activation", "recurrent_activation")
_SEED: Final = 0


def get_activation_name(activation: Any) -> str:
    """Get the name of one of Keras's own activations; for other functions, a text that is none of these names."""
    name: str = getattr(activation, "__name__", type(activation).__name__)
    return name if getattr(keras.activations, name, None) is activation else f"{name}, not of keras.activations"


def find_misnamed_activation(network: Any) -> str:
    """Find an activation that Keras would save under the name of its own function but that computes other values.

    Args:
        network: a Keras network.

    Returns:
        Such as `softmax of dense_1`, or an empty text where there is none.
    """
    for layer in iterate_nested_layers(network, include_self=False):
        for function in _iterate_activations(layer):
            if is_misnamed_activation(function) and not _is_same_function(
                function, keras.activations.get(function.__name__)
            ):
                return f"{function.__name__} of {layer.name}"
    return ""


def has_misnamed_activation(layer: Any) -> bool:
    """Whether a layer, or one inside it, has a function that would be read back as another one."""
    parts = iterate_nested_layers(layer) if isinstance(layer, keras.layers.Layer) else ()
    return any(is_misnamed_activation(function) for part in parts for function in _iterate_activations(part))


def copy_misnamed_activations(layer: Any, copy: Any) -> None:
    """Copy to a rebuilt layer the functions that its config names wrongly."""
    for name in _NAMES:
        function = getattr(layer, name, None)
        if isinstance(function, FunctionType) and is_misnamed_activation(function):
            setattr(copy, name, function)


def is_misnamed_activation(function: Any) -> bool:
    """Whether Keras would write only the function's name and read another function by that name."""
    try:
        written = keras.activations.serialize(function)
        return isinstance(written, str) and keras.activations.get(written) is not function
    except (TypeError, ValueError):
        # It cannot be written at all, and so not under a wrong name.
        return False


def _iterate_activations(layer: Any) -> Iterator[Any]:
    held = (getattr(layer, name, None) for name in _NAMES)
    return (function for function in held if isinstance(function, FunctionType))


def _is_same_function(one: Any, other: Any) -> bool:
    values = np.random.default_rng(_SEED).normal(size=(8, 5), scale=4).astype(np.float32)
    # A user's function may raise any error.
    with suppress(Exception):
        first, second = (keras.ops.convert_to_numpy(each(keras.ops.convert_to_tensor(values))) for each in (one, other))
        return bool(np.array_equal(first, second))
    return False
