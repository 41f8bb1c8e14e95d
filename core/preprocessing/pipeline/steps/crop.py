"""Crop: the middle of the image, or a rectangle of it."""

from __future__ import annotations

import numpy as np

from webparity.errors import UsageError
from webparity.preprocessing.pipeline.keys import Key
from webparity.preprocessing.pipeline.kinds import Options, Shape, StepKind
from webparity.preprocessing.pipeline.placing import find_start, require_size
from webparity.preprocessing.validation import MAX_SIDE
from webparity.tensor_ops.ops import Ops, T


def crop(ops: Ops[T], pixels: T, options: Options, shape: Shape) -> T:
    """Cut pixels [N, *shape] of a known size."""
    for axis, name, side in ((1, "height", shape.height), (2, "width", shape.width)):
        start = find_start(options, axis, side)
        pixels = ops.take(pixels, ops.constant(np.arange(float(options[name])) + start), axis)
    return pixels


def _reshape(options: Options, shape: Shape) -> Shape:
    for axis, name, side in ((1, "height", shape.height), (2, "width", shape.width)):
        start = find_start(options, axis, side)
        if start < 0 or start + options[name] > side:
            raise UsageError(
                f"Expected a crop within {shape.height} x {shape.width} pixels; received `crop.{name}` = "
                f"{options[name]} from pixel {start} on. Make it smaller, or use the step 'pad'."
            )
    return Shape(options["height"], options["width"], shape.depth)


STEP = StepKind(
    name="crop",
    description="cuts the middle out, or the rectangle from `top` and `left` on; before the resize: to a square",
    stage="levels",
    keys={
        "height": Key(kind="integer", least=1, most=MAX_SIDE, description="height that is kept, in pixels"),
        "width": Key(kind="integer", least=1, most=MAX_SIDE, description="width that is kept, in pixels"),
        "top": Key(kind="integer", least=0, most=MAX_SIDE, description="first row, instead of the middle"),
        "left": Key(kind="integer", least=0, most=MAX_SIDE, description="first column, instead of the middle"),
        "square": Key(kind="boolean", description="before the resize: the largest square in the middle"),
        "like": Key(
            kind="choice",
            choices=("torchvision", "pillow", "keras", "huggingface"),
            default="torchvision",
            description="how half a pixel is rounded: torchvision to even, the others down",
        ),
    },
    apply=crop,
    reshape=_reshape,
    check=require_size("crop"),
)
