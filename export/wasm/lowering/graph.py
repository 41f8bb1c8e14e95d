"""Lowering of a whole ONNX graph, node after node; what only constants decide is computed at export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import onnx
from onnx import GraphProto, NodeProto, helper, numpy_helper

from webparity.errors import UnsupportedModelError
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.constant_folding import fold_node
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.registry import OPERATORS
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.models import refusals

_ONNX_DOMAINS = {"", "ai.onnx"}


def lower_graph(
    builder: Builder, graph: GraphProto, inputs: Mapping[str, OrderedTensor], opset: int
) -> list[OrderedTensor]:
    """Append the instructions of a graph to a program.

    Args:
        builder: of the program.
        graph: in topological order.
        inputs: the graph's inputs by name, of static shapes; those that are missing must be initializers.
        opset: version of ONNX's operators.

    Returns:
        The graph's outputs.

    Raises:
        UnsupportedModelError: an operator cannot be computed by a program; names it and its layer.
    """
    tensors: dict[str, OrderedTensor] = dict(inputs)
    for initializer in graph.initializer:
        tensors.setdefault(initializer.name, builder.read_initializer(initializer.name, _read(initializer)))
    needed = _find_needed(graph)
    for node in graph.node:
        if not needed.isdisjoint(node.output):
            results = _lower_node(builder, node, tensors, needed, opset)
            tensors.update(zip(node.output, results, strict=False))
    return [tensors[output.name] for output in graph.output]


def _read(tensor: onnx.TensorProto) -> Any:
    return numpy_helper.to_array(tensor)


def _find_needed(graph: GraphProto) -> set[str]:
    """Find the tensors that the outputs depend on."""
    needed = {output.name for output in graph.output}
    for node in reversed(graph.node):
        if not needed.isdisjoint(node.output):
            needed.update(name for name in node.input if name)
    return needed


def _lower_node(
    builder: Builder, proto: NodeProto, tensors: Mapping[str, OrderedTensor], needed: set[str], opset: int
) -> Sequence[OrderedTensor]:
    inputs = [tensors[name] if name else None for name in proto.input]
    try:
        folded = fold_node(proto, inputs, opset)
        if folded is not None:
            return [builder.make_constant(each) for each in folded]
        lower = _find_lowering(proto)
        wanted = [place for place, name in enumerate(proto.output) if name in needed]
        node = Node(
            op_type=proto.op_type,
            name=proto.name or (proto.output[0] if proto.output else proto.op_type),
            inputs=inputs,
            attributes={each.name: helper.get_attribute_value(each) for each in proto.attribute},
            opset=opset,
            output_count=max(wanted) + 1 if proto.op_type != "Split" else len(proto.output),
        )
        return lower(builder, node)
    except NotCompiledError as error:
        raise make_refusal(proto, error) from error


def _find_lowering(proto: NodeProto) -> Lowering:
    if proto.domain not in _ONNX_DOMAINS or proto.op_type not in OPERATORS:
        raise NotCompiledError("programs do not have it")
    return OPERATORS[proto.op_type]


def make_refusal(node: NodeProto, error: NotCompiledError) -> UnsupportedModelError:
    """Make the error for a node that a program cannot compute."""
    name = node.name or (node.output[0] if node.output else "")
    return refusals.OPERATOR(f"{node.op_type} of {name or 'the graph'}: {error}")
