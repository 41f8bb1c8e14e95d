"""Elements at places of a grid give what onnxruntime gives."""

from __future__ import annotations

import numpy as np
import pytest
from beside_onnxruntime import hold_node
from onnx import helper
from onnx_programs import make_noise


@pytest.mark.parametrize("aligned", [0, 1])
@pytest.mark.parametrize("padding", ["zeros", "border", "reflection"])
@pytest.mark.parametrize(
    ("mode", "axes"), [(m, a) for m in ("nearest", "linear", "cubic") for a in (2, 3) if (m, a) != ("cubic", 3)]
)
def test_grids_within_a_map_and_beyond_it(mode: str, axes: int, padding: str, aligned: int) -> None:
    node = helper.make_node("GridSample", ["x", "grid"], ["y"], mode=mode, padding_mode=padding, align_corners=aligned)
    x = make_noise(2, 3, *[5, 6, 4][:axes])
    grid = 1.5 * make_noise(2, *[4, 3, 2][:axes], axes, seed=1)
    hold_node(node, {"x": x, "grid": grid}, rtol=1e-4, atol=1e-5)


def test_the_names_of_older_operator_sets() -> None:
    for mode in ("bilinear", "bicubic", "nearest"):
        node = helper.make_node("GridSample", ["x", "grid"], ["y"], mode=mode)
        feeds = {"x": make_noise(1, 2, 5, 5), "grid": make_noise(1, 4, 4, 2, seed=1)}
        hold_node(node, feeds, opset=16, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("aligned", [0, 1])
@pytest.mark.parametrize("sides", [[5, 6], [3, 4, 5]])
def test_affine_grids(sides: list[int], aligned: int) -> None:
    node = helper.make_node("AffineGrid", ["theta", "size"], ["grid"], align_corners=aligned)
    theta = make_noise(2, len(sides), len(sides) + 1)
    hold_node(node, {"theta": theta}, {"size": np.array([2, 3, *sides])}, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("groups", [1, 2])
def test_windows_that_are_bent(groups: int) -> None:
    node = helper.make_node(
        *("DeformConv", ["x", "w", "offset", "b", "mask"], ["y"]),
        group=groups,
        offset_group=2,
        pads=[1, 0, 1, 2],
        strides=[2, 1],
        dilations=[1, 2],
    )
    feeds = {
        "x": make_noise(2, 4, 7, 8),
        "offset": 2 * make_noise(2, 2 * 2 * 9, 4, 6, seed=1),
        "mask": make_noise(2, 2 * 9, 4, 6, seed=2),
    }
    constants = {"w": make_noise(6, 4 // groups, 3, 3, seed=3), "b": make_noise(6, seed=4)}
    hold_node(node, feeds, constants, rtol=1e-4, atol=1e-5)


def test_patches_that_overlap_are_added() -> None:
    node = helper.make_node(
        "Col2Im", ["x", "sides", "kernel"], ["y"], strides=[2, 1], dilations=[1, 2], pads=[1, 0, 2, 1]
    )
    x = make_noise(2, 3 * 6, 5 * 7)
    hold_node(node, {"x": x}, {"sides": np.array([7, 10]), "kernel": np.array([2, 3])}, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("wanted", [[9, 4], [4, 9], [5, 7], [8, 8]])
def test_the_middle_is_cut_or_padded(wanted: list[int]) -> None:
    node = helper.make_node("CenterCropPad", ["x", "sides"], ["y"], axes=[-2, -1])
    hold_node(node, {"x": make_noise(1, 2, 5, 7)}, {"sides": np.array(wanted)})
