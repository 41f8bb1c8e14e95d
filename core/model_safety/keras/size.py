"""Bounds on the weights that Keras allocates while it builds a network from a config."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import keras

from webparity.model_safety.refusal import make_refusal

# Seeds and counters that some layers make and do not save.
_SLACK: Final = 2**16


@contextmanager
def limit_weights(count: int, name: str) -> Iterator[None]:
    """Refuse layers with more weights than the file holds, before they are allocated.

    Args:
        count: how many weights the file holds.
        name: what to call it in messages.

    Raises:
        UnsupportedModelError: inside the block, at the first layer that exceeds the number that is left.
    """
    add_weight, left = keras.layers.Layer.add_weight, count + _SLACK

    def add_counted_weight(layer: Any, shape: Any = None, *args: Any, **kwargs: Any) -> Any:
        nonlocal left
        left -= math.prod((shape,) if isinstance(shape, int) else shape or ())
        if left < 0:
            raise make_refusal(
                f"layers for the {count} weights in the file", f"{name}, in which {layer.name} has {shape} more"
            )
        return add_weight(layer, shape, *args, **kwargs)

    # Keras has no hook before allocation, and all layers create their weights with this method.
    keras.layers.Layer.add_weight = add_counted_weight
    try:
        yield
    finally:
        keras.layers.Layer.add_weight = add_weight
