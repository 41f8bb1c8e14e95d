"""Bicubic interpolation (Keys, 1981): antialiased, or as the library does it that `like` names."""

from __future__ import annotations

from functools import partial
from typing import Final

from webparity.preprocessing.interpolations.bilinear import resize_antialiased
from webparity.preprocessing.like.opencv_wide import resize_cubic_like_opencv
from webparity.preprocessing.like.pillow import resize_cubic_like_pillow
from webparity.preprocessing.like.tensorflow import antialias_cubic_like_tensorflow, resize_cubic_like_tensorflow
from webparity.preprocessing.methods import Interpolation, ResizeFunction
from webparity.preprocessing.resizing.filters import CUBIC

resize_bicubic: Final[ResizeFunction] = partial(resize_antialiased, kernel=CUBIC)

INTERPOLATION = Interpolation(
    name="bicubic",
    description="antialiased bicubic (a = -0.5); with `like`, that library's own",
    resize={
        None: resize_bicubic,
        "pillow": resize_cubic_like_pillow,
        "opencv": resize_cubic_like_opencv,
        "tensorflow": resize_cubic_like_tensorflow,
    },
    antialiased={"tensorflow": antialias_cubic_like_tensorflow},
    windowed=True,
)
