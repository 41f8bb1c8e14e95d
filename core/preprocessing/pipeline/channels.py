"""Color behind the resize, on grey levels of a known size."""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.errors import UsageError
from webparity.preprocessing.gray import LUMA_601, LUMA_OPENCV, to_gray, to_grey_levels
from webparity.preprocessing.pipeline.kinds import Options, Shape, StepKind
from webparity.preprocessing.pipeline.steps.color import LUMA
from webparity.tensor_ops.ops import Ops, T

# tf.image.rgb_to_grayscale's, which it rounds to bytes where it is given bytes.
_LUMA_TENSORFLOW: Final = (0.2989, 0.587, 0.114)


def make_color_kind(options: Options, shape: Shape) -> StepKind:
    """Find what a step `color` computes at pixels of that shape.

    Raises:
        UsageError: they are gray already, and another color is asked for.
    """
    to = options["to"]
    if to == LUMA:
        raise UsageError(
            "Expected a step 'color' with `to` = \"luma\" before the step 'resize': the decoder gives it; received it "
            "behind. Move it."
        )
    if shape.depth == 1 and to != "gray":
        raise UsageError(f"Expected color before it is made gray; received `color.to` = {to!r} behind. Remove it.")
    if shape.depth == 1 or to == "rgb":
        return _SAME
    return BGR if to == "bgr" else _GRAY


def _reverse(ops: Ops[T], pixels: T, _options: Options, _shape: Shape) -> T:
    return ops.take(pixels, ops.constant(np.array([2.0, 1.0, 0.0])), 3)


def _keep(_ops: Ops[T], pixels: T, _options: Options, _shape: Shape) -> T:
    return pixels


def _convert(ops: Ops[T], pixels: T, options: Options, shape: Shape) -> T:
    like = options.get("like", "pillow")
    if like in {"pillow", "torchvision", "opencv"}:
        gray = to_grey_levels(ops, pixels, 1, LUMA_OPENCV if like == "opencv" else LUMA_601)
    elif like == "own":
        gray = to_gray(ops, pixels)
    else:
        flat = ops.reshape(pixels, (-1, 3))
        gray = ops.matmul(flat, ops.constant(np.array(_LUMA_TENSORFLOW).reshape(3, 1)))
    return ops.reshape(gray, (-1, shape.height, shape.width, 1))


BGR: Final = StepKind(name="color", description="blue, green, red", stage="levels", keys={}, apply=_reverse)
_SAME: Final = StepKind(name="color", description="unchanged", stage="levels", keys={}, apply=_keep)
_GRAY: Final = StepKind(
    name="color",
    description="gray",
    stage="levels",
    keys={},
    apply=_convert,
    reshape=lambda _, shape: Shape(shape.height, shape.width, 1),
)
