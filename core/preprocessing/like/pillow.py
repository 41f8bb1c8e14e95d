"""Resizing that reproduces Pillow's `image.convert("L").resize(size, resample)` to the bit.

Pillow 13's `Resample.c` on 8-bit channels: a filter's weights in fixed point of 22 bits, a pass along one axis,
rounding to whole grey levels, a pass along the other. Its 32-bit sums are taken here in two parts, each exact in
float32. The width comes first, unless the height loses more than twice the pixels that the width loses (before Pillow
13: always the width). NEAREST is in `nearest/`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from webparity.preprocessing.geometry import Window, make_tensor
from webparity.preprocessing.gray import LUMA_601, to_grey_levels
from webparity.preprocessing.integers import clamp, split_bits
from webparity.preprocessing.like.fixed_point import round_weights
from webparity.preprocessing.methods import OutputShape, ResizeFunction
from webparity.preprocessing.resizing.bands import gather_bands, lay_columns, lay_rows, take_image_or_first_row
from webparity.preprocessing.resizing.filters import CUBIC, LANCZOS, TRIANGLE, Filter
from webparity.preprocessing.resizing.segments import add_pieces, compute_segments, sum_filters
from webparity.preprocessing.resizing.triangle import add_halves, compute_triangle_segments, sum_triangles
from webparity.tensor_ops.ops import Ops, T

_PRECISION: Final = 22
# Sums of up to 1044 products of a byte with the low part stay below 2**24, and so do those with the high part.
# Weights of both signs add up to more: there the low part has a bit more, for up to 518 products.
_LOW: Final = 6
_LOW_OF_BOTH_SIGNS: Final = 7
_MAX_SIDE: Final = 16384
_MAX_TOTAL: Final = 2.0**22


def _resize(kernel: Filter, ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] to whole grey levels, real [N, height, width, depth]."""
    higher = ops.size(image, 1) - make_tensor(ops, shape.rows.full)
    wider = ops.size(image, 2) - make_tensor(ops, shape.columns.full)
    tall = ops.greater_equal(higher, ops.maximum(wider * 2.0, ops.constant(0.0)) + 1.0)
    wide, high = (
        _take_channels(ops, take_image_or_first_row(ops, image, wanted), shape.depth) for wanted in (1.0 - tall, tall)
    )
    by_width = _resize_rows(ops, _resize_columns(ops, wide, shape, kernel), shape, kernel)
    by_height = _resize_columns(ops, _resize_rows(ops, high, shape, kernel), shape, kernel)
    return by_width + (by_height - by_width) * tall


resize_like_pillow: Final[ResizeFunction] = partial(_resize, TRIANGLE)
resize_cubic_like_pillow: Final[ResizeFunction] = partial(_resize, CUBIC)
resize_lanczos_like_pillow: Final[ResizeFunction] = partial(_resize, LANCZOS)


def _take_channels(ops: Ops[T], image: T, depth: int) -> T:
    """Take uint8 [N, H, W, 3] as it is, or as whole grey levels, real [N, H, W, 1]."""
    if depth > 1:
        return image
    return ops.reshape(to_grey_levels(ops, image, 1, LUMA_601), (-1, ops.size(image, 1), ops.size(image, 2), 1))


def _resize_rows(ops: Ops[T], pixels: T, shape: OutputShape, kernel: Filter) -> T:
    """Resize the height of bytes or whole grey levels [N, H, B, depth]."""
    return _resize_axis(ops, pixels, shape.rows, shape.depth, kernel)


def _resize_columns(ops: Ops[T], pixels: T, shape: OutputShape, kernel: Filter) -> T:
    """Resize the width of bytes or whole grey levels [N, A, W, depth]."""
    columns = _resize_axis(ops, lay_columns(ops, pixels, shape.depth), shape.columns, 1, kernel)
    return lay_rows(ops, columns, ops.size(pixels, 1), shape)


def _resize_axis(ops: Ops[T], pixels: T, window: Window, depth: int, kernel: Filter) -> T:
    """Resize bytes or whole grey levels [N, A, B, depth] along A to whole grey levels [N, count, B, depth]."""
    in_size = ops.size(pixels, 1)
    low_bits = _LOW if kernel is TRIANGLE else _LOW_OF_BOTH_SIGNS
    add: Callable[[T], T]
    if kernel is TRIANGLE and window.is_short():
        positions, triangle = compute_triangle_segments(ops, in_size, window.length)
        triangle = _halve_large_weights(ops, triangle, in_size, window)
        weights = _normalize(ops, triangle, sum_triangles(ops, triangle, window.length))
        add = partial(add_halves, ops, out_size=window.length)
    else:
        segments = compute_segments(ops, in_size, window, kernel.support)
        if kernel is TRIANGLE:
            triangle = (segments.unit - ops.abs(segments.distances)) * segments.inside
            triangle = _halve_large_weights(ops, triangle, in_size, window)
            total = ops.maximum(sum_filters(ops, ops.sum(triangle, -1), segments), ops.constant(1.0))
            weights = _normalize(ops, triangle, total)
        else:
            weights = round_weights(ops, segments, kernel, _PRECISION)
        positions, add = segments.positions, partial(add_pieces, ops, segments=segments)
    bands = ops.astype_real(gather_bands(ops, pixels, positions, window.length + 2 * kernel.support - 1, depth))
    high, low = (add(ops.matmul(part, bands)) for part in split_bits(ops, weights, low_bits))
    # (high * 2**low_bits + low + 2**21) >> 22, without leaving the integers that float32 holds.
    carried = high + split_bits(ops, low, low_bits)[0] + 2.0 ** (_PRECISION - 1 - low_bits)
    rounded = split_bits(ops, carried, _PRECISION - low_bits)[0]
    if kernel is not TRIANGLE:
        # Weights below 0 can leave the range of bytes.
        rounded = clamp(ops, rounded, ops.constant(255.0))
    return ops.reshape(rounded, (-1, window.length, ops.size(pixels, 2), depth))


def _normalize(ops: Ops[T], triangle: T, total: T) -> T:
    """Divide the triangle's integers by their total, in units of 2**-22, rounded to nearest, in integers alone."""
    weights = ops.floor(triangle * 2.0**_PRECISION / total + 0.5)
    # The remainder triangle * 2**22 - weights * total, from parts of 11 and 12 bits.
    (w1, w0), (t1, t0) = split_bits(ops, weights, 11), split_bits(ops, total, 12)
    middle = (triangle - w1 * t1 * 2.0) * 2.0**11 - (w1 * t0 + w0 * t1 * 2.0)
    remainder = middle * 2.0**11 - w0 * t0
    off = ops.greater_equal(remainder * 2.0, total) + ops.greater_equal(remainder * 2.0, 0.0 - total) - 1.0
    return weights + off


def _halve_large_weights(ops: Ops[T], triangle: T, in_size: T, window: Window) -> T:
    """Halve weights until they sum to 2**22 at most, as needed for images much larger than their target.

    A triangle's sum is about 2 * side**2 / full.
    """
    if window.is_whole():
        limits = np.ceil(np.sqrt(_MAX_TOTAL * 2.0 ** np.arange(9) * window.length / 2))
        limits = limits[limits <= _MAX_SIDE]
        if not len(limits):
            return triangle
        passed = ops.greater_equal(in_size, ops.constant(limits))
    else:
        limits = _MAX_TOTAL * 2.0 ** np.arange(9)
        passed = ops.greater_equal(in_size * in_size * 2.0 / window.full, ops.constant(limits))
    halves = 2.0 ** -(np.arange(float(len(limits))) + 1.0)
    return ops.floor(triangle * (1.0 - ops.sum(passed * ops.constant(halves), -1)))
