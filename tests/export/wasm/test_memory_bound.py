import math

import numpy as np
import pytest
from onnx import helper
from onnx_programs import compile_model, make_model, make_noise

from webparity.export.wasm.memory_plan import plan_memory
from webparity.program.graph import ProgramGraph


def _find_largest_pair(program: ProgramGraph) -> int:
    """Bytes of the largest result together with what it is computed from, weights apart."""
    pairs = []
    for instruction in program.instructions:
        values = [*instruction.inputs, *instruction.outputs]
        pairs.append(sum(value.nbytes for value in values if value is not None and value.constant is None))
    return max(pairs)


@pytest.mark.parametrize("depth", [3, 30])
def test_memory_does_not_grow_with_depth(depth: int) -> None:
    nodes, constants, last = [], {}, "x"
    for number in range(depth):
        constants[f"w{number}"] = make_noise(8, 8, 3, 3, seed=number)
        nodes.append(helper.make_node("Conv", [last, f"w{number}"], [f"c{number}"], pads=[1, 1, 1, 1]))
        nodes.append(helper.make_node("Add", [f"c{number}", last], [f"r{number}"]))
        nodes.append(helper.make_node("Relu", [f"r{number}"], [f"y{number}"]))
        last = f"y{number}"
    shape = (1, 8, 20, 20)
    program = compile_model(make_model(nodes, {"x": shape}, [last], constants), {"x": np.zeros(shape, np.float32)})
    assert plan_memory(program).size <= 2 * _find_largest_pair(program)
    assert plan_memory(program).size <= 4 * math.prod(shape) * 3
