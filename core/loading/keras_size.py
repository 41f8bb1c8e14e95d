"""Bounds on what a network takes once Keras builds it from a config that says anything."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import keras

from webparity.loading.refusal import refusal

# Seeds and counters that some layers make and do not save.
_SLACK: Final = 2**16
MAX_OUTPUT: Final = 2**28  # 1 GB of float32; VGG16's largest on 512 x 512 pixels is 2^24


@contextmanager
def weights_within(count: int, name: str) -> Iterator[None]:
    """Refuse layers whose weights the file does not hold, before these are allocated.

    Args:
        count: how many weights the file holds.
        name: what to call it in messages.

    Raises:
        UnsupportedModelError: in the block, at the first layer that asks for more than is left.
    """
    add_weight, left = keras.layers.Layer.add_weight, count + _SLACK

    def counted(layer: Any, shape: Any = None, *args: Any, **kwargs: Any) -> Any:
        nonlocal left
        left -= math.prod((shape,) if isinstance(shape, int) else shape or ())
        if left < 0:
            raise refusal(
                f"layers for the {count} weights in the file", f"{name}, in which {layer.name} has {shape} more"
            )
        return add_weight(layer, shape, *args, **kwargs)

    # Keras offers no hook in front of allocation, and all its layers take their weights from here.
    keras.layers.Layer.add_weight = counted
    try:
        yield
    finally:
        keras.layers.Layer.add_weight = add_weight


def refuse_huge_outputs(network: Any, name: str) -> None:
    """Refuse layers whose output for one image no memory holds, such as an upsampling by 10,000.

    Args:
        network: a Keras network.
        name: what to call its file in messages.

    Raises:
        UnsupportedModelError: names the first such layer.
    """
    pending = list(network.layers)
    while pending:
        layer = pending.pop()
        pending += getattr(layer, "layers", [])
        for output in keras.tree.flatten(getattr(layer, "output", None)):
            if output is not None and math.prod(side or 1 for side in output.shape) > MAX_OUTPUT:
                raise refusal(
                    f"layers of at most {MAX_OUTPUT} values an image",
                    f"{name}, in which {layer.name} gives {output.shape}",
                )
