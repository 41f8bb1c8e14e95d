"""Program of a baked classifier: traced preprocessing followed by the lowered classifier."""

from __future__ import annotations

from webparity.export.classifiers.classifier import lower_classifier
from webparity.export.wasm.front import trace_front
from webparity.models.estimators.baked import EstimatorBaked
from webparity.preprocessing.graph import normalize_in_double_float
from webparity.program.graph import Instruction, ProgramGraph, Value
from webparity.tensor_ops.tracers.to_program import ProgramOps


def build_estimator_program(baked: EstimatorBaked) -> ProgramGraph:
    """Trace the decoded image to `probabilities`, `scores` and `pixels`, in this order.

    Raises:
        ExportError: an interpolation or a fit that the module does not have.
        UnsupportedModelError: a step or a setting that no family lowers.
    """
    graph, pixels, values = trace_front(baked.preprocessing, normalize_in_double_float)
    ops = ProgramOps(graph)
    taps = lower_classifier(ops, ops.wrap(pixels), ops.wrap(values), baked)
    outputs = [ops.reshape(taps[tap], (1, baked.classes)).value for tap in ("probabilities", "scores")]
    graph.outputs = [*outputs, pixels]
    remove_unused(graph)
    return graph


def remove_unused(graph: ProgramGraph) -> None:
    """Dead-code elimination: remove instructions whose results nothing reads."""
    needed: set[Value] = set(graph.outputs)
    graph.instructions = _keep_needed(graph.instructions, needed)
    graph.prologue = _keep_needed(graph.prologue, needed)


def _keep_needed(instructions: list[Instruction], needed: set[Value]) -> list[Instruction]:
    kept = []
    for instruction in reversed(instructions):
        if not needed.isdisjoint(instruction.outputs):
            needed.update(value for value in instruction.inputs if value is not None)
            kept.append(instruction)
    return kept[::-1]
