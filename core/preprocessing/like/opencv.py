"""Resizing that reproduces OpenCV: `cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)`, then `cv2.resize` of bytes.

`resize.cpp` of OpenCV 4.10 to 5.0, which agree: INTER_LINEAR takes two pixels each way, not antialiased, with weights
in fixed point of 11 bits and truncating shifts; INTER_AREA takes the mean of the area that an output pixel covers, and
where one side does not shrink interpolates between two pixels with weights of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from webparity.preprocessing.geometry import Window, make_tensor
from webparity.preprocessing.gray import LUMA_OPENCV, to_grey_levels
from webparity.preprocessing.integers import divide, divide_round_half_even, split_bits
from webparity.preprocessing.methods import OutputShape
from webparity.preprocessing.resizing.area import compute_area_means, find_begins
from webparity.preprocessing.resizing.bands import take_image_or_first_row
from webparity.preprocessing.resizing.neighbours import take_neighbours
from webparity.preprocessing.resizing.segments import find_centres
from webparity.tensor_ops.ops import Ops, T

Positions = Callable[[Any, Any, Window], tuple[Any, Any]]

_BITS: Final = 11
_ONE: Final = 2.0**_BITS
# Bits of a float32's fraction, and of a position's from pixel 8192 on.
_FRACTION: Final = 23
COARSE: Final = 10


def resize_linear_like_opencv(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] by INTER_LINEAR to whole grey levels, real [N, height, width, depth]."""
    return _interpolate(ops, image, shape, _compute_bilinear_positions)


def resize_area_like_opencv(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] by INTER_AREA to whole grey levels, real [N, height, width, depth]."""
    shrinks = ops.greater_equal(ops.size(image, 1), make_tensor(ops, shape.rows.full)) * ops.greater_equal(
        ops.size(image, 2), make_tensor(ops, shape.columns.full)
    )
    mean = compute_area_means(ops, take_image_or_first_row(ops, image, shrinks), shape)
    interpolated = _interpolate(ops, image, shape, _compute_area_positions)
    return interpolated + (mean - interpolated) * shrinks


def _interpolate(ops: Ops[T], image: T, shape: OutputShape, positions: Positions) -> T:
    """Interpolate between two pixels along each axis, columns first."""
    height, width = ops.size(image, 1), ops.size(image, 2)
    rows, row_weights = positions(ops, height, shape.rows)
    columns, column_weights = positions(ops, width, shape.columns)
    # Past the border rows are repeated with their weights, but a column gets all the weight.
    inside = ops.greater_equal(columns, ops.constant(0.0)) * ops.greater_equal(width - 2.0, columns)
    pixels = to_grey_levels(ops, take_neighbours(ops, image, rows, columns), shape.depth, LUMA_OPENCV)
    pixels = ops.reshape(pixels, (-1, shape.width, 2, shape.depth))
    pixels = ops.sum(pixels * _make_pair_weights(ops, column_weights * inside, shape.width), 2)
    pixels = ops.reshape(pixels, (-1, shape.height, 2, shape.width * shape.depth))
    # (weight * (pixels >> 4)) >> 16, in two parts.
    high, low = split_bits(ops, split_bits(ops, pixels, 4)[0], 6)
    weights = _make_pair_weights(ops, row_weights, shape.height)
    products = split_bits(ops, high * weights + split_bits(ops, low * weights, 6)[0], 10)[0]
    pixels = split_bits(ops, ops.sum(products, 2) + 2.0, 2)[0]
    return ops.reshape(pixels, (-1, shape.height, shape.width, shape.depth))


def _make_pair_weights(ops: Ops[T], weight: T, out_size: int) -> T:
    """Make the weights of a pixel and of the next one, [out_size, 1] to [out_size, 2, 1]."""
    pair = ops.constant(np.array([_ONE, 0.0])) + weight * ops.constant(np.array([-1.0, 1.0]))
    return ops.reshape(pair, (out_size, 2, 1))


def _compute_bilinear_positions(ops: Ops[T], in_size: T, window: Window) -> tuple[T, T]:
    """Compute INTER_LINEAR positions: the pixel before each output centre, the next one's weight, [count, 1]."""
    lower, fine, parts = find_float32_centres(ops, in_size, window)
    return lower, divide_round_half_even(ops, fine * 2.0, parts)


def find_float32_centres(ops: Ops[T], in_size: T, window: Window) -> tuple[T, T, T]:
    """Find output centres as OpenCV has them, in float32: the larger a position, the fewer bits its fraction has.

    Returns:
        The pixel before each, and the fraction as a number of parts and as how many of them make 2**-10, [count, 1].
    """
    lower, rest = find_centres(ops, in_size, window)
    twice = make_tensor(ops, window.full) * 2.0
    weight, rest = divide(ops, rest * 2.0**COARSE, twice)
    powers = np.arange(1.0, _FRACTION - COARSE + 1.0)
    passed = ops.greater_equal(lower, ops.constant(2.0**powers))
    parts = (1.0 - ops.sum(passed * ops.constant(2.0**-powers), -1)) * 2.0 ** (_FRACTION - COARSE)
    return lower, weight * parts + divide_round_half_even(ops, rest * parts, twice), parts


def _compute_area_positions(ops: Ops[T], in_size: T, window: Window) -> tuple[T, T]:
    """Compute INTER_AREA positions of a side that does not shrink: each output's first pixel, the next one's weight.

    The weight is (x + 1) - (pixel + 1) * out / in, or 0 below that.
    """
    full = make_tensor(ops, window.full)
    lower, rest = find_begins(ops, in_size, window)
    reached = ops.maximum(rest + in_size - full, ops.constant(0.0))
    coarse, rest = divide(ops, reached * 2.0**5, in_size)
    return lower, coarse * 2.0 ** (_BITS - 5) + divide_round_half_even(ops, rest * 2.0 ** (_BITS - 5), in_size)
