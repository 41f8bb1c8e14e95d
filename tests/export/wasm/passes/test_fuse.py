from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, helper
from onnx_programs import compile_model, list_opcodes, make_model, make_noise, run_onnxruntime, run_program

from webparity.program.opcodes import Activation, Opcode

MAP = (1, 3, 12, 10)


def _hold(model: ModelProto, expected: Sequence[Opcode], shape: tuple[int, ...] = MAP) -> list[int | float]:
    """Hold a program to onnxruntime and to its instructions; gives the numbers of the first."""
    feeds = {"x": make_noise(*shape)}
    program = compile_model(model, feeds)
    assert [opcode for opcode in list_opcodes(program) if opcode != Opcode.COPY] == list(expected)
    for got, wanted in zip(run_program(program, [feeds["x"]]), run_onnxruntime(model, feeds), strict=True):
        assert np.max(np.abs(got - wanted)) < 5e-7 * np.ptp(wanted)
    return next(each for each in program.instructions if each.opcode == expected[0]).numbers


def _convolve(*more: NodeProto, outputs: Sequence[str] = ("y",), **constants: NDArray[np.float32]) -> ModelProto:
    """A convolution 3x3 of 3 to 5 channels from x to c, then other nodes."""
    weights = {"w": make_noise(5, 3, 3, 3, seed=1), **constants}
    conv = helper.make_node("Conv", ["x", "w"], ["c"], pads=[1, 1, 1, 1])
    return make_model([conv, *more], {"x": MAP}, outputs, weights)


def test_bias_batch_normalization_and_activation_join_a_convolution() -> None:
    numbers = _hold(
        _convolve(
            helper.make_node("Add", ["c", "b"], ["d"]),
            helper.make_node("Mul", ["d", "s"], ["e"]),
            helper.make_node("Clip", ["e", "low", "high"], ["y"]),
            b=make_noise(1, 5, 1, 1, seed=2),
            s=make_noise(5, 1, 1, seed=3),
            low=np.float32(0),
            high=np.float32(6),
        ),
        [Opcode.CONV],
    )
    assert numbers[9:] == [Activation.CLIP, 0.0, 6.0, 0]


def test_a_residual_and_the_activation_behind_it_join() -> None:
    second = helper.make_node("Conv", ["c", "w2"], ["d"], pads=[0, 0, 0, 0])
    model = _convolve(
        second,
        helper.make_node("Add", ["c", "d"], ["e"]),
        helper.make_node("Relu", ["e"], ["y"]),
        w2=make_noise(5, 5, 1, 1, seed=2),
    )
    _hold(model, [Opcode.CONV, Opcode.CONV])


def test_a_max_pool_joins_on_either_side_of_a_relu() -> None:
    pool = {"kernel_shape": [2, 2], "strides": [2, 2]}
    before = [helper.make_node("Relu", ["c"], ["r"]), helper.make_node("MaxPool", ["r"], ["y"], **pool)]
    behind = [helper.make_node("MaxPool", ["c"], ["r"], **pool), helper.make_node("Relu", ["r"], ["y"])]
    for nodes in (before, behind):
        assert _hold(_convolve(*nodes), [Opcode.CONV])[-1] == 1


def test_a_pool_of_another_window_stays() -> None:
    pool = helper.make_node("MaxPool", ["c"], ["y"], kernel_shape=[3, 3], strides=[2, 2])
    _hold(_convolve(pool), [Opcode.CONV, Opcode.POOL])


def test_what_is_read_twice_or_leaves_the_program_is_not_merged() -> None:
    relu = helper.make_node("Relu", ["c"], ["y"])
    _hold(_convolve(relu, outputs=("y", "c")), [Opcode.CONV, Opcode.ACTIVATION])


def test_zeros_around_join_and_other_padding_stays() -> None:
    pads = np.array([0, 0, 0, 0, 0, 0, 1, 1])
    weights = {"w": make_noise(5, 3, 3, 3, seed=1), "pads": pads}
    conv = helper.make_node("Conv", ["p", "w"], ["y"], strides=[2, 2])
    zeros = [helper.make_node("Pad", ["x", "pads"], ["p"]), conv]
    assert _hold(make_model(zeros, {"x": MAP}, ["y"], weights), [Opcode.CONV])[6:8] == [0, 0]
    ones = [helper.make_node("Pad", ["x", "pads", "one"], ["p"]), conv]
    _hold(make_model(ones, {"x": MAP}, ["y"], {**weights, "one": np.float32(1)}), [Opcode.FILL, Opcode.CONV])


def test_a_deep_convolution_of_3_by_3_is_done_by_winograd_and_a_depthwise_one_by_its_kernel() -> None:
    shape = (1, 8, 12, 10)
    deep = helper.make_node("Conv", ["x", "w"], ["y"], pads=[1, 1, 1, 1])
    _hold(make_model([deep], {"x": shape}, ["y"], {"w": make_noise(8, 8, 3, 3)}), [Opcode.WINOGRAD], shape)
    apart = helper.make_node("Conv", ["x", "w"], ["y"], group=8)
    _hold(make_model([apart], {"x": shape}, ["y"], {"w": make_noise(8, 1, 3, 3)}), [Opcode.DEPTHWISE], shape)


def test_a_dense_layer_takes_its_bias_through_reshapes() -> None:
    nodes = [
        helper.make_node("Reshape", ["x", "flat"], ["a"]),
        helper.make_node("MatMul", ["a", "w"], ["b"]),
        helper.make_node("Reshape", ["b", "rows"], ["c"]),
        helper.make_node("Add", ["c", "bias"], ["d"]),
        helper.make_node("Tanh", ["d"], ["y"]),
    ]
    constants = {
        "flat": np.array([12, 10]),
        "rows": np.array([1, 3, 4, 6]),
        "w": make_noise(10, 6),
        "bias": make_noise(6),
    }
    shape = (1, 3, 4, 10)
    numbers = _hold(make_model(nodes, {"x": shape}, ["y"], constants), [Opcode.DENSE], shape)
    assert numbers[:4] == [12, 10, 6, Activation.TANH]


@pytest.mark.parametrize(
    ("nodes", "kind"),
    [
        ([("Sigmoid", ["c"], "s"), ("Mul", ["s", "c"], "y")], Activation.SILU),
        ([("Add", ["c", "three"], "a"), ("Clip", ["a", "zero", "six"], "b"), ("Div", ["b", "six"], "y")], None),
        (
            [
                ("Mul", ["c", "sixth"], "a"),
                ("Add", ["c", "three"], "b"),
                ("Clip", ["b", "zero", "six"], "d"),
                ("Mul", ["a", "d"], "y"),
            ],
            Activation.HARD_SWISH,
        ),
        (
            [
                ("Mul", ["c", "root"], "a"),
                ("Erf", ["a"], "b"),
                ("Add", ["b", "one"], "d"),
                ("Mul", ["c", "half"], "e"),
                ("Mul", ["e", "d"], "y"),
            ],
            Activation.GELU,
        ),
        (
            [
                ("Neg", ["c"], "n"),
                ("Mul", ["n", "root"], "a"),
                ("Erf", ["a"], "b"),
                ("Sub", ["one", "b"], "d"),
                ("Mul", ["half", "c"], "e"),
                ("Mul", ["e", "d"], "y"),
            ],
            Activation.GELU,
        ),
    ],
)
def test_activations_that_graphs_spell_out_are_recognized(
    nodes: list[tuple[str, list[str], str]], kind: Activation | None
) -> None:
    numbers = {"three": 3, "zero": 0, "six": 6, "sixth": 1 / 6, "root": np.sqrt(0.5), "one": 1, "half": 0.5}
    used = {name for _, inputs, _ in nodes for name in inputs}
    constants = {name: np.array(number, np.float32) for name, number in numbers.items() if name in used}
    made = [helper.make_node(operator, inputs, [output]) for operator, inputs, output in nodes]
    assert _hold(_convolve(*made, **constants), [Opcode.CONV])[9] == (kind or Activation.HARD_SIGMOID)


def _normalize(*more: NodeProto, outputs: Sequence[str] = ("y",), **constants: NDArray[np.float32]) -> ModelProto:
    """A pool, a product with one number, which gives m, then a convolution 3x3 with zeros around it, which gives y."""
    pool = helper.make_node("MaxPool", ["x"], ["p"], kernel_shape=[3, 3])
    product = helper.make_node("Mul", ["p", "number"], ["m"])
    conv = helper.make_node("Conv", [more[-1].output[0] if more else "m", "w"], ["y"], pads=[1, 1, 1, 1])
    weights = {"w": make_noise(5, 3, 3, 3, seed=1), "number": np.float32(1 / 255), **constants}
    return make_model([pool, product, *more, conv], {"x": MAP}, outputs, weights)


def test_a_factor_before_a_layer_joins_its_kernel() -> None:
    _hold(_normalize(), [Opcode.POOL, Opcode.CONV])


def test_a_factor_that_is_read_elsewhere_stays() -> None:
    _hold(_normalize(outputs=("y", "m")), [Opcode.POOL, Opcode.BINARY, Opcode.CONV])


def test_a_factor_and_a_number_for_each_of_three_channels_are_two_passes() -> None:
    scale = helper.make_node("Mul", ["m", "s"], ["n"])
    shift = helper.make_node("Add", ["n", "t"], ["o"])
    numbers = {"s": make_noise(3, 1, 1, seed=2), "t": make_noise(3, 1, 1, seed=3)}
    _hold(_normalize(scale, shift, **numbers), [Opcode.POOL, Opcode.BINARY, Opcode.BINARY, Opcode.CONV])
