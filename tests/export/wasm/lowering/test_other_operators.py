"""Operators that are compiled and that no node test of ONNX covers give what onnxruntime gives."""

from __future__ import annotations

import numpy as np
from onnx import helper
from onnx_node_tests import load_node_tests
from onnx_programs import Array, compile_model, make_model, make_noise, run_onnxruntime, run_program

from webparity.export.wasm.lowering.registry import OPERATORS
from webparity.program.element_types import ELEMENT_TYPES

HERE = {"Cast", "CastLike", "GlobalLpPool"}
TYPES = [number for number, dtype in ELEMENT_TYPES.items() if dtype != np.float16]


def hold(nodes: list[tuple[str, list[str], str, dict[str, int]]], outputs: list[str], feeds: dict[str, Array]) -> None:
    made = [helper.make_node(name, inputs, [output], **numbers) for name, inputs, output, numbers in nodes]
    model = make_model(made, {name: array.shape for name, array in feeds.items()}, outputs)
    expected = run_onnxruntime(model, feeds)
    for got, wanted in zip(run_program(compile_model(model, feeds), list(feeds.values())), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-6)


def test_these_are_all() -> None:
    assert OPERATORS.keys() - {test.operator for test in load_node_tests()} == HERE


def test_casts_between_all_types() -> None:
    nodes: list[tuple[str, list[str], str, dict[str, int]]] = []
    outputs = []
    for first in TYPES:
        nodes.append(("Cast", ["x"], f"{first}", {"to": first}))
        for second in TYPES:
            outputs.append(f"{first}-{second}")
            nodes.append(("Cast", [f"{first}"], f"{first}:{second}", {"to": second}))
            nodes.append(("Cast", [f"{first}:{second}"], outputs[-1], {"to": 1}))
    hold(nodes, outputs, {"x": np.float32([0, 0.25, 1, 1.75, 2.5, 100.5, 127])})


def test_casts_to_the_type_of_another_tensor() -> None:
    cast: list[tuple[str, list[str], str, dict[str, int]]] = [
        ("Cast", ["x"], "whole", {"to": 6}),
        ("CastLike", ["y", "whole"], "rounded", {}),
        ("CastLike", ["rounded", "x"], "out", {}),
    ]
    hold(cast, ["out"], {"x": make_noise(3), "y": 10 * make_noise(2, 3, seed=1)})


def test_global_lp_pools() -> None:
    for power in (1, 2, 3):
        hold([("GlobalLpPool", ["x"], "out", {"p": power})], ["out"], {"x": make_noise(1, 3, 5, 4)})
