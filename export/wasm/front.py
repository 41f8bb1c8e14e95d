"""The front of a program: from the decoded image to the tap `pixels` and to the values that a model takes."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from webparity.errors import ExportError
from webparity.preprocessing.graph import normalize, normalize_in_double_float
from webparity.preprocessing.interpolations.bilinear import resize_antialiased
from webparity.preprocessing.like.opencv import resize_area_like_opencv, resize_linear_like_opencv
from webparity.preprocessing.like.pillow import resize_like_pillow
from webparity.preprocessing.like.tensorflow import resize_like_tensorflow
from webparity.preprocessing.method_tables import INTERPOLATIONS
from webparity.preprocessing.methods import ResizeFunction
from webparity.preprocessing.pipeline.describe import describe_steps
from webparity.preprocessing.pipeline.resizing import find_resize_function
from webparity.preprocessing.pipeline.run import apply_levels
from webparity.preprocessing.spec import Preprocessing
from webparity.program.graph import ProgramGraph, Value
from webparity.program.opcodes import Opcode, ResizeMethod
from webparity.tensor_ops.tracers.to_program import ProgramOps

# What the instruction computes as one piece; it knows no other.
_METHODS: Final[dict[ResizeFunction, ResizeMethod]] = {
    resize_antialiased: ResizeMethod.BILINEAR,
    resize_like_pillow: ResizeMethod.PILLOW,
    resize_linear_like_opencv: ResizeMethod.OPENCV_LINEAR,
    resize_area_like_opencv: ResizeMethod.AREA,
    resize_like_tensorflow: ResizeMethod.TENSORFLOW,
}
_UNROUNDED: Final = frozenset({ResizeMethod.BILINEAR, ResizeMethod.TENSORFLOW})
_STRETCH: Final = 0


class Front(NamedTuple):
    """A program under construction.

    Attributes:
        graph: its instructions so far.
        pixels: float32 [1, height, width, depth], in grey levels.
        values: float32 [1, *values_shape], the input of a model.
    """

    graph: ProgramGraph
    pixels: Value
    values: Value


def find_front_refusal(spec: Preprocessing) -> str | None:
    """Explain why preprocessing has no form in programs; None if it has."""
    function, fit = _find_resize(spec)
    plan = spec.plan
    if function in _METHODS and fit == "stretch" and (plan is None or (plan.square is None and plan.window is None)):
        return None
    if plan is None:
        received = f"resize={spec.resize!r}, like={spec.like!r}, fit={spec.fit!r}"
    else:
        received = describe_steps([step for step in plan.steps if step.step in {"resize", "crop", "pad"}])
    return f"Expected a resize that the module has; received {received}. Export onnx or tfjs-graph: --target onnx."


def _find_resize(spec: Preprocessing) -> tuple[ResizeFunction, str]:
    """Find the function that resizes, and the fit."""
    if (plan := spec.plan) is not None:
        return find_resize_function(plan.resize), plan.resize["fit"]
    return INTERPOLATIONS[spec.resize].resize[spec.like], spec.fit


def trace_front(spec: Preprocessing, *, in_float64: bool = False, unrounded: bool = False) -> Front:
    """Trace the preprocessing.

    Args:
        spec: the preprocessing.
        in_float64: normalize in float64 and round once, as scikit-learn's transformer does: for classifiers. HOG, and
            the input of networks, is computed in float32.
        unrounded: with `in_float64`, take the pixels before they are rounded to the float32 of the tap: some
            classifiers tell them apart.

    Raises:
        ExportError: an interpolation or a fit that the module does not have.
    """
    if refusal := find_front_refusal(spec):
        raise ExportError(refusal)
    ops = ProgramOps(ProgramGraph())
    method, plan = _METHODS[_find_resize(spec)[0]], spec.plan
    depth = spec.depth if plan is None else 1 if plan.gray_first else 3
    size = (spec.height, spec.width) if plan is None else (plan.resize["height"], plan.resize["width"])
    # What acts on grey levels behind the resize is computed in float32.
    plain = spec.hog is None and (plan is None or not (plan.levels or any(a.kind.name == "hog" for a in plan.values)))
    wide = in_float64 and unrounded and plain and spec.channels != "bgr" and method in _UNROUNDED
    shape = (1, *size, depth)
    resized = ops.wrap(
        ops.emit(Opcode.RESIZE_IMAGE, [], shape, "float64" if wide else "float32", int(method), _STRETCH)
    )
    if plan is not None:
        resized = apply_levels(ops, resized, plan)
    elif spec.channels == "bgr":
        resized = ops.take(resized, ops.constant(np.array([2.0, 1.0, 0.0])), 3)
    pixels = ops.to_float32(resized)
    pixels.value.name = "pixels"
    normalise = normalize_in_double_float if in_float64 else normalize
    values = ops.reshape(normalise(ops, resized, spec), (1, *spec.values_shape))
    return Front(ops.graph, pixels.value, values.value)
