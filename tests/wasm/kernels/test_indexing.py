"""Gathering and scattering, as ONNX's reference evaluator does them; indices outside their axis."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest
from kernel_program import run_kernel
from numpy.typing import NDArray
from onnx.reference import ReferenceEvaluator

from webparity.program.opcodes import Opcode
from webparity.program.refusal import ProgramRefusal

REDUCTIONS = {"none": 0, "add": 1, "mul": 2, "max": 3, "min": 4}


def _refer(operator: str, inputs: list[NDArray[Any]], **attributes: Any) -> NDArray[Any]:
    """What ONNX's own evaluator gives."""
    names = [f"x{index}" for index in range(len(inputs))]
    node = onnx.helper.make_node(operator, names, ["y"], **attributes)
    given = [
        onnx.helper.make_tensor_value_info(name, onnx.helper.np_dtype_to_tensor_dtype(x.dtype), x.shape)
        for name, x in zip(names, inputs, strict=True)
    ]
    graph = onnx.helper.make_graph([node], "g", given, [onnx.ValueInfoProto(name="y")])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)])
    return np.asarray(ReferenceEvaluator(model).run(None, dict(zip(names, inputs, strict=True)))[0])


def _run(
    opcode: Opcode, like: NDArray[Any], inputs: list[NDArray[Any]], numbers: list[int], **options: Any
) -> NDArray[Any]:
    return run_kernel(opcode, [(like.shape, like.dtype)], inputs, numbers, **options)[0]


@pytest.mark.parametrize("dtype", [np.float32, np.uint8, np.int64])
@pytest.mark.parametrize("index_type", [np.int32, np.int64])
def test_gather(dtype: type, index_type: type) -> None:
    random = np.random.default_rng(5)
    x = random.integers(0, 99, (3, 5, 4)).astype(dtype)
    indices = np.array([[0, -1], [4, -5], [2, 2]], index_type)
    expected = np.take(x, indices, axis=1)
    np.testing.assert_array_equal(_run(Opcode.GATHER, expected, [x, indices], [3, 5, 4]), expected)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_gather_elements(axis: int) -> None:
    random = np.random.default_rng(5)
    x = random.normal(size=(4, 5, 3)).astype(np.float32)
    # Fewer places than x has, along every axis.
    indices = random.integers(-x.shape[axis], x.shape[axis], (3, 2, 7 if axis == 2 else 2))
    within = x[tuple(slice(None) if n == axis else slice(indices.shape[n]) for n in range(3))]
    expected = np.take_along_axis(within, indices, axis)
    np.testing.assert_array_equal(_run(Opcode.GATHER_ELEMENTS, expected, [x, indices], [axis]), expected)


@pytest.mark.parametrize(("shape", "batch"), [((6, 2), 0), ((3, 2), 0), ((2, 3, 1), 1), ((2, 4, 2, 1), 1), ((3, 3), 0)])
def test_gather_nd(shape: tuple[int, ...], batch: int) -> None:
    random = np.random.default_rng(5)
    x = random.normal(size=(2, 3, 4)).astype(np.float32)
    limits = x.shape[batch : batch + shape[-1]]
    indices = np.stack([random.integers(-n, n, shape[:-1]) for n in limits], -1)
    expected = _refer("GatherND", [x, indices], batch_dims=batch)
    np.testing.assert_array_equal(_run(Opcode.GATHER_ND, expected, [x, indices], [batch]), expected)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_scatter_elements(reduction: str, dtype: type) -> None:
    random = np.random.default_rng(5)
    x = random.integers(-9, 9, (3, 5)).astype(dtype)
    updates = random.integers(-9, 9, (3, 3)).astype(dtype)
    indices = np.array([[0, 1, -1], [2, 4, 0], [3, -2, 1]])
    expected = _refer("ScatterElements", [x, indices, updates], axis=1, reduction=reduction)
    numbers = [1, REDUCTIONS[reduction]]
    for in_place in (None, 0):
        found = _run(Opcode.SCATTER_ELEMENTS, expected, [x, indices, updates], numbers, in_place=in_place)
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("depth", [1, 2])
def test_scatter_nd(reduction: str, depth: int) -> None:
    random = np.random.default_rng(5)
    x = random.normal(size=(4, 3, 70)).astype(np.float32)
    indices = np.array([[[0, 1], [3, -1]], [[-2, 0], [1, 1]]])[..., :depth]
    updates = random.normal(size=(2, 2, *x.shape[depth:])).astype(np.float32)
    expected = _refer("ScatterND", [x, indices, updates], reduction=reduction)
    found = _run(Opcode.SCATTER_ND, expected, [x, indices, updates], [REDUCTIONS[reduction]])
    np.testing.assert_array_equal(found, expected)


def test_scattered_elements_of_one_place_follow_one_another() -> None:
    x, indices = np.zeros(3, np.float32), np.array([1, 1, 1, 2])
    updates = np.array([1, 2, 4, 8], np.float32)
    for mode, expected in [(0, [0, 4, 8]), (1, [0, 7, 8]), (3, [0, 4, 8]), (4, [0, 0, 0])]:
        found = _run(Opcode.SCATTER_ELEMENTS, x, [x, indices, updates], [0, mode])
        np.testing.assert_array_equal(found, np.array(expected, np.float32))


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_one_hot(axis: int) -> None:
    indices = np.array([[0, 3, -1], [7, -5, 2]])
    values = np.array([0.25, 4], np.float32)
    depth = 4
    counted = indices[..., None]
    on = (counted % depth == np.arange(depth)) & (counted >= -depth) & (counted < depth)
    expected = np.moveaxis(values[on.astype(np.intp)], -1, axis)
    outer, inner = int(np.prod(indices.shape[:axis])), int(np.prod(indices.shape[axis:]))
    found = _run(Opcode.ONE_HOT, expected, [indices, values], [outer, depth, inner])
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("index", [5, -6, 2**40, -(2**63)])
@pytest.mark.parametrize(
    ("opcode", "shape", "numbers", "updates"),
    [
        (Opcode.GATHER, (1,), [1, 5, 1], False), (Opcode.GATHER_ELEMENTS, (1,), [0], False),
        (Opcode.GATHER_ND, (1, 1), [0], False), (Opcode.SCATTER_ELEMENTS, (1,), [0, 0], True),
        (Opcode.SCATTER_ND, (1, 1), [0], True),
    ],
)  # fmt: skip
def test_an_index_outside_its_axis_is_refused(
    opcode: Opcode, shape: tuple[int, ...], numbers: list[int], updates: bool, index: int
) -> None:
    x = np.arange(5, dtype=np.float32)
    inputs = [x, np.full(shape, index, np.int64), *([np.zeros(1, np.float32)] if updates else [])]
    like = x if updates else np.zeros(1, np.float32)
    with pytest.raises(ProgramRefusal) as refusal:
        _run(opcode, like, inputs, numbers)
    assert refusal.value.code == "index"
