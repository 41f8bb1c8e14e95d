from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from webparity.export.quantization.onnx_weights import Weight, find_weights


def _make_model(
    operator: str, weight: NDArray[np.float32], shape: tuple[int, ...], **attributes: Any
) -> onnx.ModelProto:
    bias = numpy_helper.from_array(np.zeros(512, np.float32), "bias")
    nodes = [
        helper.make_node(operator, ["x", "w"], ["y"], **attributes),
        helper.make_node("Add", ["y", "bias"], ["z"]),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(weight, "w"), bias],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _get_only(model: onnx.ModelProto) -> Weight:
    (weight,) = find_weights(model)
    return weight


@pytest.mark.parametrize(
    ("operator", "shape", "attributes", "expected"),
    [
        ("MatMul", (20, 30), {}, (20, 30)),
        ("Gemm", (20, 30), {"transB": 1}, (30, 20)),
        ("Conv", (12, 6, 3, 5), {}, (3, 5, 6, 12)),
        ("Conv", (32, 1, 3, 3), {"group": 16}, (3, 3, 16, 2)),
    ],
)
def test_weights_are_found_in_tensorflows_layout_and_go_back(
    operator: str, shape: tuple[int, ...], attributes: dict[str, Any], expected: tuple[int, ...]
) -> None:
    values = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    weight = _get_only(_make_model(operator, values, (1, 20), **attributes))
    assert weight.values.shape == expected
    assert np.array_equal(weight.to_onnx(weight.values), values)


def test_a_depthwise_kernel_reads_as_tensorflow_reads_it() -> None:
    import tensorflow as tf

    random = np.random.default_rng(0)
    values = random.normal(size=(32, 1, 3, 3)).astype(np.float32)
    image = random.normal(size=(1, 16, 5, 5)).astype(np.float32)
    model = _make_model("Conv", values, image.shape, group=16)
    del model.graph.node[1:]
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (expected,) = session.run(["y"], {"x": image})
    kernel = _get_only(model).values
    received = tf.nn.depthwise_conv2d(image.transpose(0, 2, 3, 1), kernel, (1, 1, 1, 1), "VALID")
    np.testing.assert_allclose(received.numpy().transpose(0, 3, 1, 2), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("operator", "weight", "attributes"),
    [
        ("MatMul", np.zeros((10, 20), np.float32), {}),
        ("MatMul", np.zeros((2, 20, 30), np.float32), {}),
        ("Gemm", np.zeros((20, 30), np.float32), {"transA": 1}),
        ("Conv", np.zeros((32, 3, 3, 3), np.float32), {"group": 2}),
        ("Conv", np.zeros((32, 3, 9), np.float32), {}),
        ("Mul", np.zeros((20, 30), np.float32), {}),
        ("MatMul", np.zeros((20, 30), np.float64), {}),
    ],
)
def test_small_weights_and_other_operators_stay_in_float32(
    operator: str, weight: Any, attributes: dict[str, Any]
) -> None:
    assert find_weights(_make_model(operator, weight, (1, 20), **attributes)) == []


def test_a_weight_of_two_readers_stays() -> None:
    model = _make_model("MatMul", np.zeros((20, 30), np.float32), (1, 20))
    model.graph.node.append(helper.make_node("MatMul", ["x", "w"], ["second"]))
    assert find_weights(model) == []
