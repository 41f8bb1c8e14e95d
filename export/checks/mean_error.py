"""Measurement of the rounding of means over whole maps by the library that trained a network."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

_SEED: Final = 0
# Maps of one color each, of as many colors as channels.
_MAPS: Final = 2


def measure_mean_error(network: Any) -> float:
    """Measure how far means over maps of one color are off, of themselves: the largest of a network's layers.

    TensorFlow adds the pixels of a channel to a few sums: over 160 x 160 pixels it is off by up to 2e-4.

    Args:
        network: of Keras.

    Returns:
        0 for a network without `GlobalAveragePooling2D` layers, or where their sizes are not known.
    """
    import keras

    from webparity.models.keras.internals import iterate_nested_layers

    layers = [
        layer for layer in iterate_nested_layers(network) if isinstance(layer, keras.layers.GlobalAveragePooling2D)
    ]
    return max((_measure_layer(layer) for layer in layers), default=0.0)


def _measure_layer(layer: Any) -> float:
    try:
        shape = list(layer.input.shape)
    except (AttributeError, ValueError):
        # It was called inside another layer's code, or more than once.
        return 0.0
    channels = shape[-1] if layer.data_format == "channels_last" else shape[1]
    if None in shape[1:]:
        return 0.0
    colors = np.random.default_rng(_SEED).uniform(0.5, 1.0, (_MAPS, channels)).astype(np.float32)
    spread = colors[:, None, None, :] if layer.data_format == "channels_last" else colors[:, :, None, None]
    means = np.asarray(layer(np.broadcast_to(spread, (_MAPS, *shape[1:])).copy()), np.float64)
    return float(np.max(np.abs(means.reshape(colors.shape) / colors - 1)))
