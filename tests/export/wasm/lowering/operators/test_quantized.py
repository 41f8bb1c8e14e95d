"""Operators on whole numbers of 8 and 16 bits give onnxruntime's numbers, all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from beside_onnxruntime import hold_node
from onnx import helper
from onnx_programs import Array, make_noise

from webparity.export.wasm.lowering.operators.quantized.exact_sums import bound_distance, split_terms

BYTE = np.uint8


def make_byte(number: int | list[int]) -> Array:
    return np.array(number, BYTE)


def draw(dtype: Any, *shape: int, seed: int = 0, low: int | None = None, high: int | None = None) -> Array:
    limits = np.iinfo(dtype)
    random = np.random.default_rng(seed)
    return random.integers(limits.min if low is None else low, (limits.max if high is None else high) + 1, shape, dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int16])
@pytest.mark.parametrize("scale", [np.float32(0.05), np.float32([0.5, 0.02, 3.0])])
def test_numbers_are_rounded_to_even_and_kept_within_the_type(dtype: Any, scale: Array) -> None:
    x = np.concatenate([50 * make_noise(1, 3, 20), np.float32([[[0.025, -0.075, 1e9, -1e9, 0.25]] * 3])], axis=2)
    constants = {"s": scale, "z": draw(dtype, *np.shape(scale))}
    hold_node(helper.make_node("QuantizeLinear", ["x", "s", "z"], ["y"]), {"x": x}, constants)
    codes = draw(dtype, 2, 3, 5)
    hold_node(helper.make_node("DequantizeLinear", ["x", "s", "z"], ["y"]), {"x": codes}, constants)


def test_scales_of_blocks_and_a_type_without_a_zero_point() -> None:
    scales = np.abs(make_noise(2, 3)) + 0.1
    node = helper.make_node("QuantizeLinear", ["x", "s"], ["y"], axis=0, block_size=4, output_dtype=3)
    hold_node(node, {"x": 30 * make_noise(7, 3)}, {"s": scales})
    node = helper.make_node("DequantizeLinear", ["x", "s"], ["y"], axis=0, block_size=4)
    hold_node(node, {"x": draw(np.int8, 7, 3), "s": scales})


def test_sums_of_32_bits_become_real() -> None:
    node = helper.make_node("DequantizeLinear", ["x", "s"], ["y"])
    hold_node(node, {"x": draw(np.int32, 50)}, {"s": np.float32(1e-3)})


@pytest.mark.parametrize("x", [make_noise(4, 5), np.abs(make_noise(9)) + 3, -np.abs(make_noise(9)), np.zeros(3, "f4")])
def test_a_range_that_is_found_when_it_runs(x: Array) -> None:
    hold_node(helper.make_node("DynamicQuantizeLinear", ["x"], ["y", "s", "z"]), {"x": x})


# Some processors let onnxruntime's sums of uint8 by int8 overflow; of 7 bits they do not.
WEIGHTS: list[tuple[Any, int, int]] = [(np.uint8, 0, 255), (np.int8, -64, 63)]


@pytest.mark.parametrize(("dtype", "low", "high"), WEIGHTS)
@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("channels", [4, 80])
def test_convolutions_with_a_scale(dtype: Any, low: int, high: int, groups: int, channels: int) -> None:
    inputs = ["x", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b"]
    node = helper.make_node("QLinearConv", inputs, ["y"], pads=[1, 1, 0, 1], strides=[1, 2], group=groups)
    outputs = 12
    weights = draw(dtype, outputs, channels // groups, 3, 3, seed=1, low=low, high=high)
    scales = {"xs": np.float32(0.02), "ws": np.abs(make_noise(outputs)) * np.float32(0.01)}
    points = {"xz": make_byte(117), "wz": np.zeros(outputs, dtype), "yz": make_byte(99)}
    constants = scales | points | {"ys": np.float32(channels * 0.005), "w": weights}
    constants["b"] = draw(np.int32, outputs, low=-5000, high=5000)
    (got,) = hold_node(node, {"x": draw(BYTE, 1, channels, 11, 12)}, constants)
    assert len(np.unique(got)) > 40


@pytest.mark.parametrize("channels", [3, 300])
def test_convolutions_to_32_bits(channels: int) -> None:
    node = helper.make_node("ConvInteger", ["x", "w", "xz", "wz"], ["y"], pads=[1, 1, 1, 1])
    constants = {"w": draw(BYTE, 9, channels, 3, 3, seed=1), "wz": make_byte(3)}
    hold_node(node, {"x": draw(BYTE, 1, channels, 9, 8), "xz": make_byte(200)}, constants)


def test_a_single_channel_whose_sums_are_too_large_for_float32() -> None:
    node = helper.make_node("ConvInteger", ["x", "w"], ["y"])
    hold_node(node, {"x": draw(BYTE, 1, 1, 40, 40, low=200)}, {"w": draw(BYTE, 2, 1, 31, 31, low=200)})


@pytest.mark.parametrize("terms", [7, 1200])
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("dtype", "low", "high"), WEIGHTS)
def test_products(terms: int, known: bool, dtype: Any, low: int, high: int) -> None:
    y = {"y": draw(dtype, terms, 10, seed=1, low=low, high=high)}
    x = {"x": draw(BYTE, 3, 5, terms)}
    points = {"xz": make_byte(130), "yz": np.array(5, dtype)}
    node = helper.make_node("MatMulInteger", ["x", "y", "xz", "yz"], ["out"])
    hold_node(node, x if known else x | y, points | y if known else points)
    node = helper.make_node("QLinearMatMul", ["x", "xs", "xz", "y", "ys", "yz", "s", "z"], ["out"])
    scales = {"xs": np.float32(0.01), "ys": np.float32(0.03), "s": np.float32(0.02 * terms**0.5), "z": make_byte(131)}
    hold_node(node, x if known else x | y, points | scales | (y if known else {}))


def test_points_and_scales_of_rows_and_columns() -> None:
    x, y = {"x": draw(BYTE, 4, 6)}, {"y": draw(np.int8, 6, 5, low=-64, high=63)}
    node = helper.make_node("MatMulInteger", ["x", "y", "xz", "yz"], ["out"])
    hold_node(node, x, y | {"xz": make_byte(9), "yz": draw(np.int8, 5, low=-9, high=9)})
    inputs = ["x", "xs", "xz", "y", "ys", "yz", "s", "z"]
    columns = {"ys": np.abs(make_noise(5)), "yz": np.zeros(5, np.int8)}
    plain = {"xs": np.float32(0.01), "xz": make_byte(9), "s": np.float32(3), "z": make_byte(100)}
    hold_node(helper.make_node("QLinearMatMul", inputs, ["out"]), x, y | columns | plain)


def test_runs_of_terms_hold_what_float32_holds() -> None:
    weights = draw(np.int64, 3, 40, low=-255, high=255)
    runs = split_terms(weights, 255, 4, room=400_000)
    assert [end for _, end in runs[:-1]] == [start for start, _ in runs[1:]]
    assert (runs[0][0], runs[-1][1]) == (0, 40)
    assert max(255 * np.abs(weights[:, start:end]).sum(axis=1).max() for start, end in runs) <= 400_000
    assert len(runs) > 1
    assert {start % 4 for start, _ in runs} == {0}
    assert split_terms(weights, 1, 4) == [(0, 40)]


def test_the_largest_distance_from_a_zero_point() -> None:
    assert bound_distance(np.dtype(BYTE), make_byte([100])) == 155
    assert bound_distance(np.dtype(np.int8), np.int8([0])) == 128
    assert bound_distance(np.dtype(np.int8), None) == 255
