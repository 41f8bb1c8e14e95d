"""Program of a baked classifier: traced preprocessing followed by the lowered classifier."""

from __future__ import annotations

from webparity.export.classifiers.classifier import lower_classifier
from webparity.export.wasm.front import trace_front
from webparity.export.wasm.passes.dead_code import eliminate_dead_code
from webparity.models.baked import list_tap_shapes
from webparity.models.estimators.baked import EstimatorBaked
from webparity.program.graph import ProgramGraph
from webparity.taps import ANSWER_ORDER
from webparity.tensor_ops.tracers.to_program import ProgramOps


def build_estimator_program(baked: EstimatorBaked) -> ProgramGraph:
    """Trace the decoded image to its numbers and `pixels`, in the order of `ANSWER_ORDER`.

    Raises:
        ExportError: an interpolation or a fit that the module does not have.
        UnsupportedModelError: a step or a setting that no family lowers.
    """
    # A model whose output jumps is compared on identical pixels: on those of the tap, which are rounded.
    graph, pixels, values = trace_front(baked.preprocessing, in_float64=True, unrounded=not baked.is_discontinuous)
    ops = ProgramOps(graph)
    taps = lower_classifier(ops, ops.wrap(pixels), ops.wrap(values), baked)
    shapes = list_tap_shapes(baked)
    outputs = [ops.reshape(taps[tap], (1, *shapes[tap])).value for tap in ANSWER_ORDER if tap in taps]
    graph.outputs = [*outputs, pixels]
    eliminate_dead_code(graph)
    return graph
