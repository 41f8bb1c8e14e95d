import numpy as np
import pytest
from onnx import TensorProto, helper
from onnx_programs import compile_model, list_opcodes, make_model, make_noise, run_onnxruntime, run_program

from webparity.errors import UnsupportedModelError
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Node
from webparity.export.wasm.lowering.registry import merge_families
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.program.opcodes import Opcode


def test_transposes_around_maps_move_nothing() -> None:
    nodes = [
        helper.make_node("Transpose", ["x"], ["a"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["a", "w"], ["b"]),
        helper.make_node("Relu", ["b"], ["c"]),
        helper.make_node("AveragePool", ["c"], ["d"], kernel_shape=[2, 2]),
        helper.make_node("Transpose", ["d"], ["e"], perm=[0, 2, 3, 1]),
        helper.make_node("Add", ["e", "more"], ["y"]),
    ]
    constants = {"w": make_noise(4, 3, 3, 3), "more": make_noise(4)}
    model = make_model(nodes, {"x": (1, 9, 8, 3)}, ["y"], constants)
    feeds = {"x": make_noise(1, 9, 8, 3)}
    program = compile_model(model, feeds)
    assert list_opcodes(program) == [Opcode.CONV, Opcode.POOL, Opcode.BINARY]
    np.testing.assert_allclose(run_program(program, [feeds["x"]])[0], run_onnxruntime(model, feeds)[0], atol=1e-6)


def test_what_only_shapes_decide_is_computed_at_export() -> None:
    nodes = [
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("Slice", ["shape", "start", "end"], ["sides"]),
        helper.make_node("ReduceProd", ["sides"], ["count"], keepdims=1),
        helper.make_node("Concat", ["one", "count"], ["flat"], axis=0),
        helper.make_node("Reshape", ["x", "flat"], ["y"]),
    ]
    constants = {"start": np.array([1]), "end": np.array([4]), "one": np.array([1])}
    model = make_model(nodes, {"x": (1, 2, 3, 4)}, ["y"], constants)
    feeds = {"x": make_noise(1, 2, 3, 4)}
    program = compile_model(model, feeds)
    assert list_opcodes(program) == [Opcode.COPY]
    np.testing.assert_array_equal(run_program(program, [feeds["x"]])[0], feeds["x"].reshape(1, 24))


def test_a_known_node_that_the_reference_implementation_lacks_is_computed_by_the_program() -> None:
    nodes = [
        helper.make_node("Scatter", ["table", "places", "updates"], ["known"], axis=0),
        helper.make_node("Add", ["x", "known"], ["y"]),
    ]
    constants = {"table": make_noise(4, 3), "places": np.array([[2, 0, 1]]), "updates": make_noise(1, 3, seed=1)}
    model = make_model(nodes, {"x": (4, 3)}, ["y"], constants)
    model.opset_import[0].version = 10
    feeds = {"x": make_noise(4, 3, seed=2)}
    (got,) = run_program(compile_model(model, feeds, opset=10), [feeds["x"]])
    np.testing.assert_array_equal(got, run_onnxruntime(model, feeds)[0])


def test_maps_of_several_images_are_computed_one_by_one() -> None:
    node = helper.make_node("Conv", ["x", "w"], ["y"])
    model = make_model([node], {"x": (3, 2, 5, 5)}, ["y"], {"w": make_noise(4, 2, 3, 3)})
    feeds = {"x": make_noise(3, 2, 5, 5)}
    (got,) = run_program(compile_model(model, feeds), [feeds["x"]])
    np.testing.assert_allclose(got, run_onnxruntime(model, feeds)[0], atol=1e-6)


@pytest.mark.parametrize(("channels", "outputs", "groups"), [(80, 12, 2), (40, 10, 2), (90, 15, 3), (64, 20, 4)])
def test_groups_whose_channels_are_no_eights(channels: int, outputs: int, groups: int) -> None:
    node = helper.make_node("Conv", ["x", "w"], ["y"], group=groups)
    weights = make_noise(outputs, channels // groups, 3, 3)
    model = make_model([node], {"x": (1, channels, 6, 5)}, ["y"], {"w": weights})
    feeds = {"x": make_noise(1, channels, 6, 5)}
    (got,) = run_program(compile_model(model, feeds), [feeds["x"]])
    np.testing.assert_allclose(got, run_onnxruntime(model, feeds)[0], rtol=1e-5, atol=1e-4)


def test_more_axes_than_a_program_has_are_joined() -> None:
    shape = [1, 2, 1, 3, 1, 2, 1, 2, 1, 1]
    nodes = [
        helper.make_node("Reshape", ["x", "deep"], ["a"]),
        helper.make_node("Mul", ["a", "ones"], ["b"]),
        helper.make_node("Reshape", ["b", "flat"], ["y"]),
    ]
    constants = {"deep": np.array(shape), "flat": np.array([24]), "ones": make_noise(1, 2, 1, 1)}
    model = make_model(nodes, {"x": (24,)}, ["y"], constants)
    feeds = {"x": make_noise(24)}
    (got,) = run_program(compile_model(model, feeds), [feeds["x"]])
    np.testing.assert_allclose(got, run_onnxruntime(model, feeds)[0], atol=1e-6)


@pytest.mark.parametrize("chosen", [3, 7])
def test_a_branch_that_a_shape_decides_is_chosen_at_export(chosen: int) -> None:
    branches = {}
    for name, operator in (("then_branch", "Relu"), ("else_branch", "Neg")):
        value = helper.make_tensor_value_info("inner", TensorProto.FLOAT, None)
        branches[name] = helper.make_graph([helper.make_node(operator, ["a"], ["inner"])], name, [], [value])
    nodes = [
        helper.make_node("Abs", ["x"], ["b"]),
        helper.make_node("Sub", ["x", "half"], ["a"]),
        helper.make_node("Size", ["x"], ["size"]),
        helper.make_node("Equal", ["size", "three"], ["is_three"]),
        helper.make_node("If", ["is_three"], ["c"], **branches),
        helper.make_node("Add", ["b", "c"], ["y"]),
    ]
    constants = {"half": np.array(0.5, np.float32), "three": np.array(3)}
    model = make_model(nodes, {"x": (chosen,)}, ["y"], constants)
    feeds = {"x": make_noise(chosen)}
    (got,) = run_program(compile_model(model, feeds), [feeds["x"]])
    np.testing.assert_array_equal(got, run_onnxruntime(model, feeds)[0])


@pytest.mark.parametrize(
    ("operator", "attributes", "words"),
    [
        ("NonZero", {}, "received NonZero of layer7: programs do not have it"),
        ("LpPool", {"kernel_shape": [2, 2]}, "received LpPool of layer7: windows of 2 axes on a map of 3"),
    ],
)
def test_a_refusal_names_the_operator_the_layer_and_the_way_out(
    operator: str, attributes: dict[str, list[int]], words: str
) -> None:
    node = helper.make_node(operator, ["x"], ["y"], name="layer7", **attributes)
    with pytest.raises(UnsupportedModelError, match=words) as refusal:
        compile_model(make_model([node], {"x": (1, 1, 4, 4, 4)}, ["y"]), {"x": make_noise(1, 1, 4, 4, 4)})
    assert "--target onnx" in str(refusal.value)


def test_a_family_that_repeats_an_operator_is_refused() -> None:
    def lower(_builder: Builder, node: Node) -> list[OrderedTensor]:
        return [node[0]]

    assert list(merge_families(iter([{"B": lower}, {}, {"A": lower}]))) == ["A", "B"]
    with pytest.raises(ValueError, match="in one family"):
        merge_families(iter([{"A": lower}, {"A": lower}]))
