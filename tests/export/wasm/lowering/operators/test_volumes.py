"""Layers on maps of three axes give what onnxruntime gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from beside_onnxruntime import hold_node
from onnx import helper
from onnx_programs import make_noise

PLAIN: dict[str, Any] = {}
UNEVEN: dict[str, Any] = {"strides": [2, 1, 3], "dilations": [1, 2, 1], "pads": [1, 0, 2, 2, 1, 0]}


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("attributes", [PLAIN, UNEVEN, {"auto_pad": "SAME_UPPER", "strides": [2, 2, 2]}])
def test_convolutions(groups: int, attributes: dict[str, Any]) -> None:
    node = helper.make_node("Conv", ["x", "w", "b"], ["y"], group=groups, **attributes)
    constants = {"w": make_noise(6, 4 // groups, 3, 2, 3), "b": make_noise(6)}
    hold_node(node, {"x": make_noise(2, 4, 7, 6, 8)}, constants, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize(
    "attributes",
    [
        PLAIN,
        {**UNEVEN, "output_padding": [1, 0, 1]},
        {"strides": [3, 2, 1], "dilations": [2, 1, 1], "auto_pad": "SAME_UPPER"},
        {"strides": [2, 2, 2], "output_shape": [8, 9, 10]},
    ],
)
def test_transposed_convolutions(groups: int, attributes: dict[str, Any]) -> None:
    node = helper.make_node("ConvTranspose", ["x", "w", "b"], ["y"], group=groups, **attributes)
    constants = {"w": make_noise(4, 6 // groups, 3, 2, 3), "b": make_noise(6)}
    hold_node(node, {"x": make_noise(2, 4, 3, 4, 5)}, constants, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("ceil", [0, 1])
@pytest.mark.parametrize(
    ("operator", "more"),
    [
        ("MaxPool", PLAIN),
        ("AveragePool", {"count_include_pad": 0}),
        ("AveragePool", {"count_include_pad": 1}),
        ("LpPool", {"p": 1}),
        ("LpPool", {"p": 2}),
        ("LpPool", {"p": 3}),
    ],
)
def test_pools(operator: str, more: dict[str, Any], ceil: int) -> None:
    setting = {"kernel_shape": [3, 2, 2], "strides": [2, 1, 3], "pads": [1, 0, 1, 1, 1, 0], "ceil_mode": ceil}
    node = helper.make_node(operator, ["x"], ["y"], **setting, **more)
    hold_node(node, {"x": make_noise(2, 3, 6, 5, 8)}, rtol=1e-5, atol=1e-6)


def test_resizing_of_three_axes() -> None:
    node = helper.make_node("Resize", ["x", "", "", "sizes"], ["y"], mode="linear")
    hold_node(node, {"x": make_noise(1, 2, 3, 4, 5)}, {"sizes": np.array([1, 2, 5, 6, 9])}, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("sizes", [[2, 7, 5, 3], [2, 4, 6, 6]])
def test_resizing_of_maps_whose_channels_are_last(sizes: list[int]) -> None:
    node = helper.make_node("Resize", ["x", "", "", "sizes"], ["y"], mode="nearest", nearest_mode="floor")
    hold_node(node, {"x": make_noise(2, 4, 5, 3)}, {"sizes": np.array(sizes)}, rtol=1e-6)


@pytest.mark.parametrize("mode", ["nearest", "linear"])
def test_what_lies_outside_a_cropped_map_is_the_given_number(mode: str) -> None:
    node = helper.make_node(
        *("Resize", ["x", "region", "", "sizes"], ["y"]),
        mode=mode,
        coordinate_transformation_mode="tf_crop_and_resize",
        extrapolation_value=7.5,
    )
    region = np.float32([0, 0, -0.2, 0.3, 1, 1, 0.7, 1.4])
    constants = {"region": region, "sizes": np.array([1, 2, 6, 5])}
    (got,) = hold_node(node, {"x": make_noise(1, 2, 5, 4)}, constants, rtol=1e-5, atol=1e-6)
    assert 0 < (got == 7.5).mean() < 1
