"""Nearest-neighbour interpolation: the input pixel under each output pixel's centre."""

from __future__ import annotations

import numpy as np

from webparity.preprocessing.gray import LUMA_601, to_grey_levels
from webparity.preprocessing.integers import divide
from webparity.preprocessing.methods import Interpolation, OutputShape
from webparity.tensor_ops.ops import Ops, T


def resize_nearest(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] to real [N, *shape] in grey levels."""
    for axis, length in ((1, shape.height), (2, shape.width)):
        centres = ops.constant(2.0 * np.arange(float(length)) + 1.0) * ops.size(image, axis)
        positions, _ = divide(ops, centres, ops.constant(2.0 * length))
        image = ops.take(image, positions, axis)
    return ops.reshape(to_grey_levels(ops, image, shape.depth, LUMA_601), (-1, *shape))


INTERPOLATION = Interpolation(
    name="example",
    description="the input pixel under each output pixel's centre",
    resize={None: resize_nearest},
)
