"""Neighbours for interpolation without antialiasing: the input pixels around each output centre."""

from __future__ import annotations

import numpy as np

from webparity.preprocessing.integers import clamp
from webparity.tensor_ops.ops import Ops, T


def take_neighbours(ops: Ops[T], image: T, rows: T, columns: T, taps: int = 2) -> T:
    """Take `taps` pixels from given rows and columns on, clamped to the image.

    Args:
        ops: the adapter.
        image: [N, H, W, depth], any dtype.
        rows: the first of each output, integers [height, 1].
        columns: the first of each output, integers [width, 1].
        taps: how many each way.

    Returns:
        [N, taps * height, taps * width, depth], of the image's dtype.
    """
    following = ops.constant(np.arange(float(taps)))
    for axis, first in ((1, rows), (2, columns)):
        places = clamp(ops, first + following, ops.size(image, axis) - 1.0)
        image = ops.take(image, ops.reshape(places, (-1,)), axis)
    return image
