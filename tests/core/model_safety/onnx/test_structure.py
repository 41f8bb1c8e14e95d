"""Rules on ONNX graphs: what is refused before onnxruntime opens a file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from onnx import ModelProto, TensorProto, defs, helper
from own_onnx import make_classifier

from webparity.errors import UnsupportedModelError
from webparity.model_safety.limits import GraphLimits, use_graph_limits
from webparity.model_safety.onnx.inspect import parse_onnx
from webparity.model_safety.onnx.shapes import infer_shapes, list_inputs
from webparity.model_safety.onnx.structure import check_structure, get_opset


def _change_node(**values: str) -> Callable[[ModelProto], object]:
    return lambda model: [setattr(model.graph.node[0], name, value) for name, value in values.items()]


def _add_graph(model: ModelProto) -> None:
    inner = helper.make_graph([], "inner", [], [])
    model.graph.node.append(helper.make_node("If", ["c"], ["y"], then_branch=inner, else_branch=inner))


def _set_opset(version: int) -> Callable[[ModelProto], object]:
    return lambda model: setattr(model.opset_import[0], "version", version)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_change_node(domain="com.example"), "operators of ONNX alone; received com.example.Conv"),
        (_change_node(op_type="RandomNormal"), "always give the same answer"),
        (_add_graph, "without graphs inside; received If"),
        (_set_opset(6), "operator set 7 to"),
        (_set_opset(defs.onnx_opset_version() + 1), "operator set 7 to"),
        (lambda model: model.opset_import.pop(), "operator set 7 to"),
        (lambda model: model.graph.sparse_initializer.add(), "dense weights"),
        (lambda model: model.training_info.add(), "dense weights"),
        (lambda model: model.functions.add(name="own"), "functions of its own"),
        (lambda model: model.graph.initializer[0].dims.append(2), "as large as their shape"),
        (lambda model: model.graph.initializer[0].dims.append(-1), "at most"),
        (lambda model: model.graph.initializer[0].dims.append(2**40), "at most"),
    ],
)
def test_what_breaks_a_rule_is_refused(change: Callable[[ModelProto], object], said: str) -> None:
    model = make_classifier()
    check_structure(model, "model.onnx")
    change(model)
    with pytest.raises(UnsupportedModelError, match=said):
        check_structure(model, "model.onnx")


def test_the_number_of_nodes_is_bounded() -> None:
    model = make_classifier()
    model.graph.node.extend(helper.make_node("Relu", ["row"], [f"row{n}"]) for n in range(20))
    with use_graph_limits(GraphLimits(calls=2)), pytest.raises(UnsupportedModelError, match="--max-calls"):
        check_structure(model, "model.onnx")


@pytest.mark.parametrize(
    "data", [b"", b"\x08\x08", b"\xff" * 40, b"PK\x03\x04", make_classifier().SerializeToString()[:90]]
)
def test_what_is_no_onnx_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedModelError, match="Expected an ONNX file"):
        parse_onnx(data, "model.onnx")


def test_shapes_follow_from_the_size_of_the_image() -> None:
    model = make_classifier(shape=["N", 3, "H", "W"])
    shapes = infer_shapes(model, (1, 3, 40, 20), "model.onnx")
    assert shapes["maps"] == [1, 6, 20, 10]
    assert shapes["logits"] == [1, 4]


def test_a_tensor_that_is_too_large_is_refused() -> None:
    model = make_classifier(shape=["N", 3, "H", "W"])
    with use_graph_limits(GraphLimits(values=10_000)), pytest.raises(UnsupportedModelError, match="--max-values"):
        infer_shapes(model, (1, 3, 200, 200), "model.onnx")


def test_old_files_name_their_weights_among_the_inputs() -> None:
    model = make_classifier(opset=8, ir_version=3)
    assert len(model.graph.input) == 5
    assert [value.name for value in list_inputs(model.graph)] == ["image"]
    assert infer_shapes(model, (1, 3, 12, 12), "model.onnx")["maps"] == [1, 6, 6, 6]
    assert get_opset(model) == 8
    assert model.graph.input[0].type.tensor_type.elem_type == TensorProto.FLOAT
