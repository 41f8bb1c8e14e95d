"""Nearest-neighbour interpolation: one input pixel for each output pixel."""

from __future__ import annotations

from webparity.preprocessing.geometry import Window
from webparity.preprocessing.gray import LUMA_601, to_gray
from webparity.preprocessing.integers import clamp
from webparity.preprocessing.like.nearest.copying import copy_places
from webparity.preprocessing.like.nearest.opencv import resize_nearest_like_opencv
from webparity.preprocessing.like.nearest.pillow import find_centers, resize_nearest_like_pillow
from webparity.preprocessing.like.nearest.tensorflow import resize_nearest_like_tensorflow
from webparity.preprocessing.methods import Interpolation, OutputShape
from webparity.tensor_ops.ops import Ops, T


def resize_nearest(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] to real [N, height, width, depth]; gray is not rounded."""
    pixels = copy_places(ops, image, shape.with_depth(3), _find_places, LUMA_601)
    return pixels if shape.depth == 3 else ops.reshape(to_gray(ops, pixels), (-1, shape.height, shape.width, 1))


def _find_places(ops: Ops[T], in_size: T, window: Window) -> T:
    """Find the pixels under the output centers; of two that are as near, the later one."""
    return clamp(ops, find_centers(ops, in_size, window)[0], in_size - 1.0)


INTERPOLATION = Interpolation(
    name="nearest",
    description="the input pixel under each output pixel's centre; OpenCV's: under its top left corner",
    resize={
        None: resize_nearest,
        "pillow": resize_nearest_like_pillow,
        "opencv": resize_nearest_like_opencv,
        "tensorflow": resize_nearest_like_tensorflow,
    },
    windowed=True,
)
