"""Conversion of ONNX graphs: explicit pads and operator sets give what onnxruntime gives for the original."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper
from own_onnx import SIDE, make_classifier

from webparity.errors import UnsupportedModelError
from webparity.export.onnx.model import NEWEST_OPSET, OPSET
from webparity.export.onnx.operator_sets import convert_operator_set, write_explicit_pads
from webparity.model_safety.onnx.structure import get_opset
from webparity.models import refusals

_RANDOM = np.random.default_rng(0)


def run(model: ModelProto, values: NDArray[Any]) -> NDArray[Any]:
    session: Any = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    answers: NDArray[Any] = session.run(None, {"x": values})[0]
    return answers


@pytest.mark.parametrize("mode", ["SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET"])
@pytest.mark.parametrize("operator", ["Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool"])
def test_explicit_pads_give_the_same_answers(operator: str, mode: str) -> None:
    weighted = operator in {"Conv", "ConvTranspose"}
    for (height, width), kernel, stride in product(
        [(7, 5), (8, 6)], [(1, 1), (2, 3), (4, 2)], [(1, 1), (2, 1), (2, 3)]
    ):
        if operator != "Conv" and any(k < s for k, s in zip(kernel, stride, strict=True)):
            continue  # pads would be negative, which onnxruntime itself refuses or computes wrongly
        values = _RANDOM.normal(size=(1, 2, height, width)).astype(np.float32)
        weights = numpy_helper.from_array(_RANDOM.normal(size=(2, 2, *kernel)).astype(np.float32), "w")
        node = helper.make_node(
            operator, ["x", "w"] if weighted else ["x"], ["y"], kernel_shape=kernel, strides=stride, auto_pad=mode
        )
        graph = helper.make_graph(
            [node],
            "window",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, values.shape)],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
            [weights] if weighted else [],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        expected = run(model, values)
        write_explicit_pads(model.graph.node, {"x": list(values.shape)})
        assert "auto_pad" not in {each.name for each in model.graph.node[0].attribute}
        np.testing.assert_array_equal(run(model, values), expected)


@pytest.mark.parametrize("mode", ["SAME_UPPER", "SAME_LOWER"])
@pytest.mark.parametrize("operator", ["ConvInteger", "QLinearConv"])
def test_explicit_pads_of_quantized_convolutions_give_the_same_answers(operator: str, mode: str) -> None:
    values = _RANDOM.integers(0, 256, (1, 2, 8, 7), dtype=np.uint8)
    tensors = {"w": _RANDOM.integers(0, 256, (3, 2, 4, 3), dtype=np.uint8), "zero": np.uint8(3), "scale": np.float32(9)}
    inputs = ["x", "w", "zero", "zero"]
    if operator == "QLinearConv":
        inputs = ["x", "scale", "zero", "w", "scale", "zero", "scale", "zero"]
    node = helper.make_node(operator, inputs, ["y"], strides=[2, 1], auto_pad=mode)
    output = TensorProto.UINT8 if operator == "QLinearConv" else TensorProto.INT32
    graph = helper.make_graph(
        [node],
        "window",
        [helper.make_tensor_value_info("x", TensorProto.UINT8, values.shape)],
        [helper.make_tensor_value_info("y", output, None)],
        [numpy_helper.from_array(np.asarray(each), name) for name, each in tensors.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    expected = run(model, values)
    write_explicit_pads(model.graph.node, {"x": list(values.shape), "w": list(tensors["w"].shape)})
    assert "auto_pad" not in {each.name for each in model.graph.node[0].attribute}
    np.testing.assert_array_equal(run(model, values), expected)


def test_pads_of_an_unknown_size_are_refused() -> None:
    model = make_classifier()
    with pytest.raises(UnsupportedModelError) as caught:
        write_explicit_pads(model.graph.node, {})
    assert str(caught.value).endswith(refusals.OPERATOR_SET.remedy)


@pytest.mark.parametrize(
    ("given", "wanted"), [(7, 17), (8, 17), (9, 17), (13, 17), (17, 17), (18, 18), (21, 21), (23, 21)]
)
def test_operator_sets_are_those_that_runtimes_have(given: int, wanted: int) -> None:
    model = make_classifier(opset=given, ir_version=3 if given < 9 else 10, auto_pad="VALID")
    converted = convert_operator_set(model)
    assert get_opset(converted) == wanted
    assert OPSET <= wanted <= NEWEST_OPSET
    onnx.checker.check_model(converted, full_check=True)
    values = _RANDOM.normal(size=(1, 3, SIDE, SIDE)).astype(np.float32)
    for each in (model, converted):
        each.graph.input[0].name = "x"
        each.graph.node[0].input[0] = "x"
    np.testing.assert_array_equal(run(converted, values), run(model, values))


def test_an_operator_without_a_form_in_them_is_refused() -> None:
    node = helper.make_node("RMSNormalization", ["x", "scale"], ["y"])
    scale = numpy_helper.from_array(np.ones(4, np.float32), "scale")
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 4]) for name in "xy")
    graph = helper.make_graph([node], "normalization", [x], [y], [scale])
    with pytest.raises(UnsupportedModelError) as caught:
        convert_operator_set(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 23)]))
    assert f"Expected {refusals.OPERATOR_SET.rule}; received set 23" in str(caught.value)
