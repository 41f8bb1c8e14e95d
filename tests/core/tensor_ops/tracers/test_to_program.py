"""Each operation traced into a program and run instruction by instruction, against NumPy's adapter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from numpy.typing import NDArray
from program_interpreter import interpret

from webparity.program.graph import ProgramGraph
from webparity.program.opcodes import Opcode
from webparity.tensor_ops.tracers.program_tensor import ProgramTensor
from webparity.tensor_ops.tracers.to_numpy import NumpyOps
from webparity.tensor_ops.tracers.to_program import ProgramOps

Case = tuple[Callable[[Any, Any, Any], Any], tuple[int, ...], tuple[int, ...]]

# A function of an adapter and two tensors, and their shapes.
CASES: Final[dict[str, Case]] = {
    "sum of both": (lambda _, x, y: 1.5 + x + y + 0.5, (2, 3), (3,)),
    "difference": (lambda _, x, y: 1.0 - (x - y) - 2.0, (2, 1), (1, 3)),
    "product": (lambda _, x, y: 2.0 * x * y * 1.0, (2, 3), (1,)),
    "quotient": (lambda _, x, y: x / (y * y + 1.0) / 2.0, (2, 3), (2, 3)),
    "abs": (lambda ops, x, _: ops.abs(x), (4,), (1,)),
    "floor": (lambda ops, x, _: ops.floor(x * 3.0), (4,), (1,)),
    "sqrt": (lambda ops, x, _: ops.sqrt(ops.abs(x)), (4,), (1,)),
    "exp": (lambda ops, x, _: ops.exp(x), (4,), (1,)),
    "tanh": (lambda ops, x, _: ops.tanh(x), (4,), (1,)),
    "sigmoid": (lambda ops, x, _: ops.sigmoid(x), (4,), (1,)),
    "softmax": (lambda ops, x, _: ops.softmax(x), (2, 5), (1,)),
    "greater_equal": (lambda ops, x, y: ops.greater_equal(x, y), (2, 5), (5,)),
    "maximum": (lambda ops, x, y: ops.maximum(x, y), (2, 5), (5,)),
    "minimum": (lambda ops, x, y: ops.minimum(x, y), (2, 5), (2, 1)),
    "max": (lambda ops, x, _: ops.max(x, 1), (2, 5, 3), (1,)),
    "sum of an axis": (lambda ops, x, _: ops.sum(x, -2), (2, 5, 3), (1,)),
    "matmul": (lambda ops, x, y: ops.matmul(x, y), (2, 3), (3, 4)),
    "matmul of batches": (lambda ops, x, y: ops.matmul(x, y), (4, 1, 2, 3), (1, 5, 3, 4)),
    "matmul of one batch": (lambda ops, x, y: ops.matmul(x, y), (5, 2, 3), (3, 4)),
    "take steps": (lambda ops, x, _: ops.take(x, ops.constant(np.array([4.0, 2.0, 0.0])), 1), (2, 5, 3), (1,)),
    "take one": (lambda ops, x, _: ops.take(x, ops.constant(3.0), 1), (2, 5, 3), (1,)),
    "take any": (lambda ops, x, _: ops.take(x, ops.constant(np.array([4.0, 0.0, 0.0])), 1), (2, 5, 3), (1,)),
    "take what is found": (
        lambda ops, x, y: ops.take(y, ops.reshape(ops.find_smallest(x, 2), (-1,)), 0),
        (1, 5),
        (5, 2),
    ),
    "concat": (lambda ops, x, y: ops.concat([x, y, x * 2.0], 1), (2, 3, 2), (2, 1, 2)),
    "find_smallest": (lambda ops, x, _: ops.find_smallest(x, 3), (2, 6), (1,)),
    "reshape": (lambda ops, x, _: ops.reshape(x, (-1, ops.size(x, 0), 3)), (2, 6), (1,)),
    "permute_dims": (lambda ops, x, _: ops.permute_dims(x, (2, 0, 1)), (2, 6, 3), (1,)),
    "permute_dims of one": (lambda ops, x, _: ops.permute_dims(x, (2, 0, 1)), (2, 6, 1), (1,)),
    "arange": (lambda ops, x, _: x + ops.arange(ops.size(x, 1)), (2, 6), (1,)),
    "double-float": (
        lambda ops, x, y: ops.to_float32(
            ops.to_double_float(x) * ops.double_float_constant(0.1) + ops.to_double_float(y)
        ),
        (2, 6),
        (6,),
    ),
}


def trace(function: Any, x: NDArray[Any], y: NDArray[Any], *, constants: bool) -> tuple[ProgramGraph, NDArray[Any]]:
    """Trace a function of two tensors, inputs or constants; the program and what it gives."""
    graph = ProgramGraph()
    ops = ProgramOps(graph)
    arrays = [each.astype(np.float32) for each in (x, y)]
    tensors = [
        ops.constant(each) if constants else ops.wrap(graph.add_input(each.shape, each.dtype)) for each in arrays
    ]
    graph.outputs = [function(ops, *tensors).value]
    return graph, interpret(graph, None, [] if constants else arrays)[0]


@pytest.mark.parametrize("name", CASES)
def test_a_traced_operation_equals_numpy(name: str) -> None:
    function, *shapes = CASES[name]
    rng = np.random.default_rng(1)
    x, y = (rng.normal(size=shape).astype(np.float32).astype(np.float64) for shape in shapes)
    expected = function(NumpyOps(), x, y)
    _, traced = trace(function, x, y, constants=False)
    np.testing.assert_allclose(traced, expected, rtol=1e-6, atol=1e-6)
    assert traced.shape == expected.shape


@pytest.mark.parametrize("name", [name for name in CASES if "find" not in name and "found" not in name])
def test_what_depends_on_constants_alone_is_computed_at_once(name: str) -> None:
    function, *shapes = CASES[name]
    rng = np.random.default_rng(1)
    x, y = (rng.normal(size=shape).astype(np.float32).astype(np.float64) for shape in shapes)
    graph, folded = trace(function, x, y, constants=True)
    assert not graph.instructions
    np.testing.assert_allclose(folded, function(NumpyOps(), x, y), rtol=1e-6, atol=1e-6)


def test_equal_instructions_and_constants_are_shared() -> None:
    graph = ProgramGraph()
    ops = ProgramOps(graph)
    x = ops.wrap(graph.add_input((3,), np.float32))
    both = [x * 2.0 + ops.constant(np.ones(3)) * 3.0 for _ in range(2)]
    assert both[0].value is both[1].value
    assert len(graph.instructions) == 2


def test_constants_that_float32_holds_are_widened_once_at_loading() -> None:
    graph = ProgramGraph()
    ops = ProgramOps(graph)
    x = ops.to_double_float(ops.wrap(graph.add_input((200,), np.float32)))
    both = [ops.double_float_constant(np.full(200, number)) for number in (0.5, 0.1)]
    graph.outputs = [(x * both[0] * both[1] * both[0]).value]
    assert [each.opcode for each in graph.prologue] == [Opcode.CAST]
    np.testing.assert_array_equal(interpret(graph, None, [np.ones(200, np.float32)])[0], 0.25 * 0.1)


def test_types_are_not_mixed() -> None:
    graph = ProgramGraph()
    ops = ProgramOps(graph)
    x = ops.wrap(graph.add_input((3,), np.float32))
    with pytest.raises(TypeError, match="float32 and float64"):
        x + ops.to_double_float(x)


def test_sizes_do_not_depend_on_the_image() -> None:
    graph = ProgramGraph()
    ops = ProgramOps(graph)
    x = ops.wrap(graph.add_input((), np.float32))
    with pytest.raises(TypeError, match="image"):
        ops.arange(x)
    with pytest.raises(ValueError, match="without value"):
        ProgramTensor(ops, None)
