"""Gradients for HOG: central differences, with rounding errors of a runtime set to 0.

On integer pixels nothing changes. After a resize, float32 runtimes part by up to a millionth of a pixel's value, and
along axes and diagonals the sign of so little would choose the bin of the whole gradient.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.preprocessing.resizing.products import transpose_images, weight_rows
from webparity.tensor_ops.ops import Ops, T

# Of pixel values: twice the largest rounding measured in resized pixels (9e-7), and far below one grey level of 255.
_ROUNDING: Final = 2.0**-19


def compute_gradients(ops: Ops[T], pixels: T, height: int, width: int) -> tuple[T, T]:
    """Compute central differences along the width and along the height; 0 at the image's border.

    Args:
        ops: the adapter.
        pixels: real [N, height, width, 1] in grey levels.
        height: of the image, in pixels.
        width: of the image, in pixels.

    Returns:
        Gradients along the width and along the height, real [N, 1, height, width] each.
    """
    plane = (-1, 1, height, width)
    dx, rounding_x = (ops.reshape(part, plane) for part in _compute_central_differences(ops, pixels, width))
    columns = transpose_images(ops, pixels, height, width)
    dy, rounding_y = (
        ops.reshape(transpose_images(ops, part, width, height), plane)
        for part in _compute_central_differences(ops, columns, height)
    )
    # Gradients as long along the width as along the height lie on a diagonal, and rounding must not part them.
    longer = ops.abs(dx) - ops.abs(dy)
    diagonal = ops.greater_equal(rounding_x + rounding_y, ops.abs(longer))
    return dx - compute_sign(ops, dx) * diagonal * longer, dy


def compute_sign(ops: Ops[T], x: T) -> T:
    """Compute the sign: 1 for 0 and above, -1 below."""
    return 2.0 * ops.greater_equal(x, ops.constant(0.0)) - 1.0


def _compute_central_differences(ops: Ops[T], rows: T, length: int) -> tuple[T, T]:
    """Compute differences within rows of `length` pixels and bounds of their rounding, real [M, length] both."""
    matrix = np.eye(length, k=1) - np.eye(length, k=-1)
    matrix[[0, -1]] = 0.0
    difference = weight_rows(ops, rows, matrix)
    rounding = weight_rows(ops, rows, np.abs(matrix)) * _ROUNDING
    # Counts from 0 at the rounding to all at twice that: a step would make much of what runtimes disagree about.
    share = ops.abs(difference) / (rounding + 1e-9) - 1.0
    return difference * ops.minimum(ops.maximum(share, ops.constant(0.0)), ops.constant(1.0)), rounding
