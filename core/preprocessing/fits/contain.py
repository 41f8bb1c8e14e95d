"""Contain: the whole image, in its aspect ratio, in the middle of the output; the rest is filled with a color."""

from __future__ import annotations

from webparity.preprocessing.geometry import (
    Arrangement,
    Color,
    Window,
    arrange_whole,
    halve,
    make_tensor,
    pad_to_aspect,
    scale_length,
)
from webparity.preprocessing.integers import divide_round_half_even
from webparity.preprocessing.methods import Fit
from webparity.tensor_ops.ops import Ops, T


def contain(ops: Ops[T], image: T, size: tuple[int, int], manner: str, color: Color) -> Arrangement:
    """Place the whole image within height x width.

    Keras pads the image first (`pad_to_aspect_ratio`), so that the resize mixes the color in at the edges. Others
    resize first: TensorFlow's `resize_with_pad` rounds sizes down, Pillow's `ImageOps.pad` and letterboxes with OpenCV
    to the nearest.
    """
    height, width = size
    if manner == "keras":
        return arrange_whole(pad_to_aspect(ops, image, height, width, color), height, width)
    rows, columns = ops.size(image, 1), ops.size(image, 2)
    wide = ops.greater_equal(columns * float(height), rows * float(width))
    nearest = manner != "tensorflow"
    low_rows = _scale(ops, rows, float(width), columns, nearest=nearest)
    slim_columns = _scale(ops, columns, float(height), rows, nearest=nearest)
    full_rows = (low_rows - float(height)) * wide + float(height)
    full_columns = slim_columns + (float(width) - slim_columns) * wide
    return Arrangement(image, _place(ops, height, full_rows, manner), _place(ops, width, full_columns, manner))


def _scale(ops: Ops[T], length: T, target: float, other: T, *, nearest: bool) -> T:
    if not nearest:
        return scale_length(ops, length, target, other)
    return ops.maximum(divide_round_half_even(ops, length * target, other), ops.constant(1.0))


def _place(ops: Ops[T], length: int, full: T, manner: str) -> Window:
    full = ops.minimum(full, ops.constant(float(length)))
    rest = make_tensor(ops, float(length)) - full
    return Window(length, full, ops.constant(0.0) - halve(ops, rest, manner))


FIT = Fit(
    name="contain",
    description="the whole image, in its aspect ratio, in the middle of the output; the rest is filled with a color",
    arrange=contain,
    fills=True,
)
