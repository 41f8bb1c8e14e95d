"""Lowering of a whole ONNX graph, node after node; what only constants decide is computed at export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from onnx import AttributeProto, GraphProto, NodeProto, TensorProto, helper, numpy_helper

from webparity.errors import UnsupportedModelError
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.constant_folding import fold_node
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.registry import ML_OPERATORS, OPERATORS
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.models import refusals

_BY_DOMAIN = {"": OPERATORS, "ai.onnx": OPERATORS, "ai.onnx.ml": ML_OPERATORS}


def lower_graph(
    builder: Builder,
    graph: GraphProto,
    inputs: Mapping[str, OrderedTensor],
    opset: int,
    initializers: Iterable[TensorProto] = (),
) -> list[OrderedTensor]:
    """Append the instructions of a graph to a program.

    Args:
        builder: of the program.
        graph: in topological order.
        inputs: the graph's inputs by name, of static shapes; those that are missing must be initializers.
        opset: version of ONNX's operators.
        initializers: further ones than the graph's; those that it does not read are left out.

    Returns:
        The graph's outputs.

    Raises:
        UnsupportedModelError: an operator cannot be computed by a program; names it and its layer.
    """
    tensors: dict[str, OrderedTensor] = dict(inputs)
    needed = _find_needed(graph)
    further = (each for each in initializers if each.name in needed)
    for initializer in (*graph.initializer, *further):
        tensors.setdefault(initializer.name, builder.read_initializer(initializer.name, _read(initializer)))

    def lower_branch(branch: GraphProto) -> list[OrderedTensor]:
        return lower_graph(builder, branch, tensors, opset)

    for node in graph.node:
        if not needed.isdisjoint(node.output):
            results = _lower_node(builder, node, tensors, _Surroundings(needed, opset, lower_branch))
            tensors.update(zip(node.output, results, strict=False))
    return [tensors[output.name] for output in graph.output]


@dataclass(frozen=True)
class _Surroundings:
    """What a node gets of its graph.

    Attributes:
        needed: tensors that the outputs depend on.
        opset: version of ONNX's operators.
        lower_branch: lowers a graph within the node, which sees the tensors of this one.
    """

    needed: set[str]
    opset: int
    lower_branch: Callable[[GraphProto], list[OrderedTensor]]


def _read(tensor: TensorProto) -> Any:
    if tensor.data_type == TensorProto.FLOAT and tensor.HasField("raw_data"):
        # The same as below, without a copy of large weights.
        return np.frombuffer(tensor.raw_data, "<f4").reshape(tensor.dims)
    return numpy_helper.to_array(tensor)


def _find_needed(graph: GraphProto) -> set[str]:
    """Find the tensors that the outputs depend on."""
    needed = {output.name for output in graph.output}
    for node in reversed(graph.node):
        if not needed.isdisjoint(node.output):
            needed.update(_list_inputs(node))
    return needed


def _list_inputs(node: NodeProto) -> Iterator[str]:
    """List the tensors that a node reads, those that graphs within it read too."""
    yield from filter(None, node.input)
    for attribute in node.attribute:
        if attribute.type == AttributeProto.GRAPH:
            yield from (output.name for output in attribute.g.output)
            for inner in attribute.g.node:
                yield from _list_inputs(inner)


def _lower_node(
    builder: Builder, proto: NodeProto, tensors: Mapping[str, OrderedTensor], around: _Surroundings
) -> Sequence[OrderedTensor]:
    inputs = [tensors[name] if name else None for name in proto.input]
    try:
        folded = fold_node(proto, inputs, around.opset)
        if folded is not None:
            return [builder.make_constant(each) for each in folded]
        lower = _find_lowering(proto)
        wanted = [place for place, name in enumerate(proto.output) if name in around.needed]
        node = Node(
            op_type=proto.op_type,
            name=proto.name or (proto.output[0] if proto.output else proto.op_type),
            inputs=inputs,
            attributes={each.name: helper.get_attribute_value(each) for each in proto.attribute},
            opset=around.opset,
            output_count=max(wanted) + 1 if proto.op_type != "Split" else len(proto.output),
            lower_branch=around.lower_branch,
        )
        return lower(builder, node)
    except NotCompiledError as error:
        raise make_refusal(proto, error) from error


def _find_lowering(proto: NodeProto) -> Lowering:
    lowering = _BY_DOMAIN.get(proto.domain, {}).get(proto.op_type)
    if lowering is None:
        raise NotCompiledError("programs do not have it")
    return lowering


def make_refusal(node: NodeProto, error: NotCompiledError) -> UnsupportedModelError:
    """Make the error for a node that a program cannot compute."""
    name = node.name or (node.output[0] if node.output else "")
    return refusals.OPERATOR(f"{node.op_type} of {name or 'the graph'}: {error}")
