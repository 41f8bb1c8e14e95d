"""Cover: the image keeps its aspect ratio and fills the output; what does not fit is cut off on both sides."""

from __future__ import annotations

from webparity.preprocessing.geometry import (
    Arrangement,
    Color,
    arrange_whole,
    crop_to_aspect,
    make_centred_window,
    scale_length,
)
from webparity.preprocessing.methods import Fit
from webparity.tensor_ops.ops import Ops, T


def cover(ops: Ops[T], image: T, size: tuple[int, int], manner: str, _color: Color) -> Arrangement:
    """Fill height x width.

    Keras and TensorFlow users cut the image first (`crop_to_aspect_ratio`, `smart_resize`). Others resize it to the
    smallest size that covers the output, rounded down, and cut then (torchvision's Resize and CenterCrop).
    """
    height, width = size
    if manner in {"keras", "tensorflow"}:
        return arrange_whole(crop_to_aspect(ops, image, height, width), height, width)
    rows, columns = ops.size(image, 1), ops.size(image, 2)
    # 1 where the image is wider than the output.
    wide = ops.greater_equal(columns * float(height), rows * float(width))
    tall_rows = scale_length(ops, rows, float(width), columns)
    wide_columns = scale_length(ops, columns, float(height), rows)
    full_rows = tall_rows + (float(height) - tall_rows) * wide
    full_columns = (wide_columns - float(width)) * wide + float(width)
    return Arrangement(
        image,
        make_centred_window(ops, height, ops.maximum(full_rows, ops.constant(float(height))), manner),
        make_centred_window(ops, width, ops.maximum(full_columns, ops.constant(float(width))), manner),
    )


FIT = Fit(
    name="cover",
    description="the image keeps its aspect ratio and fills the output; what does not fit is cut off at both sides",
    arrange=cover,
)
