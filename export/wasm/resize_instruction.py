"""The instruction that resizes the decoded image: its method, and how it places the image on the output."""

from __future__ import annotations

from typing import Final, NamedTuple

from webparity.preprocessing.fits.contain import contain
from webparity.preprocessing.fits.cover import cover
from webparity.preprocessing.fits.stretch import stretch
from webparity.preprocessing.geometry import Color
from webparity.preprocessing.interpolations.bicubic import resize_bicubic
from webparity.preprocessing.interpolations.bilinear import resize_antialiased
from webparity.preprocessing.interpolations.lanczos import resize_lanczos
from webparity.preprocessing.like.opencv import resize_area_like_opencv, resize_linear_like_opencv
from webparity.preprocessing.like.opencv_wide import resize_nearest_like_opencv
from webparity.preprocessing.like.pillow import (
    resize_cubic_like_pillow,
    resize_lanczos_like_pillow,
    resize_like_pillow,
    resize_nearest_like_pillow,
)
from webparity.preprocessing.like.tensorflow import (
    antialias_cubic_like_tensorflow,
    antialias_lanczos_like_tensorflow,
    antialias_like_tensorflow,
    resize_cubic_like_tensorflow,
    resize_lanczos_like_tensorflow,
    resize_like_tensorflow,
)
from webparity.preprocessing.method_tables import FITS, INTERPOLATIONS
from webparity.preprocessing.methods import ArrangeFunction, ResizeFunction
from webparity.preprocessing.pipeline.kinds import Options
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
    resize_nearest_like_pillow: ResizeMethod.NEAREST,
    resize_linear_like_opencv: ResizeMethod.OPENCV_LINEAR,
    resize_area_like_opencv: ResizeMethod.AREA,
    resize_nearest_like_opencv: ResizeMethod.OPENCV_NEAREST,
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
    if method.name.startswith("TENSORFLOW") or method.name in {"BILINEAR", "CUBIC", "LANCZOS"}
)
_FITS: Final[dict[ArrangeFunction | None, ResizeFit]] = {
    stretch: ResizeFit.STRETCH,
    cover: ResizeFit.COVER,
    contain: ResizeFit.CONTAIN,
}
# Whose halves are rounded to even (`geometry.halve`), and who does not round sides to the nearest.
_TO_EVEN: Final = frozenset({"own", "pillow", "torchvision"})
_HALF_TO_EVEN: Final = 1
_NEAREST_SIDE: Final = 2


class ResizeInstruction(NamedTuple):
    """What the instruction gets.

    Attributes:
        method: the interpolation.
        shape: of its output: height, width, channels.
        placing: none where the image is stretched, else fit, shorter side, rounding and color.
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
        function, manner, fit = INTERPOLATIONS[spec.resize].resize[spec.like], spec.like or "own", spec.fit
        method = _METHODS.get(function)
        placing = _place(fit, manner, (0.0,))
        size = (spec.height, spec.width, spec.depth)
    else:
        resize, depth = plan.resize, 1 if plan.gray_first else 3
        method = _METHODS.get(find_resize_function(resize))
        if plan.square is not None:
            return None
        if plan.window is None:
            size = (resize["height"], resize["width"], depth)
            placing = _place(resize["fit"], resize["like"], plan.color)
        else:
            size = (plan.window["height"], plan.window["width"], depth)
            placing = _place_window(plan.resize, plan.window, plan.color)
    return None if method is None or placing is None else ResizeInstruction(method, size, placing)


def _place(name: str, manner: str, color: Color) -> tuple[int, ...] | None:
    fit = _FITS.get(FITS[name].arrange)
    if fit is ResizeFit.STRETCH:
        return ()
    # Keras cuts or pads the image before it is resized, and TensorFlow's users cut it.
    if fit is None or manner == "keras" or (fit is ResizeFit.COVER and manner == "tensorflow"):
        return None
    nearest = _NEAREST_SIDE if manner != "tensorflow" else 0
    return _encode(fit, 1, (_HALF_TO_EVEN if manner in _TO_EVEN else 0) + nearest, color)


def _place_window(resize: Options, window: Options, color: Color) -> tuple[int, ...] | None:
    if "shorter" not in resize:
        return None
    rounding = _HALF_TO_EVEN if window.get("like", "keras") in _TO_EVEN else 0
    return _encode(ResizeFit.SHORTER, resize["shorter"], rounding, color)


def _encode(fit: ResizeFit, side: int, rounding: int, color: Color) -> tuple[int, ...] | None:
    if any(level != int(level) for level in color):
        return None
    levels = [int(level) for level in color] * (3 // len(color))
    return (int(fit), side, rounding, sum(level << 8 * place for place, level in enumerate(levels)))
