"""The front of a program: from the decoded image to the tap `pixels` and to the values that a model takes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from webparity.errors import ExportError
from webparity.export.wasm.resize_instruction import UNROUNDED, find_instruction
from webparity.preprocessing.graph import normalize, normalize_in_double_float
from webparity.preprocessing.pipeline.describe import describe_steps
from webparity.preprocessing.pipeline.run import apply_levels
from webparity.preprocessing.spec import Preprocessing
from webparity.program.graph import ProgramGraph, Value
from webparity.program.opcodes import Opcode
from webparity.tensor_ops.tracers.to_program import ProgramOps


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
    plan = spec.plan
    if find_instruction(spec) is not None:
        return None
    if plan is None:
        received = f"resize={spec.resize!r}, like={spec.like!r}, fit={spec.fit!r}"
    else:
        received = describe_steps([step for step in plan.steps if step.step in {"resize", "crop", "pad"}])
    return f"Expected a resize that the module has; received {received}. Export onnx or tfjs-graph: --target onnx."


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
    instruction = find_instruction(spec)
    if instruction is None:
        raise ExportError(f"{find_front_refusal(spec)}")
    ops = ProgramOps(ProgramGraph())
    plan = spec.plan
    # What acts on grey levels behind the resize is computed in float32.
    plain = spec.hog is None and (plan is None or not (plan.levels or any(a.kind.name == "hog" for a in plan.values)))
    wide = in_float64 and unrounded and plain and spec.channels != "bgr" and instruction.method in UNROUNDED
    shape = (1, *instruction.shape)
    resized = ops.wrap(ops.emit(Opcode.RESIZE_IMAGE, [], shape, "float64" if wide else "float32", *instruction.numbers))
    if plan is not None:
        resized = apply_levels(ops, resized, plan)
    elif spec.channels == "bgr":
        resized = ops.take(resized, ops.constant(np.array([2.0, 1.0, 0.0])), 3)
    pixels = ops.to_float32(resized)
    pixels.value.name = "pixels"
    normalise = normalize_in_double_float if in_float64 else normalize
    values = ops.reshape(normalise(ops, resized, spec), (1, *spec.values_shape))
    return Front(ops.graph, pixels.value, values.value)
