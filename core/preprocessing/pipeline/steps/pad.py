"""Pad: more pixels of one color around the image."""

from __future__ import annotations

import numpy as np

from webparity.errors import UsageError
from webparity.preprocessing.pipeline.keys import Key
from webparity.preprocessing.pipeline.kinds import Options, Shape, StepKind
from webparity.preprocessing.pipeline.placing import find_start, make_color, require_size
from webparity.preprocessing.validation import MAX_SIDE
from webparity.tensor_ops.ops import Ops, T


def pad(ops: Ops[T], pixels: T, options: Options, shape: Shape) -> T:
    """Pad pixels [N, *shape] of a known size."""
    fill = ops.constant(np.array(make_color(options, shape.depth)))
    for axis, name, side in ((1, "height", shape.height), (2, "width", shape.width)):
        places = np.arange(float(options[name])) + find_start(options, axis, side)
        inside = ((places >= 0) & (places < side)).astype(float)
        inside = inside.reshape((1, -1, 1, 1) if axis == 1 else (1, 1, -1, 1))
        taken = ops.take(pixels, ops.constant(np.clip(places, 0, side - 1)), axis)
        pixels = taken * ops.constant(inside) + fill * ops.constant(1.0 - inside)
    return pixels


def _reshape(options: Options, shape: Shape) -> Shape:
    for name, side in (("height", shape.height), ("width", shape.width)):
        if options[name] < side:
            raise UsageError(
                f"Expected `pad.{name}` of at least {side} pixels, the image's; received {options[name]}. "
                "Make it larger, or use the step 'crop'."
            )
    return Shape(options["height"], options["width"], shape.depth)


STEP = StepKind(
    name="pad",
    description="puts the image in the middle of a larger one of a color; before the resize: of a square",
    stage="levels",
    keys={
        "height": Key(kind="integer", least=1, most=MAX_SIDE, description="the new height, in pixels"),
        "width": Key(kind="integer", least=1, most=MAX_SIDE, description="the new width, in pixels"),
        "top": Key(kind="integer", least=0, most=MAX_SIDE, description="rows in front, instead of half"),
        "left": Key(kind="integer", least=0, most=MAX_SIDE, description="columns in front, instead of half"),
        "square": Key(kind="boolean", description="before the resize: to the smallest square"),
        "color": Key(kind="numbers", least=0, most=255, description="grey levels of the color; black by default"),
    },
    apply=pad,
    reshape=_reshape,
    check=require_size("pad"),
)
