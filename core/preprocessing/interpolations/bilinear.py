"""Bilinear interpolation: antialiased, or as the library does it that `like` names."""

from __future__ import annotations

from webparity.preprocessing.gray import to_gray
from webparity.preprocessing.like.opencv import resize_linear_like_opencv
from webparity.preprocessing.like.pillow import resize_like_pillow
from webparity.preprocessing.like.tensorflow import antialias_like_tensorflow, resize_like_tensorflow
from webparity.preprocessing.methods import Interpolation, OutputShape
from webparity.preprocessing.resizing.filters import TRIANGLE, Filter
from webparity.preprocessing.resizing.resize import resize_axis, resize_columns
from webparity.tensor_ops.ops import Ops, T


def resize_antialiased(ops: Ops[T], image: T, shape: OutputShape, kernel: Filter = TRIANGLE) -> T:
    """Resize uint8 [N, H, W, 3] by an antialiased filter of Pillow's to real [N, height, width, depth], not rounded.

    Rows are gathered while still bytes, so the cost is linear in the number of input pixels.
    """
    low = resize_axis(ops, image, shape.rows, 3, kernel)
    if shape.depth == 1:
        low = ops.reshape(to_gray(ops, low), (-1, shape.height, ops.size(image, 2), 1))
    return resize_columns(ops, low, shape, kernel)


INTERPOLATION = Interpolation(
    name="bilinear",
    description="antialiased bilinear (the triangle filter, widened when shrinking); with `like`, that library's own",
    resize={
        None: resize_antialiased,
        "pillow": resize_like_pillow,
        "opencv": resize_linear_like_opencv,
        "tensorflow": resize_like_tensorflow,
    },
    antialiased={"tensorflow": antialias_like_tensorflow},
    windowed=True,
)
