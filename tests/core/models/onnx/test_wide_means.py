"""Means over wide maps, beside NumPy in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper

from webparity.models.onnx.wide_means import split_wide_means


def make_mean(side: int, opset: int) -> ModelProto:
    shape = [1, 4, side, side]
    graph = helper.make_graph(
        [helper.make_node("GlobalAveragePool", ["x"], ["y"])],
        "mean",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 4, 1, 1])],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def measure_error(model: ModelProto, values: NDArray[np.float32]) -> float:
    """The largest error of a mean, of itself."""
    session: Any = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    exact = values.mean(axis=(2, 3), keepdims=True, dtype=np.float64)
    return float(np.max(np.abs(session.run(None, {"x": values})[0] / exact - 1)))


@pytest.mark.parametrize("opset", [11, 17, 18])
def test_means_of_flat_maps_are_exact_but_for_a_few_roundings(opset: int) -> None:
    values = np.full((1, 4, 96, 96), np.random.default_rng(0).random((1, 4, 1, 1)), np.float32)
    model = make_mean(96, opset)
    split = split_wide_means(model, {"x": [1, 4, 96, 96]})
    assert [node.op_type for node in split.graph.node] == ["ReduceMean", "ReduceMean"]
    assert measure_error(model, values) > 2e-5  # what this is for
    assert measure_error(split, values) < 2e-6


def test_means_over_few_pixels_stay_as_they_are() -> None:
    model = make_mean(14, 17)
    assert split_wide_means(model, {"x": [1, 4, 14, 14]}) is model
    assert split_wide_means(model, {}) is model
