"""Compilation of ONNX graphs to programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from onnx import GraphProto, TensorProto

from webparity.export.quantization.quantized_weight import QuantizedWeight
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.graph import lower_graph
from webparity.export.wasm.passes.dead_code import eliminate_dead_code
from webparity.export.wasm.passes.fuse import fuse_layers
from webparity.export.wasm.passes.pack import pack_layers
from webparity.export.wasm.passes.recognize import recognize_activations
from webparity.export.wasm.passes.simplify import limit_ranks, merge_reshapes
from webparity.program.graph import ProgramGraph, Value


def append_graph(
    program: ProgramGraph,
    graph: GraphProto,
    inputs: Mapping[str, Value],
    opset: int,
    quantized: Mapping[str, QuantizedWeight] | None = None,
    *,
    initializers: Iterable[TensorProto] = (),
) -> list[Value]:
    """Append an ONNX graph to a program.

    Args:
        program: its instructions compute the inputs.
        graph: in topological order, of float32 or float64.
        inputs: the graph's inputs by name, their axes in ONNX's order.
        opset: version of ONNX's operators.
        quantized: initializers that the file keeps in fewer bits, by name, in TensorFlow's layout.
        initializers: further ones than the graph's; those that it does not read are left out.

    Returns:
        The graph's outputs, their axes in ONNX's order.

    Raises:
        UnsupportedModelError: an operator cannot be computed by a program.
    """
    builder = Builder(program, quantized)
    tensors = {name: builder.wrap(value) for name, value in inputs.items()}
    return [builder.arrange(output) for output in lower_graph(builder, graph, tensors, opset, initializers)]


def optimize_program(program: ProgramGraph) -> None:
    """Fuse, pack and clean a program whose outputs are set; changes it in place."""
    merge_reshapes(program)
    eliminate_dead_code(program)
    recognize_activations(program)
    eliminate_dead_code(program)
    fuse_layers(program)
    pack_layers(program)
    limit_ranks(program)
    merge_reshapes(program)
    eliminate_dead_code(program)
