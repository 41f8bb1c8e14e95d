"""OpenCV's INTER_CUBIC and INTER_LANCZOS4 of bytes, after `cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)`.

OpenCV 5: the cubic has float32 weights, not rounded, and rounds once at the end; here it is computed in double-float
numbers, so that every runtime rounds alike. Lanczos has weights in fixed point of 11 bits. Neither is antialiased;
borders are repeated.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from webparity.preprocessing.geometry import Window
from webparity.preprocessing.gray import LUMA_OPENCV, to_grey_levels
from webparity.preprocessing.integers import clamp, split_bits
from webparity.preprocessing.like.fixed_point import round_double_float
from webparity.preprocessing.like.opencv import COARSE, find_float32_centres
from webparity.preprocessing.methods import OutputShape
from webparity.preprocessing.resizing.filters import Filter, make_cubic, make_double_float_arithmetic, make_lanczos
from webparity.preprocessing.resizing.neighbours import take_neighbours
from webparity.tensor_ops.ops import Ops, T

_BITS: Final = 11
_CUBIC: Final = Filter(2, make_cubic(-0.75))
_LANCZOS4: Final = Filter(4, make_lanczos(4))


def resize_cubic_like_opencv(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] by INTER_CUBIC to whole grey levels, real [N, height, width, depth]."""
    (rows, row_weights), (columns, column_weights) = _weigh_both_axes(ops, image, shape, _CUBIC)
    pixels: Any = ops.to_double_float(_take_pixels(ops, image, (rows, columns), shape.depth, 4))
    for weights, size, rest in ((column_weights, shape.width, shape.depth), (row_weights, shape.height, -1)):
        length = shape.width * shape.depth if rest < 0 else rest
        pixels = ops.reshape(pixels, (-1, size, 4, length))
        pixels = ops.sum(pixels * ops.reshape(weights, (size, 4, 1)), 2)
    levels = clamp(ops, round_double_float(ops, pixels), ops.constant(255.0))
    return ops.reshape(levels, (-1, shape.height, shape.width, shape.depth))


def resize_lanczos_like_opencv(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] by INTER_LANCZOS4 to whole grey levels, real [N, height, width, depth]."""
    (rows, row_weights), (columns, column_weights) = _weigh_both_axes(ops, image, shape, _LANCZOS4)
    row_weights, column_weights = (
        round_double_float(ops, weights * 2.0**_BITS) for weights in (row_weights, column_weights)
    )
    pixels = ops.reshape(_take_pixels(ops, image, (rows, columns), shape.depth, 8), (-1, shape.width, 8, shape.depth))
    pixels = ops.sum(pixels * ops.reshape(column_weights, (shape.width, 8, 1)), 2)
    pixels = ops.reshape(pixels, (-1, shape.height, 8, shape.width * shape.depth))
    weights = ops.reshape(row_weights, (shape.height, 8, 1))
    # (sum + 2**21) >> 22, in two parts that float32 holds.
    high, low = (ops.sum(part * weights, 2) for part in split_bits(ops, pixels, 8))
    levels = split_bits(ops, high + split_bits(ops, low, 8)[0] + 2.0**13, 14)[0]
    return ops.reshape(clamp(ops, levels, ops.constant(255.0)), (-1, shape.height, shape.width, shape.depth))


def _take_pixels(ops: Ops[T], image: T, places: tuple[T, T], depth: int, taps: int) -> T:
    return to_grey_levels(ops, take_neighbours(ops, image, *places, taps), depth, LUMA_OPENCV)


def _weigh_both_axes(ops: Ops[T], image: T, shape: OutputShape, kernel: Filter) -> list[tuple[T, Any]]:
    return [
        _weigh(ops, ops.size(image, axis), window, kernel) for axis, window in ((1, shape.rows), (2, shape.columns))
    ]


def _weigh(ops: Ops[T], in_size: T, window: Window, kernel: Filter) -> tuple[T, Any]:
    """Compute the first pixel of each output, [count, 1], and the weights from it on, double-float [count, taps]."""
    how = make_double_float_arithmetic(ops)
    lower, fine, parts = find_float32_centres(ops, in_size, window)
    share = fine / (parts * 2.0**COARSE)
    offsets = np.arange(1.0 - kernel.support, kernel.support + 1.0)
    # |offset - share|, without rounding: the offset's sign is known.
    sign = ops.constant(np.where(offsets > 0, 1.0, -1.0))
    distances = how.constant(np.abs(offsets)) + how.from_real(0.0 - sign * share)
    weights = kernel.weigh(ops, how, distances)
    if kernel is _LANCZOS4:
        weights = weights / ops.sum(weights, -1)
    return lower + (1.0 - kernel.support), weights
