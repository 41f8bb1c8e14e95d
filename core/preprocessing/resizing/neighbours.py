"""Neighbours for bilinear interpolation without antialiasing: the two input pixels around each output centre."""

from __future__ import annotations

import numpy as np

from webparity.preprocessing.integers import clamp, divide
from webparity.preprocessing.resizing.resize import make_odd_numbers
from webparity.tensor_ops.ops import Ops, T


def find_lower_neighbours(ops: Ops[T], in_size: T, out_size: int) -> tuple[T, T]:
    """Find the input pixels before the output centres, with half-pixel centres.

    The position (x + 0.5) * in / out - 0.5 is (odd * in - out) / (2 * out): a whole pixel and a rest, exactly.

    Args:
        ops: the adapter.
        in_size: input length in pixels, a real scalar.
        out_size: output length in pixels.

    Returns:
        The pixel at or before each position, -1 to in_size - 1, and the rest in units of 1 / (2 * out_size), both
        integers [out_size, 1].
    """
    position = ops.constant(make_odd_numbers(out_size)) * in_size - float(out_size)
    return divide(ops, position, ops.constant(2.0 * out_size))


def take_neighbours(ops: Ops[T], image: T, rows: T, columns: T) -> T:
    """Take the pixels at given rows and columns and the next ones, clamped to the image.

    Args:
        ops: the adapter.
        image: [N, H, W, depth], any dtype.
        rows: integers [height, 1] from -1.
        columns: integers [width, 1] from -1.

    Returns:
        [N, 2 * height, 2 * width, depth], of the image's dtype.
    """
    next_one = ops.constant(np.array([0.0, 1.0]))
    for axis, lower in ((1, rows), (2, columns)):
        both = clamp(ops, lower + next_one, ops.size(image, axis) - 1.0)
        image = ops.take(image, ops.reshape(both, (-1,)), axis)
    return image
