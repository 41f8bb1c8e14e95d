"""Common-subexpression elimination for ONNX graphs."""

from __future__ import annotations

from onnx import GraphProto, NodeProto, TensorProto


def eliminate_common_subexpressions(graph: GraphProto) -> None:
    """Replace equal nodes and equal constants by the first of them.

    Args:
        graph: changed in place; its nodes must be in topological order, deterministic and without subgraphs. Nodes that
            become unused stay in it.
    """
    outputs = {value.name for value in graph.output}
    first: dict[bytes, list[str]] = {}
    same: dict[str, str] = {}
    for tensor in graph.initializer:
        same[tensor.name] = first.setdefault(_serialize_constant(tensor), [tensor.name])[0]
    for node in graph.node:
        node.input[:] = [same.get(name, name) for name in node.input]
        kept = first.setdefault(_serialize_operation(node), list(node.output))
        # Each output of the graph needs a separate node.
        if outputs.isdisjoint(node.output):
            same.update(zip(node.output, kept, strict=True))


def _serialize_constant(tensor: TensorProto) -> bytes:
    plain = TensorProto()
    plain.CopyFrom(tensor)
    plain.ClearField("name")
    content: bytes = b"constant" + plain.SerializeToString(deterministic=True)
    return content


def _serialize_operation(node: NodeProto) -> bytes:
    plain = NodeProto()
    plain.CopyFrom(node)
    plain.ClearField("name")
    # Which outputs there are matters, their names do not.
    plain.output[:] = ["output" if name else "" for name in node.output]
    plain.attribute.sort(key=lambda attribute: attribute.name)
    work: bytes = b"node" + plain.SerializeToString(deterministic=True)
    return work
