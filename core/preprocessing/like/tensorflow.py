"""Resizing that reproduces `tf.image.resize(image, (height, width), method)`, not rounded.

`keras.utils.image_dataset_from_directory` reads images so; with `color_mode="grayscale"` a JPEG's gray is libjpeg's own
Y, which the decoder gives where the color is `luma`. From RGB pixels Y comes back by libjpeg's formula, rounded: equal
for gray JPEGs, within a level for most pixels of coloured ones.

With antialias=True TensorFlow's filters are those of `resizing/filters.py`. Without, as wide as input pixels
(`ResizeBilinear`, `ResizeBicubic`, `ScaleAndTranslate`): bicubic takes its weights from a table of 1024 positions, and
leaves out pixels beyond the border; lanczos3 likewise, without a table.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from webparity.preprocessing.geometry import Window, make_tensor
from webparity.preprocessing.gray import LUMA_601, to_grey_levels
from webparity.preprocessing.integers import divide_round_half_even
from webparity.preprocessing.methods import OutputShape, ResizeFunction
from webparity.preprocessing.resizing.area import compute_coverage
from webparity.preprocessing.resizing.bands import gather_bands, lay_columns, lay_rows, weight_bands
from webparity.preprocessing.resizing.filters import CUBIC, LANCZOS, TRIANGLE, Filter, make_real_arithmetic
from webparity.preprocessing.resizing.neighbours import take_neighbours
from webparity.preprocessing.resizing.resize import resize_axis, resize_columns
from webparity.preprocessing.resizing.segments import find_centres
from webparity.tensor_ops.ops import Ops, T

# Of an adapter, the input's length and a window, to the first pixel of each output, integers [length, 1], and the
# weights of that pixel and of those behind it, real [length, taps].
_Taps = Callable[[Ops[Any], Any, Window], tuple[Any, Any]]
_TABLE: Final = 1024.0


def _interpolate(taps: _Taps, count: int, ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] to real [N, height, width, depth] in grey levels, not rounded."""
    rows, row_weights = taps(ops, ops.size(image, 1), shape.rows)
    columns, column_weights = taps(ops, ops.size(image, 2), shape.columns)
    pixels = to_grey_levels(ops, take_neighbours(ops, image, rows, columns, count), shape.depth, LUMA_601)
    # Sums over a last axis of three channels take longer than two transpositions.
    pixels = lay_columns(
        ops, ops.reshape(pixels, (-1, shape.height * count, shape.width * count, shape.depth)), shape.depth
    )
    pixels = ops.reshape(pixels, (-1, shape.width, count, shape.height * count * shape.depth))
    pixels = ops.sum(pixels * ops.reshape(column_weights, (shape.width, count, 1)), 2)
    pixels = lay_rows(ops, pixels, shape.height * count, shape)
    pixels = ops.reshape(pixels, (-1, shape.height, count, shape.width * shape.depth))
    pixels = ops.sum(pixels * ops.reshape(row_weights, (shape.height, count, 1)), 2)
    return ops.reshape(pixels, (-1, shape.height, shape.width, shape.depth))


def _weigh_pair(ops: Ops[T], in_size: T, window: Window) -> tuple[T, T]:
    first, rest = find_centres(ops, in_size, window)
    share = rest / (make_tensor(ops, window.full) * 2.0)
    return first, ops.constant(np.array([1.0, 0.0])) + share * ops.constant(np.array([-1.0, 1.0]))


def _weigh_cubic(ops: Ops[T], in_size: T, window: Window) -> tuple[T, T]:
    base, rest = find_centres(ops, in_size, window)
    full = make_tensor(ops, window.full)
    step = divide_round_half_even(ops, rest * _TABLE, full * 2.0) / _TABLE
    return _weigh_within(ops, CUBIC, base, step, in_size)


def _weigh_lanczos(ops: Ops[T], in_size: T, window: Window) -> tuple[T, T]:
    base, rest = find_centres(ops, in_size, window)
    return _weigh_within(ops, LANCZOS, base, rest / (make_tensor(ops, window.full) * 2.0), in_size)


def _weigh_within(ops: Ops[T], kernel: Filter, base: T, share: T, in_size: T) -> tuple[T, T]:
    """Weigh the 2 * support pixels around base + share by a filter in input pixels; those beyond the border get 0."""
    offsets = ops.constant(np.arange(1.0 - kernel.support, kernel.support + 1.0))
    places = base + offsets
    distances = ops.minimum(ops.abs(offsets - share), ops.constant(float(kernel.support)))
    inside = ops.greater_equal(places, ops.constant(0.0)) * ops.greater_equal(in_size - 1.0, places)
    weights = kernel.weigh(ops, make_real_arithmetic(ops), distances) * inside
    total = ops.sum(weights, -1)
    # Of a window beyond the image nothing is left; it divides by 1.
    total = total + ops.greater_equal(ops.constant(0.0), ops.abs(total))
    return base + (1.0 - kernel.support), weights / total


def _resize_antialiased(kernel: Filter, ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] with antialias=True to real [N, height, width, depth]; gray first, rounded."""
    pixels = image
    if shape.depth == 1:
        gray = to_grey_levels(ops, image, 1, LUMA_601)
        pixels = ops.reshape(gray, (-1, ops.size(image, 1), ops.size(image, 2), 1))
    low = resize_axis(ops, pixels, shape.rows, shape.depth, kernel)
    return resize_columns(ops, low, shape, kernel)


def resize_area_like_tensorflow(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] to means over output pixels' areas, real [N, height, width, depth]."""
    rows, row_weights = compute_coverage(ops, ops.size(image, 1), shape.rows)
    columns, column_weights = compute_coverage(ops, ops.size(image, 2), shape.columns)
    bands = to_grey_levels(ops, gather_bands(ops, image, rows, shape.height, 3), shape.depth, LUMA_601)
    bands = ops.reshape(bands, (-1, shape.height, ops.size(rows, 1), ops.size(image, 2) * float(shape.depth)))
    means = weight_bands(ops, row_weights / ops.size(image, 1), bands, shape.height)
    means = ops.reshape(means, (-1, shape.height, ops.size(image, 2), shape.depth))
    bands = gather_bands(ops, lay_columns(ops, means, shape.depth), columns, shape.width, 1)
    means = weight_bands(ops, column_weights / ops.size(image, 2), bands, shape.width)
    return lay_rows(ops, means, shape.height, shape)


resize_like_tensorflow: Final[ResizeFunction] = partial(_interpolate, _weigh_pair, 2)
resize_cubic_like_tensorflow: Final[ResizeFunction] = partial(_interpolate, _weigh_cubic, 4)
resize_lanczos_like_tensorflow: Final[ResizeFunction] = partial(_interpolate, _weigh_lanczos, 6)
antialias_like_tensorflow: Final[ResizeFunction] = partial(_resize_antialiased, TRIANGLE)
antialias_cubic_like_tensorflow: Final[ResizeFunction] = partial(_resize_antialiased, CUBIC)
antialias_lanczos_like_tensorflow: Final[ResizeFunction] = partial(_resize_antialiased, LANCZOS)
