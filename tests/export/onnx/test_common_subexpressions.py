from __future__ import annotations

import numpy as np
from onnx import GraphProto, TensorProto, checker, helper, numpy_helper

from webparity.export.onnx.canonical_order import canonicalize
from webparity.export.onnx.common_subexpressions import eliminate_common_subexpressions
from webparity.export.onnx.model import make_model_proto


def _make_graph() -> GraphProto:
    """Two equal chains, one of the same operators on another constant, and one by another attribute."""
    constants = [("a", 1.0), ("b", 1.0), ("c", 2.0)]
    nodes = [
        helper.make_node("Add", ["x", "a"], ["p"], name="first"),
        helper.make_node("Add", ["x", "b"], ["q"], name="second"),
        helper.make_node("Add", ["x", "c"], ["r"]),
        helper.make_node("Split", ["p"], ["p1", "p2"], axis=0),
        helper.make_node("Split", ["q"], ["q1", "q2"], axis=0),
        helper.make_node("Softmax", ["r"], ["s"], axis=0),
        helper.make_node("Softmax", ["r"], ["t"], axis=-1),
        helper.make_node("Concat", ["p1", "q1", "p2", "q2", "s", "t"], ["y"], axis=0),
        helper.make_node("Add", ["x", "b"], ["z"]),
    ]
    value = helper.make_tensor_value_info
    shapes = {"y": [8], "z": [2]}
    return helper.make_graph(
        nodes,
        "g",
        [value("x", TensorProto.FLOAT, [2])],
        [value(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()],
        [numpy_helper.from_array(np.float32([number]), name) for name, number in constants],
    )


def test_equal_nodes_are_merged() -> None:
    graph = _make_graph()
    eliminate_common_subexpressions(graph)
    canonicalize(graph)
    assert sorted(node.op_type for node in graph.node) == ["Add"] * 3 + ["Concat", "Softmax", "Softmax", "Split"]
    assert len(graph.initializer) == 2


def test_each_output_keeps_its_node_and_results_do_not_change() -> None:
    graph = _make_graph()
    canonicalize(graph)
    checker.check_model(make_model_proto(graph), full_check=True)
    (concat,) = [node for node in graph.node if node.op_type == "Concat"]
    parts = list(concat.input)
    assert parts[0] == parts[1] != parts[2] == parts[3]
    assert parts[4] != parts[5]
    assert "z" in {name for node in graph.node for name in node.output}
