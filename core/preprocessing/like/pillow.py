"""Resizing that reproduces Pillow's `image.convert("L").resize(size, Image.Resampling.BILINEAR)` to the bit.

Pillow 13's `Resample.c` on 8-bit channels: weights of the triangle in fixed point of 22 bits, a pass along one axis,
rounding to whole grey levels, a pass along the other. Its 32-bit sums are taken here in two parts, each exact in
float32. The width comes first, unless the height loses more than twice the pixels that the width loses (before Pillow
13: always the width).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.preprocessing.gray import LUMA_601, to_grey_levels
from webparity.preprocessing.integers import split_bits
from webparity.preprocessing.methods import OutputShape
from webparity.preprocessing.resizing.bands import gather_bands, swap_axes, take_image_or_first_row
from webparity.preprocessing.resizing.resize import add_halves, compute_triangle_segments, sum_triangles
from webparity.tensor_ops.ops import Ops, T

_PRECISION: Final = 22
# Sums of up to 1044 products of a byte with the low part stay below 2**24, and so do those with the high part.
_LOW: Final = 6
_MAX_SIDE: Final = 16384
_MAX_TOTAL: Final = 2.0**22


def resize_like_pillow(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] to whole grey levels, real [N, height, width, depth]."""
    higher, wider = ops.size(image, 1) - float(shape.height), ops.size(image, 2) - float(shape.width)
    tall = ops.greater_equal(higher, ops.maximum(wider * 2.0, ops.constant(0.0)) + 1.0)
    by_width = _resize_both_axes(
        ops,
        swap_axes(ops, _convert_to_grey_levels(ops, take_image_or_first_row(ops, image, 1.0 - tall), shape)),
        shape.width,
        shape.height,
        shape.depth,
    )
    by_height = swap_axes(
        ops,
        _resize_both_axes(
            ops,
            _convert_to_grey_levels(ops, take_image_or_first_row(ops, image, tall), shape),
            shape.height,
            shape.width,
            shape.depth,
        ),
    )
    return by_width + (by_height - by_width) * tall


def _convert_to_grey_levels(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Convert uint8 [N, H, W, 3] to whole grey levels, real [N, H, W, depth]."""
    pixels = to_grey_levels(ops, image, shape.depth, LUMA_601)
    return ops.reshape(pixels, (-1, ops.size(image, 1), ops.size(image, 2), shape.depth))


def _resize_both_axes(ops: Ops[T], pixels: T, first: int, second: int, depth: int) -> T:
    """Resize [N, A, B, depth] along A, then along B, to [N, second, first, depth]."""
    return _resize_axis(ops, swap_axes(ops, _resize_axis(ops, pixels, first, depth)), second, depth)


def _resize_axis(ops: Ops[T], pixels: T, out_size: int, depth: int) -> T:
    """Resize [N, A, B, depth] along A to whole grey levels [N, out_size, B, depth]."""
    positions, weights = _compute_fixed_point_weights(ops, ops.size(pixels, 1), out_size)
    bands = gather_bands(ops, pixels, positions, out_size + 1, depth)
    high, low = (add_halves(ops, ops.matmul(part, bands), out_size) for part in split_bits(ops, weights, _LOW))
    # (high * 2**6 + low + 2**21) >> 22, without leaving the integers that float32 holds.
    carried = high + split_bits(ops, low, _LOW)[0] + 2.0 ** (_PRECISION - 1 - _LOW)
    rounded = split_bits(ops, carried, _PRECISION - _LOW)[0]
    return ops.reshape(rounded, (-1, out_size, ops.size(pixels, 2), depth))


def _compute_fixed_point_weights(ops: Ops[T], in_size: T, out_size: int) -> tuple[T, T]:
    """Compute positions and weights as `compute_triangle_segments` does, in units of 2**-22, rounded to nearest."""
    positions, triangle = compute_triangle_segments(ops, in_size, out_size)
    triangle = _halve_large_weights(ops, triangle, in_size, out_size)
    total = sum_triangles(ops, triangle, out_size)
    weights = ops.floor(triangle * 2.0**_PRECISION / total + 0.5)
    # The remainder triangle * 2**22 - weights * total, from parts of 11 and 12 bits.
    (w1, w0), (t1, t0) = split_bits(ops, weights, 11), split_bits(ops, total, 12)
    middle = (triangle - w1 * t1 * 2.0) * 2.0**11 - (w1 * t0 + w0 * t1 * 2.0)
    remainder = middle * 2.0**11 - w0 * t0
    off = ops.greater_equal(remainder * 2.0, total) + ops.greater_equal(remainder * 2.0, 0.0 - total) - 1.0
    return positions, weights + off


def _halve_large_weights(ops: Ops[T], triangle: T, in_size: T, out_size: int) -> T:
    """Halve weights until they sum to 2**22 at most, as needed for images much larger than their target."""
    limits = [side for side in _compute_halving_limits(out_size) if side <= _MAX_SIDE]
    if not limits:
        return triangle
    halves = np.array([2.0 ** -(n + 1) for n in range(len(limits))])
    unit = 1.0 - ops.sum(ops.greater_equal(in_size, ops.constant(np.array(limits))) * ops.constant(halves), -1)
    return ops.floor(triangle * unit)


def _compute_halving_limits(out_size: int) -> list[float]:
    """Compute the sides from which the triangle's sum, about 2 * side**2 / out_size, is halved once, twice etc."""
    return [float(np.ceil(np.sqrt(_MAX_TOTAL * 2**n * out_size / 2))) for n in range(9)]
