"""Area interpolation as in OpenCV's INTER_AREA: means over output pixels' areas, rounded to whole grey levels.

With everything multiplied by in * out the covered parts are integers; sums over both sides are taken in two parts, each
exact in float32 for images of up to 2**26 pixels. OpenCV sums in float32: on a tie its own rounding may decide.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.preprocessing.gray import LUMA_OPENCV, to_grey_levels
from webparity.preprocessing.integers import divide, split_bits
from webparity.preprocessing.methods import OutputShape
from webparity.preprocessing.resizing.bands import gather_bands, swap_axes, weight_bands
from webparity.tensor_ops.ops import Ops, T

_LOW: Final = 10


def compute_area_means(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Shrink uint8 [N, H, W, 3] to whole grey levels, real [N, height, width, depth]."""
    height, width = ops.size(image, 1), ops.size(image, 2)
    rows, row_weights = _compute_coverage(ops, height, shape.height)
    columns, column_weights = _compute_coverage(ops, width, shape.width)
    bands = to_grey_levels(ops, gather_bands(ops, image, rows, shape.height, 3), shape.depth, LUMA_OPENCV)
    bands = ops.reshape(bands, (-1, shape.height, ops.size(rows, 1), width * float(shape.depth)))
    sums = swap_axes(
        ops, ops.reshape(weight_bands(ops, row_weights, bands, shape.height), (-1, shape.height, width, shape.depth))
    )
    high, low = (
        weight_bands(ops, column_weights, gather_bands(ops, part, columns, shape.width, shape.depth), shape.width)
        for part in split_bits(ops, sums, _LOW)
    )
    mean = _round_mean(ops, high, low, (height, width), shape)
    return swap_axes(ops, ops.reshape(mean, (-1, shape.width, shape.height, shape.depth)))


def _round_mean(ops: Ops[T], high: T, low: T, size: tuple[T, T], shape: OutputShape) -> T:
    """Round (high * 2**10 + low) / (height * width); a tie to the even level, but upwards where sides are halved."""
    height, width = size
    area = height * width
    mean = ops.floor((high * 2.0**_LOW + low) / area + 0.5)
    part, rest = split_bits(ops, mean * height, _LOW)
    remainder = (high - part * width) * 2.0**_LOW + (low - rest * width)
    off = ops.greater_equal(remainder * 2.0, area) + ops.greater_equal(remainder * 2.0, 0.0 - area) - ops.constant(1.0)
    mean, remainder = mean + off, remainder - off * area
    unlike = ops.abs(height - 2.0 * shape.height) + ops.abs(width - 2.0 * shape.width)
    tie = ops.greater_equal(0.0 - area, remainder * 2.0) * ops.minimum(unlike, ops.constant(1.0))
    odd = mean - split_bits(ops, mean, 1)[0] * 2.0
    return mean - tie * odd


def _compute_coverage(ops: Ops[T], in_size: T, out_size: int) -> tuple[T, T]:
    """Compute positions and covered parts of the pixels under each output pixel, integers [out_size, band].

    The parts of an output pixel sum to `in_size`.
    """
    starts = ops.constant(np.arange(float(out_size)).reshape(-1, 1)) * in_size
    first, _ = divide(ops, starts, ops.constant(float(out_size)))
    # A pixel more than can be covered, so that an inexact GPU division cannot cut one.
    positions = first + ops.reshape(ops.arange(ops.floor(in_size / float(out_size)) + 3.0), (1, -1))
    begins = positions * float(out_size)
    covered = ops.minimum(begins + float(out_size), starts + in_size) - ops.maximum(begins, starts)
    return ops.minimum(positions, in_size - 1.0), ops.maximum(covered, ops.constant(0.0))
