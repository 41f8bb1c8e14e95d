"""Program of a baked network: the resize, then the float32 ONNX graph behind the tap `pixels`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from onnx import ModelProto

from webparity.export.onnx.tail import extract_tail
from webparity.export.quantization.quantized_weight import QuantizedWeight
from webparity.export.wasm.compile import append_graph, optimize_program
from webparity.export.wasm.front import trace_front
from webparity.model_safety.onnx.structure import get_opset
from webparity.preprocessing.spec import Preprocessing
from webparity.program.graph import ProgramGraph
from webparity.taps import Tap


def build_network_program(
    model: ModelProto, spec: Preprocessing, quantized: Mapping[str, QuantizedWeight], numbers: Sequence[Tap]
) -> ProgramGraph:
    """Compile a network: the decoded image to its numbers and `pixels`, in this order.

    Args:
        model: the complete model, as the target `onnx` builds it.
        spec: its preprocessing.
        quantized: weights that the file keeps in fewer bits, by name.
        numbers: the taps but `pixels`, in the order of `ANSWER_ORDER`.

    Raises:
        ExportError: an interpolation or a fit that the module does not have.
        UnsupportedModelError: an operator that the module does not have.
    """
    front = trace_front(spec)
    program = front.graph
    tail = extract_tail(model, "pixels", (spec.height, spec.width, spec.depth), numbers, weights=False)
    answers = append_graph(
        program,
        tail.graph,
        {"pixels": front.pixels},
        get_opset(model),
        quantized,
        initializers=model.graph.initializer,
    )
    program.outputs = [*answers, front.pixels]
    optimize_program(program)
    return program
