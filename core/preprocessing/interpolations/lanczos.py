"""Lanczos interpolation: antialiased with three lobes, or as the library does it that `like` names."""

from __future__ import annotations

from functools import partial
from typing import Final

from webparity.preprocessing.interpolations.bilinear import resize_antialiased
from webparity.preprocessing.like.opencv_wide import resize_lanczos_like_opencv
from webparity.preprocessing.like.pillow import resize_lanczos_like_pillow
from webparity.preprocessing.like.tensorflow import antialias_lanczos_like_tensorflow, resize_lanczos_like_tensorflow
from webparity.preprocessing.methods import Interpolation, ResizeFunction
from webparity.preprocessing.resizing.filters import LANCZOS

resize_lanczos: Final[ResizeFunction] = partial(resize_antialiased, kernel=LANCZOS)

INTERPOLATION = Interpolation(
    name="lanczos",
    description="antialiased, three lobes; with `like`, that library's own (OpenCV's has four)",
    resize={
        None: resize_lanczos,
        "pillow": resize_lanczos_like_pillow,
        "opencv": resize_lanczos_like_opencv,
        "tensorflow": resize_lanczos_like_tensorflow,
    },
    antialiased={"tensorflow": antialias_lanczos_like_tensorflow},
    windowed=True,
)
