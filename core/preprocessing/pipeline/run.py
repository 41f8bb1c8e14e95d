"""A plan's computation: from decoded pixels to grey levels, and from these to what a model takes."""

from __future__ import annotations

from typing import Any

from webparity.preprocessing.geometry import fill_outside
from webparity.preprocessing.method_tables import FITS
from webparity.preprocessing.methods import PlacedShape
from webparity.preprocessing.pipeline.plan import Plan
from webparity.preprocessing.pipeline.resizing import arrange, find_resize_function, prepare_image
from webparity.tensor_ops.ops import Ops, T


def resize_by_plan(ops: Ops[T], image: T, plan: Plan) -> T:
    """Resize uint8 [N, H, W, 3] to real grey levels of the size behind the resize."""
    if plan.square is not None:
        image = prepare_image(ops, image, *plan.square)
    arrangement = arrange(ops, image, plan.resize, plan.window, plan.color)
    shape = PlacedShape(arrangement.rows, arrangement.columns, 1 if plan.gray_first else 3)
    resized: T = find_resize_function(plan.resize)(ops, arrangement.image, shape)
    if plan.window is not None or FITS[plan.resize["fit"]].fills:
        return fill_outside(ops, resized, arrangement, plan.color)
    return resized


def apply_levels(ops: Ops[T], pixels: T, plan: Plan) -> T:
    """Apply the steps on grey levels: to the tap `pixels`."""
    for kind, options, shape in plan.levels:
        assert kind.apply is not None
        pixels = kind.apply(ops, pixels, options, shape)
    return pixels


def apply_values(ops: Ops[T], pixels: T, plan: Plan) -> T:
    """Apply the steps on values: from the tap `pixels` to what the model takes."""
    for kind, options, shape in plan.values:
        assert kind.apply is not None
        pixels = kind.apply(ops, pixels, options, shape)
    return pixels


class DoubleFloatOps:
    """An adapter whose constants are double-float: for steps that only add, multiply, divide and sum."""

    def __init__(self, ops: Any) -> None:
        self._ops = ops

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ops, "double_float_constant" if name == "constant" else name)


def apply_values_in_double_float(ops: Ops[T], pixels: T, plan: Plan) -> T:
    """Apply the steps on values in double-float arithmetic and round once, as scikit-learn's transformer does."""
    if any(kind.name in {"hog", "standardize"} for kind, _, _ in plan.values):
        return apply_values(ops, pixels, plan)
    wide: Any = DoubleFloatOps(ops)
    return ops.to_float32(apply_values(wide, ops.to_double_float(pixels), plan))
