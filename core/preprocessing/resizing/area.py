"""Area interpolation as in OpenCV's INTER_AREA: means over output pixels' areas, rounded to whole grey levels.

With everything multiplied by in * out the covered parts are integers; sums over both sides are taken in two parts, each
exact in float32 for images of up to 2**26 pixels. OpenCV sums in float32: on a tie its own rounding may decide.
"""

from __future__ import annotations

from typing import Final

from webparity.preprocessing.geometry import Window, list_numbers, make_tensor
from webparity.preprocessing.gray import LUMA_OPENCV, to_grey_levels
from webparity.preprocessing.integers import clamp, divide, split_bits
from webparity.preprocessing.methods import OutputShape
from webparity.preprocessing.resizing.bands import gather_bands, lay_columns, lay_rows, weight_bands
from webparity.tensor_ops.ops import Ops, T

_LOW: Final = 10


def compute_area_means(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Shrink uint8 [N, H, W, 3] to whole grey levels, real [N, height, width, depth]."""
    height, width = ops.size(image, 1), ops.size(image, 2)
    rows, row_weights = compute_coverage(ops, height, shape.rows)
    columns, column_weights = compute_coverage(ops, width, shape.columns)
    bands = to_grey_levels(ops, gather_bands(ops, image, rows, shape.height, 3), shape.depth, LUMA_OPENCV)
    bands = ops.reshape(bands, (-1, shape.height, ops.size(rows, 1), width * float(shape.depth)))
    sums = ops.reshape(weight_bands(ops, row_weights, bands, shape.height), (-1, shape.height, width, shape.depth))
    high, low = (
        weight_bands(ops, column_weights, gather_bands(ops, part, columns, shape.width, 1), shape.width)
        for part in split_bits(ops, lay_columns(ops, sums, shape.depth), _LOW)
    )
    mean = _round_mean(ops, high, low, (height, width), shape)
    return lay_rows(ops, mean, shape.height, shape)


def _round_mean(ops: Ops[T], high: T, low: T, size: tuple[T, T], shape: OutputShape) -> T:
    """Round (high * 2**10 + low) / (height * width); a tie to the even level, but upwards where sides are halved."""
    height, width = size
    area = height * width
    mean = ops.floor((high * 2.0**_LOW + low) / area + 0.5)
    part, rest = split_bits(ops, mean * height, _LOW)
    remainder = (high - part * width) * 2.0**_LOW + (low - rest * width)
    off = ops.greater_equal(remainder * 2.0, area) + ops.greater_equal(remainder * 2.0, 0.0 - area) - ops.constant(1.0)
    mean, remainder = mean + off, remainder - off * area
    unlike = ops.abs(height - make_tensor(ops, shape.rows.full) * 2.0)
    unlike = unlike + ops.abs(width - make_tensor(ops, shape.columns.full) * 2.0)
    tie = ops.greater_equal(0.0 - area, remainder * 2.0) * ops.minimum(unlike, ops.constant(1.0))
    odd = mean - split_bits(ops, mean, 1)[0] * 2.0
    return mean - tie * odd


def compute_coverage(ops: Ops[T], in_size: T, window: Window) -> tuple[T, T]:
    """Compute positions and covered parts of the pixels under each output pixel, integers [count, band].

    The parts of an output pixel sum to `in_size`, in units of 1 / full pixels.
    """
    full = make_tensor(ops, window.full)
    first, rest = find_begins(ops, in_size, window)
    # A pixel more than can be covered, so that an inexact GPU division cannot cut one.
    steps = ops.reshape(ops.arange(ops.floor(in_size / full) + 3.0), (1, -1))
    begins = steps * full
    covered = ops.minimum(begins + full, rest + in_size) - ops.maximum(begins, rest)
    return clamp(ops, first + steps, in_size - 1.0), ops.maximum(covered, ops.constant(0.0))


def find_begins(ops: Ops[T], in_size: T, window: Window) -> tuple[T, T]:
    """Find x * in / full of each output pixel: the pixel and the rest in units of 1 / full, integers [length, 1]."""
    full = make_tensor(ops, window.full)
    numbers = list_numbers(ops, window)
    if window.is_short():
        return divide(ops, numbers * in_size, full)
    quotient, rest = divide(ops, in_size, full)
    more, units = divide(ops, numbers * rest, full)
    return numbers * quotient + more, units
