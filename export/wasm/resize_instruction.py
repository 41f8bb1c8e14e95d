"""The instruction that resizes the decoded image: its method, and how it places the image on the output."""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from webparity.preprocessing.fits.contain import contain
from webparity.preprocessing.fits.cover import cover
from webparity.preprocessing.fits.stretch import stretch
from webparity.preprocessing.geometry import Color
from webparity.preprocessing.interpolations.area import resize_area
from webparity.preprocessing.interpolations.bicubic import resize_bicubic
from webparity.preprocessing.interpolations.bilinear import resize_antialiased
from webparity.preprocessing.interpolations.lanczos import resize_lanczos
from webparity.preprocessing.interpolations.nearest import resize_nearest
from webparity.preprocessing.like.nearest.opencv import resize_nearest_like_opencv
from webparity.preprocessing.like.nearest.pillow import resize_nearest_like_pillow
from webparity.preprocessing.like.nearest.tensorflow import resize_nearest_like_tensorflow
from webparity.preprocessing.like.opencv import resize_area_like_opencv, resize_linear_like_opencv
from webparity.preprocessing.like.opencv_wide import resize_cubic_like_opencv, resize_lanczos_like_opencv
from webparity.preprocessing.like.pillow import (
    resize_cubic_like_pillow,
    resize_lanczos_like_pillow,
    resize_like_pillow,
)
from webparity.preprocessing.like.tensorflow import (
    antialias_cubic_like_tensorflow,
    antialias_lanczos_like_tensorflow,
    antialias_like_tensorflow,
    resize_area_like_tensorflow,
    resize_cubic_like_tensorflow,
    resize_lanczos_like_tensorflow,
    resize_like_tensorflow,
)
from webparity.preprocessing.method_tables import FITS, INTERPOLATIONS
from webparity.preprocessing.methods import ArrangeFunction, ResizeFunction
from webparity.preprocessing.pipeline.kinds import Options
from webparity.preprocessing.pipeline.placing import make_color
from webparity.preprocessing.pipeline.resizing import find_resize_function
from webparity.preprocessing.spec import Preprocessing
from webparity.program.opcodes import ResizeFit, ResizeMethod

# What the instruction computes as one piece; it knows no other.
_METHODS: Final[dict[ResizeFunction, ResizeMethod]] = {
    resize_antialiased: ResizeMethod.BILINEAR,
    resize_bicubic: ResizeMethod.CUBIC,
    resize_lanczos: ResizeMethod.LANCZOS,
    resize_like_pillow: ResizeMethod.PILLOW,
    resize_cubic_like_pillow: ResizeMethod.PILLOW_CUBIC,
    resize_lanczos_like_pillow: ResizeMethod.PILLOW_LANCZOS,
    resize_nearest: ResizeMethod.NEAREST,
    resize_area: ResizeMethod.COVERAGE,
    resize_nearest_like_pillow: ResizeMethod.PILLOW_NEAREST,
    resize_linear_like_opencv: ResizeMethod.OPENCV_LINEAR,
    resize_area_like_opencv: ResizeMethod.AREA,
    resize_nearest_like_opencv: ResizeMethod.OPENCV_NEAREST,
    resize_cubic_like_opencv: ResizeMethod.OPENCV_CUBIC,
    resize_lanczos_like_opencv: ResizeMethod.OPENCV_LANCZOS,
    resize_nearest_like_tensorflow: ResizeMethod.TENSORFLOW_NEAREST,
    resize_area_like_tensorflow: ResizeMethod.TENSORFLOW_COVERAGE,
    resize_like_tensorflow: ResizeMethod.TENSORFLOW,
    resize_cubic_like_tensorflow: ResizeMethod.TENSORFLOW_CUBIC,
    resize_lanczos_like_tensorflow: ResizeMethod.TENSORFLOW_LANCZOS,
    antialias_like_tensorflow: ResizeMethod.TENSORFLOW_TRIANGLE,
    antialias_cubic_like_tensorflow: ResizeMethod.TENSORFLOW_WIDE_CUBIC,
    antialias_lanczos_like_tensorflow: ResizeMethod.TENSORFLOW_WIDE_LANCZOS,
}
# Those that follow neither Pillow nor OpenCV, and may be float64.
UNROUNDED: Final = frozenset(
    method
    for method in ResizeMethod
    if method.name != "TENSORFLOW_NEAREST" and method.name.split("_")[0] not in {"PILLOW", "OPENCV", "AREA"}
)
_FITS: Final[dict[ArrangeFunction | None, ResizeFit]] = {
    stretch: ResizeFit.STRETCH,
    cover: ResizeFit.COVER,
    contain: ResizeFit.CONTAIN,
}
# Whose halves are rounded to even (`geometry.halve`).
_TO_EVEN: Final = frozenset({"own", "pillow", "torchvision"})
# Bits of a placing's third word: `wasm/kernels/resize_image/arrange.h`.
_HALF_TO_EVEN: Final = 1
_NEAREST_SIDE: Final = 2
_CROP_FIRST: Final = 4
_PAD_FIRST: Final = 8
_SQUARE_FIRST: Final = 16
_SIDE: Final = 1


class ResizeInstruction(NamedTuple):
    """What the instruction gets.

    Attributes:
        method: the interpolation.
        shape: of its output: height, width, channels.
        placing: none where the image is stretched, else fit, shorter side, rounding and color; with a factor, its
            lower half stands for the side, and its upper half at the end.
    """

    method: ResizeMethod
    shape: tuple[int, int, int]
    placing: tuple[int, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """Its further words."""
        return (int(self.method), len(self.placing), *self.placing)


def find_instruction(spec: Preprocessing) -> ResizeInstruction | None:
    """Find the instruction for a preprocessing's resize; None where the module has none."""
    plan = spec.plan
    if plan is None:
        function, manner = INTERPOLATIONS[spec.resize].resize[spec.like], spec.like or "own"
        method = _METHODS.get(function)
        placing = _place_fit(spec.fit, manner, (0.0,))
        size = (spec.height, spec.width, spec.depth)
    else:
        method = _METHODS.get(find_resize_function(plan.resize))
        sized: Options = plan.window or plan.resize
        size = (sized["height"], sized["width"], 1 if plan.gray_first else 3)
        if plan.window is None:
            placing = _place_fit(plan.resize["fit"], plan.resize["like"], plan.color)
        else:
            placing = _place_window(plan.resize, plan.window, plan.color)
        if plan.square is not None and placing is not None:
            placing = _prepare_square(placing, *plan.square)
    return None if method is None or placing is None else ResizeInstruction(method, size, placing)


def _place_fit(name: str, manner: str, color: Color) -> tuple[int, ...] | None:
    fit = _FITS.get(FITS[name].arrange)
    if fit is ResizeFit.STRETCH:
        return ()
    # Keras cuts or pads the image before it is resized, and TensorFlow's users cut it.
    if fit is ResizeFit.COVER and manner in {"keras", "tensorflow"}:
        return _encode(ResizeFit.STRETCH, _SIDE, _CROP_FIRST, color)
    if fit is ResizeFit.CONTAIN and manner == "keras":
        return _encode(ResizeFit.STRETCH, _SIDE, _PAD_FIRST, color)
    nearest = _NEAREST_SIDE if manner != "tensorflow" else 0
    return None if fit is None else _encode(fit, _SIDE, (_HALF_TO_EVEN if manner in _TO_EVEN else 0) + nearest, color)


def _place_window(resize: Options, window: Options, color: Color) -> tuple[int, ...] | None:
    rounding = _HALF_TO_EVEN if window.get("like", "keras") in _TO_EVEN else 0
    if "shorter" in resize:
        return _encode(ResizeFit.SHORTER, resize["shorter"], rounding, color)
    lower, upper = struct.unpack("<2I", struct.pack("<d", resize["factor"]))
    nearest = _NEAREST_SIDE if resize["like"] == "opencv" else 0
    placing = _encode(ResizeFit.FACTOR, lower, rounding + nearest, color)
    return None if placing is None else (*placing, upper)


def _prepare_square(placing: tuple[int, ...], name: str, options: Options) -> tuple[int, ...] | None:
    """Add the crop or pad to a square before the resize; None where there is another one, or another color."""
    how = _SQUARE_FIRST + (_PAD_FIRST if name == "pad" else _CROP_FIRST)
    prepared = _encode(ResizeFit.STRETCH, _SIDE, how, make_color(options, 3) if name == "pad" else (0.0,))
    if not placing or prepared is None:
        return prepared
    fit, side, rounding, color, *upper = placing
    # An image that covers the output leaves nothing to be filled.
    filled = color if fit != ResizeFit.COVER else prepared[3]
    if rounding & (_CROP_FIRST + _PAD_FIRST) or (name == "pad" and prepared[3] != filled):
        return None
    return (fit, side, rounding + how, filled, *upper)


def _encode(fit: ResizeFit, side: int, rounding: int, color: Color) -> tuple[int, ...] | None:
    if any(level != int(level) for level in color):
        return None
    levels = [int(level) for level in color] * (3 // len(color))
    return (int(fit), side, rounding, sum(level << 8 * place for place, level in enumerate(levels)))
