"""Networks that take a row, gray maps without channels, or whole numbers, put behind [N, height, width, depth]."""

from __future__ import annotations

from math import prod
from typing import Any

import keras

from webparity.models import refusals
from webparity.preprocessing.spec import ROUNDED_LIKE, Preprocessing


def takes_whole_numbers(network: Any) -> bool:
    """Whether a network's only input is of an integer type."""
    return len(network.inputs) == 1 and "int" in str(network.inputs[0].dtype)


def adapt_input(network: Any, spec: Preprocessing) -> Any:
    """Put a rounding and a reshape before a network that needs them; return any other as it is.

    Args:
        network: a graph of layers.
        spec: the preprocessing, whose values it takes.

    Raises:
        UnsupportedModelError: it takes whole numbers, and the preprocessing scales them.
    """
    if len(network.inputs) != 1:
        return network
    whole = takes_whole_numbers(network)
    if whole and (spec.scale, spec.offset, spec.mean, spec.std) != (1.0, 0.0, None, None):
        raise refusals.WHOLE_NUMBERS(
            f"{network.inputs[0].dtype} with scale={spec.scale}, offset={spec.offset}, mean={spec.mean}, std={spec.std}"
        )
    shape = _find_shape(network, spec)
    rounds = whole and spec.like not in ROUNDED_LIKE
    if shape is None and not rounds:
        return network
    inputs = keras.Input(spec.values_shape)
    values = keras.ops.round(inputs) if rounds else inputs
    values = values if shape is None else keras.layers.Reshape(shape)(values)
    return keras.Model(inputs, network(values), name=network.name)


def _find_shape(network: Any, spec: Preprocessing) -> tuple[int, ...] | None:
    """Find the shape of one image that a network takes, if it is a row or a gray map without channels."""
    received = tuple(network.inputs[0].shape[1:])
    row = spec.hog is None and received in {(prod(spec.values_shape),), (None,)}
    gray = spec.hog is None and spec.depth == 1 and len(received) == 2
    gray = gray and all(n in {None, m} for n, m in zip(received, (spec.height, spec.width), strict=True))
    if row:
        return (prod(spec.values_shape),)
    return (spec.height, spec.width) if gray else None
