"""The pixels of given rows and columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from webparity.preprocessing.geometry import Window
from webparity.preprocessing.gray import to_grey_levels
from webparity.preprocessing.methods import OutputShape
from webparity.tensor_ops.ops import Ops, T

# Of an adapter, the input's length and a window, to the input pixel of each output pixel, integers [length, 1].
FindPlaces = Callable[[Ops[Any], Any, Window], Any]


def copy_places(
    ops: Ops[T], image: T, shape: OutputShape, find_places: FindPlaces, luma: tuple[float, float, float]
) -> T:
    """Copy pixels of uint8 [N, H, W, 3] to whole grey levels, real [N, height, width, depth]."""
    for axis, window in ((1, shape.rows), (2, shape.columns)):
        places = find_places(ops, ops.size(image, axis), window)
        image = ops.take(image, ops.reshape(places, (-1,)), axis)
    pixels = to_grey_levels(ops, image, shape.depth, luma)
    return ops.reshape(pixels, (-1, shape.height, shape.width, shape.depth))
