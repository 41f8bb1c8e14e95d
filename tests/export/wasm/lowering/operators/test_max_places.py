"""Max-pools with places, max-pools of other types, and what undoes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from beside_onnxruntime import hold_node
from onnx import helper
from onnx_programs import make_noise

SHAPES: list[tuple[int, ...]] = [(2, 3, 9), (2, 3, 7, 8), (1, 2, 5, 6, 7)]


def make_setting(axes: int) -> dict[str, Any]:
    return {"kernel_shape": [3, 2, 3][:axes], "strides": [2, 1, 2][:axes], "pads": [1, 0, 1][:axes] * 2}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("columns_first", [0, 1])
def test_max_pools_say_where(shape: tuple[int, ...], columns_first: int) -> None:
    setting = make_setting(len(shape) - 2)
    node = helper.make_node("MaxPool", ["x"], ["y", "places"], storage_order=columns_first, **setting)
    hold_node(node, {"x": make_noise(*shape).round(1)})


@pytest.mark.parametrize("ceil", [0, 1])
def test_the_places_of_windows_that_are_cut_short(ceil: int) -> None:
    node = helper.make_node("MaxPool", ["x"], ["y", "places"], kernel_shape=[2, 2], strides=[2, 2], ceil_mode=ceil)
    hold_node(node, {"x": make_noise(1, 2, 5, 7)})


@pytest.mark.parametrize("dtype", ["u1", "i1", "f8"])
def test_max_pools_of_other_types(dtype: str) -> None:
    x = (60 * make_noise(1, 3, 7, 8)).round().clip(-128 if dtype != "u1" else 0, 127).astype(dtype)
    node = helper.make_node("MaxPool", ["x"], ["y"], **make_setting(2))
    hold_node(node, {"x": x})


def test_unpooling_puts_elements_back() -> None:
    # With a shape of the result, ONNX' own node test says where elements stand; onnxruntime counts them otherwise.
    x = make_noise(2, 3, 3, 4)
    places = np.random.default_rng(1).permutation(2 * 3 * 6 * 8)[: x.size].reshape(x.shape)
    node = helper.make_node("MaxUnpool", ["x", "places"], ["y"], kernel_shape=[2, 2], strides=[2, 2])
    hold_node(node, {"x": x, "places": places})
