"""Nearest-neighbour interpolation: one input pixel for each output pixel."""

from __future__ import annotations

from webparity.preprocessing.gray import to_gray
from webparity.preprocessing.like.opencv_wide import resize_nearest_like_opencv
from webparity.preprocessing.like.pillow import resize_nearest_like_pillow
from webparity.preprocessing.methods import Interpolation, OutputShape
from webparity.tensor_ops.ops import Ops, T


def resize_nearest(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] to real [N, height, width, depth]; gray is not rounded."""
    pixels = resize_nearest_like_pillow(ops, image, shape.with_depth(3))
    return pixels if shape.depth == 3 else ops.reshape(to_gray(ops, pixels), (-1, shape.height, shape.width, 1))


INTERPOLATION = Interpolation(
    name="nearest",
    description="the input pixel under each output pixel's centre; OpenCV's: under its top left corner",
    resize={
        None: resize_nearest,
        "pillow": resize_nearest_like_pillow,
        "opencv": resize_nearest_like_opencv,
        "tensorflow": resize_nearest_like_pillow,
    },
    windowed=True,
)
