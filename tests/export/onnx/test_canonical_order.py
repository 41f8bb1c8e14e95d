from __future__ import annotations

import numpy as np
from onnx import GraphProto, TensorProto, helper, numpy_helper

from webparity.export.onnx.canonical_order import canonicalize


def _make_graph(counter: int, *, turned: bool) -> GraphProto:
    def make_name(base: str) -> str:
        return f"{base}__{counter}"

    constants = [
        numpy_helper.from_array(np.float32([1.0]), make_name("one")),
        numpy_helper.from_array(np.float32([2.0]), make_name("two")),
        numpy_helper.from_array(np.float32([3.0]), make_name("unused")),
    ]
    nodes = [
        helper.make_node("Add", ["x", make_name("one")], [make_name("a")]),
        helper.make_node("Mul", ["x", make_name("two")], [make_name("b")]),
        helper.make_node("Sub", ["x", "x"], [make_name("nobody")]),
        helper.make_node("Concat", [make_name("a"), make_name("b")], ["y"], axis=0),
    ]
    if turned:
        constants.reverse()
        nodes = [nodes[1], nodes[0], nodes[3], nodes[2]]
    value = helper.make_tensor_value_info
    return helper.make_graph(
        nodes, "g", [value("x", TensorProto.FLOAT, [1])], [value("y", TensorProto.FLOAT, [2])], constants
    )


def test_counters_order_and_unused_nodes_do_not_change_the_bytes() -> None:
    graphs = [_make_graph(7, turned=False), _make_graph(1234, turned=True)]
    for graph in graphs:
        canonicalize(graph)
    assert graphs[0].SerializeToString(deterministic=True) == graphs[1].SerializeToString(deterministic=True)
    assert [node.op_type for node in graphs[0].node] == ["Add", "Mul", "Concat"]
    assert [tensor.name for tensor in graphs[0].initializer] == ["a/input1", "b/input1"]
    assert (graphs[0].input[0].name, graphs[0].output[0].name) == ("x", "y")


def test_different_constants_stay_different() -> None:
    graph = _make_graph(1, turned=False)
    graph.initializer[0].CopyFrom(numpy_helper.from_array(np.float32([9.0]), "one__1"))
    other = _make_graph(1, turned=False)
    for each in (graph, other):
        canonicalize(each)
    assert graph.SerializeToString(deterministic=True) != other.SerializeToString(deterministic=True)


def test_identity_nodes_are_removed() -> None:
    value = helper.make_tensor_value_info
    nodes = [
        helper.make_node("Relu", ["x"], ["made"]),
        helper.make_node("Identity", ["made"], ["y"]),
        helper.make_node("Identity", ["made"], ["between"]),
        helper.make_node("Neg", ["between"], ["z"]),
        helper.make_node("Identity", ["z"], ["again"]),
        helper.make_node("Identity", ["x"], ["input"]),
    ]
    outputs = [value(name, TensorProto.FLOAT, [1]) for name in ("y", "z", "again", "input")]
    graph = helper.make_graph(nodes, "g", [value("x", TensorProto.FLOAT, [1])], outputs)
    canonicalize(graph)
    assert [(node.op_type, list(node.input), list(node.output)) for node in graph.node] == [
        ("Relu", ["x"], ["y"]),
        ("Neg", ["y"], ["z"]),
        # An output needs a node of its own: one of these has the other's value, one the input's.
        ("Identity", ["z"], ["again"]),
        ("Identity", ["x"], ["input"]),
    ]
