"""Area interpolation: the mean over the area that each output pixel covers."""

from __future__ import annotations

from webparity.preprocessing.gray import to_gray
from webparity.preprocessing.like.opencv import resize_area_like_opencv
from webparity.preprocessing.like.tensorflow import resize_area_like_tensorflow
from webparity.preprocessing.methods import Interpolation, OutputShape
from webparity.tensor_ops.ops import Ops, T


def resize_area(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] to real [N, height, width, depth], not rounded."""
    pixels = resize_area_like_tensorflow(ops, image, shape.with_depth(3))
    return pixels if shape.depth == 3 else ops.reshape(to_gray(ops, pixels), (-1, shape.height, shape.width, 1))


INTERPOLATION = Interpolation(
    name="area",
    description="the mean over the area that each output pixel covers; with `like` OpenCV, INTER_AREA",
    resize={None: resize_area, "opencv": resize_area_like_opencv, "tensorflow": resize_area_like_tensorflow},
    windowed=True,
)
