from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from webparity.export.onnx.inner_axes import lengthen_inner_axes
from webparity.export.onnx.model import make_model_proto

# Whole numbers: their sums are exact in any order.
_X = np.random.default_rng(0).integers(-99, 99, (1, 5, 4, 1)).astype(np.float32)


def _make(nodes: list[onnx.NodeProto], shape: list[Any], constants: dict[str, NDArray[Any]]) -> ModelProto:
    value = helper.make_tensor_value_info
    x = value("x", TensorProto.FLOAT, ["N", "H", 4, 1])
    y = value("y", TensorProto.FLOAT, shape)
    initializers = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    return make_model_proto(helper.make_graph(nodes, "g", [x], [y], initializers))


def _run(model: ModelProto) -> NDArray[np.float32]:
    onnx.checker.check_model(model, full_check=True)
    session: Any = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(["y"], {"x": _X})[0])


def _count(model: ModelProto) -> dict[str, int]:
    operators = [node.op_type for node in model.graph.node]
    return {operator: operators.count(operator) for operator in operators}


@pytest.mark.parametrize("operator", ["Add", "Sub", "Mul", "Div", "Max", "Min"])
@pytest.mark.parametrize("shape", [(), (1,), (4, 1)])
def test_constants_get_the_rank_of_the_other_operand(operator: str, shape: tuple[int, ...]) -> None:
    constant = np.full(shape, 0.3, np.float32)
    model = _make([helper.make_node(operator, ["x", "c"], ["y"])], ["N", "H", 4, 1], {"c": constant})
    expected = _run(model)
    lengthen_inner_axes(model)
    np.testing.assert_array_equal(_run(model), expected)
    (kept,) = model.graph.initializer
    assert tuple(kept.dims) == (1,) * (4 - len(shape)) + shape


def test_computed_operands_are_unsqueezed_once() -> None:
    nodes = [
        helper.make_node("ReduceMax", ["x"], ["most"], keepdims=0),
        helper.make_node("Div", ["x", "most"], ["share"]),
        helper.make_node("Sub", ["most", "share"], ["y"]),
    ]
    model = _make(nodes, ["N", "H", 4, 1], {})
    expected = _run(model)
    lengthen_inner_axes(model)
    np.testing.assert_array_equal(_run(model), expected)
    assert _count(model) == {"ReduceMax": 1, "Unsqueeze": 1, "Div": 1, "Sub": 1}


@pytest.mark.parametrize(("axis", "shape"), [(2, ["N", "H", 1, 1]), (-2, ["N", "H", 1, 1]), (1, ["N", 1, 4, 1])])
def test_sums_go_over_the_last_axes_of_length_1(axis: int, shape: list[Any]) -> None:
    axes = np.array([axis], np.int64)
    model = _make([helper.make_node("ReduceSum", ["x", "axes"], ["y"], keepdims=1)], shape, {"axes": axes})
    expected = _run(model)
    lengthen_inner_axes(model)
    np.testing.assert_array_equal(_run(model), expected)
    (kept,) = model.graph.initializer
    assert numpy_helper.to_array(kept).tolist() == ([2, 3] if axis in {2, -2} else [1])


def test_operators_on_longer_axes_stay() -> None:
    nodes = [
        helper.make_node("Concat", ["x", "x", "x"], ["rgb"], axis=3),
        helper.make_node("Add", ["rgb", "c"], ["y"]),
    ]
    model = _make(nodes, ["N", "H", 4, 3], {"c": np.float32(0.5)})
    before = model.SerializeToString(deterministic=True)
    lengthen_inner_axes(model)
    assert model.SerializeToString(deterministic=True) == before
