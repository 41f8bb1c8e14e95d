"""Convolutions of every kind against float64, and transposed ones against onnxruntime."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import onnxruntime
import pytest
from layer_programs import NO_ACTIVATION, RELU, RELU6, Array, Window, run_convolution, run_instruction
from onnx import TensorProto, helper

from webparity.export.wasm.packing import pack_kernel
from webparity.program.opcodes import Activation, Opcode
from webparity.program.refusal import ProgramRefusal

SAME: Final = (1, 1, 1, 1)
LEAKY: Final = (Activation.LEAKY, 0.125, 0.0)
# Height, width, channels, kernel, output channels, numbers, residual. Channels that are no multiple of 4 or 8, windows
# that leave a rest, one pixel, maps of several bands, sums of one block and of several.
CASES: Final[list[tuple[tuple[int, int, int], tuple[int, int, int], Window, bool]]] = [
    ((28, 28, 1), (3, 3, 8), Window(pads=SAME, activation=RELU, pool=True), False),
    ((15, 14, 8), (3, 3, 16), Window(pads=SAME, activation=RELU, pool=True), False),
    ((9, 7, 5), (3, 3, 11), Window(pads=SAME, activation=RELU), True),
    ((9, 7, 300), (3, 3, 13), Window(pads=SAME, activation=LEAKY), True),
    ((3, 3, 64), (3, 3, 8), Window(), False),
    ((90, 70, 24), (3, 3, 16), Window(pads=(0, 1, 1, 0), activation=RELU6), False),
    ((4, 5, 3), (3, 3, 3), Window(pads=(2, 2, 2, 2)), True),
]
OTHERS: Final[list[tuple[tuple[int, int, int], tuple[int, int, int], Window, bool]]] = [
    ((30, 31, 3), (7, 7, 7), Window((2, 2), pads=(3, 3, 3, 3), activation=RELU), False),
    ((30, 31, 64), (1, 1, 24), Window(activation=RELU6), True),
    ((30, 31, 20), (1, 1, 9), Window((2, 3)), False),
    ((5, 5, 16), (1, 1, 4), Window(pads=SAME), False),
    ((1, 1, 640), (1, 1, 24), Window(activation=LEAKY), True),
    ((30, 31, 8), (3, 2, 24), Window((2, 1), (2, 3), (2, 1, 0, 3), 4), False),
    ((10, 9, 6), (3, 3, 12), Window(pads=SAME, groups=6), False),
    ((12, 13, 12), (3, 5, 24), Window(dilations=(1, 2), pads=SAME), False),
    ((6, 6, 400), (2, 2, 8), Window(groups=2), False),
    ((8, 8, 2), (8, 8, 2), Window(), False),
]
DEPTHWISE: Final[list[tuple[tuple[int, int, int], tuple[int, int, int], Window, bool]]] = [
    ((30, 31, 16), (3, 3, 16), Window(pads=SAME, activation=RELU6), False),
    ((31, 30, 12), (3, 3, 12), Window((2, 2), pads=(0, 0, 1, 1), activation=RELU), False),
    ((9, 9, 8), (3, 3, 8), Window((1, 2), pads=SAME), False),
    ((9, 9, 8), (3, 3, 8), Window(pads=SAME, activation=LEAKY), True),
    ((9, 9, 13), (3, 3, 13), Window(pads=SAME, activation=RELU6), True),
    ((14, 13, 20), (5, 5, 20), Window((2, 2), pads=(2, 2, 2, 2)), False),
    ((14, 13, 8), (5, 5, 8), Window((2, 1), pads=(2, 2, 2, 2), activation=RELU6), False),
    ((14, 13, 3), (3, 4, 3), Window(dilations=(2, 1)), False),
    ((12, 11, 32), (1, 1, 32), Window(activation=RELU), False),
]


def draw(
    shape: tuple[int, int, int], kernel: tuple[int, int, int], window: Window, residual: bool
) -> tuple[Array, Array, Array, Array | None]:
    """Map, kernel, bias and residual, of sums about 1."""
    random = np.random.default_rng(5)
    inputs = shape[2] // window.groups
    x = random.standard_normal(shape, np.float32)
    weights = random.standard_normal((*kernel[:2], inputs, kernel[2]), np.float32)
    weights /= np.float32(np.sqrt(weights[..., 0].size))
    sides = [
        (side + before + after - (size - 1) * apart - 1) // step + 1
        for side, before, after, size, apart, step in zip(
            shape[:2], window.pads[:2], window.pads[2:], kernel[:2], window.dilations, window.strides, strict=True
        )
    ]
    added = random.standard_normal((*sides, kernel[2]), np.float32) if residual else None
    return x, weights, random.standard_normal(kernel[2], np.float32), added


@pytest.mark.parametrize(
    ("opcode", "case"),
    [
        *((Opcode.CONV, case) for case in [*CASES, *OTHERS]),
        *((Opcode.WINOGRAD, case) for case in CASES),
        *((Opcode.DEPTHWISE, (*case[:2], replace(case[2], groups=case[0][2]), case[3])) for case in DEPTHWISE),
    ],
    ids=lambda value: value.name if isinstance(value, Opcode) else None,
)
def test_a_convolution_is_that_of_float64(opcode: Opcode, case: Any) -> None:
    window = case[2]
    result, expected = run_convolution(opcode, *draw(*case), window)
    np.testing.assert_allclose(result, expected, rtol=0, atol=5e-6)


def test_without_a_bias_nothing_is_added() -> None:
    window = Window(pads=SAME)
    x, kernel, _, _ = draw((6, 6, 4), (3, 3, 4), window, residual=False)
    for opcode in (Opcode.CONV, Opcode.WINOGRAD):
        result, expected = run_convolution(opcode, x, kernel, None, None, window)
        np.testing.assert_allclose(result, expected, rtol=0, atol=5e-6)


@pytest.mark.parametrize("kind", [Activation.SIGMOID, Activation.SILU, Activation.HARD_SWISH])
def test_other_activations_follow_the_sums(kind: Activation) -> None:
    window = Window(pads=SAME, activation=(kind, 0.25, 0.5))
    drawn = draw((6, 7, 4), (3, 3, 5), window, residual=True)
    plain = run_convolution(Opcode.CONV, *drawn, replace(window, activation=NO_ACTIVATION))[0]
    (alone,) = run_instruction(Opcode.ACTIVATION, [plain[None]], [], (1, *plain.shape), window.activation)
    np.testing.assert_array_equal(run_convolution(Opcode.CONV, *drawn, window)[0], alone)


def test_nan_passes_through_a_clip() -> None:
    x = np.full((4, 4, 1), np.nan, np.float32)
    window = Window(activation=RELU6)
    result, _ = run_convolution(Opcode.CONV, x, np.ones((1, 1, 1, 8), np.float32), None, None, window)
    assert np.isnan(result).all()


@pytest.mark.parametrize(
    ("kernel", "strides", "dilations", "pads", "more", "groups"),
    [
        ((3, 3), (2, 2), (1, 1), (0, 0, 0, 0), (0, 0), 1),
        ((3, 2), (2, 3), (1, 2), (1, 0, 1, 1), (1, 2), 2),
        ((4, 4), (2, 2), (1, 1), SAME, (0, 0), 1),
        ((2, 2), (1, 1), (1, 1), SAME, (0, 0), 2),
        ((1, 1), (3, 3), (1, 1), (0, 0, 0, 0), (2, 2), 1),
    ],
)
def test_a_transposed_convolution_is_onnxruntimes(
    kernel: tuple[int, int], strides: Any, dilations: Any, pads: Any, more: Any, groups: int
) -> None:
    random = np.random.default_rng(6)
    x, weights = random.standard_normal((1, 4, 5, 6)), random.standard_normal((4, 6 // groups, *kernel))
    x, weights, bias = (each.astype(np.float32) for each in (x, weights, random.standard_normal(6)))
    node = helper.make_node(
        "ConvTranspose",
        ["x", "w", "b"],
        ["y"],
        strides=strides,
        dilations=dilations,
        pads=pads,
        output_padding=more,
        group=groups,
    )
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("x", "w", "b")]
    graph = helper.make_graph([node], "g", inputs, [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    expected = session.run(None, {"x": x, "w": weights, "b": bias})[0].transpose(0, 2, 3, 1)
    turned = weights[..., ::-1, ::-1].reshape(groups, 4 // groups, 6 // groups, *kernel).transpose(3, 4, 1, 0, 2)
    packed = pack_kernel(turned.reshape(*kernel, 4 // groups, 6), groups)
    numbers = Window(strides, dilations, pads, groups).list_numbers(kernel)
    maps = np.ascontiguousarray(x.transpose(0, 2, 3, 1))
    result = run_instruction(Opcode.CONV_TRANSPOSE, [maps], [packed, bias, None], expected.shape, numbers)
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("opcode", "window", "code"),
    [
        (Opcode.CONV, Window(strides=(0, 1)), "shape"),
        (Opcode.CONV, Window(groups=3), "shape"),
        (Opcode.CONV, Window(pads=(2**20, 0, 0, 0)), "shape"),
        (Opcode.CONV, Window(activation=(99, 0.0, 0.0)), "operand"),
        (Opcode.CONV, Window(activation=(Activation.SILU, 0.0, 0.0), pool=True), "shape"),
        (Opcode.CONV, Window(activation=(Activation.LEAKY, -1.0, 0.0), pool=True), "shape"),
        (Opcode.CONV, Window(dilations=(2**15, 2**15)), "shape"),
        (Opcode.WINOGRAD, Window(strides=(2, 2)), "shape"),
        (Opcode.DEPTHWISE, Window(), "shape"),
        (Opcode.CONV_TRANSPOSE, Window(pool=True), "shape"),
    ],
)
def test_numbers_that_do_not_fit_are_refused(opcode: Opcode, window: Window, code: str) -> None:
    x, weights = np.zeros((1, 500, 500, 4), np.float32), np.zeros((1, 3, 3, 4, 8), np.float32)
    with pytest.raises(ProgramRefusal) as refused:
        run_instruction(opcode, [x], [weights, None, None], (1, 500, 500, 8), window.list_numbers((3, 3)))
    assert refused.value.code == code
