"""ONNX models as programs, run in the module, beside the same models in onnxruntime."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from webparity.export.wasm.compile import append_graph, optimize_program
from webparity.export.wasm.write import write_program
from webparity.program.graph import ProgramGraph
from webparity.program.instance import ProgramInstance
from webparity.program.opcodes import Opcode

Array = NDArray[Any]
OPSET = 17


def make_model(
    nodes: Sequence[NodeProto],
    inputs: Mapping[str, Sequence[int]],
    outputs: Sequence[str],
    constants: Mapping[str, Array] | None = None,
) -> ModelProto:
    """Make a model of float32 inputs of these shapes."""
    graph = helper.make_graph(
        list(nodes),
        "graph",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [numpy_helper.from_array(array, name) for name, array in (constants or {}).items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)


def compile_model(
    model: ModelProto, feeds: Mapping[str, Array], *, bound: frozenset[str] = frozenset(), opset: int = OPSET
) -> ProgramGraph:
    """Compile a model for inputs of the shapes of some arrays.

    Args:
        model: the model.
        feeds: its inputs.
        bound: those of them that are constants of the program.
        opset: version of ONNX's operators.
    """
    program = ProgramGraph()
    values = {
        name: program.add_constant(array) if name in bound else program.add_input(array.shape, array.dtype, name)
        for name, array in feeds.items()
    }
    program.outputs += append_graph(program, model.graph, values, opset)
    optimize_program(program)
    return program


def run_program(program: ProgramGraph, inputs: Sequence[Array]) -> list[Array]:
    """Write a program, load it in the module and run it."""
    return ProgramInstance(write_program(program)).run([np.asarray(array, order="C") for array in inputs])


def run_onnxruntime(model: ModelProto, feeds: Mapping[str, Array]) -> list[Array]:
    """Run a model in onnxruntime."""
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return [np.asarray(each) for each in session.run(None, dict(feeds))]


def list_opcodes(program: ProgramGraph) -> list[Opcode]:
    """The instructions that run for each image, by opcode."""
    return [Opcode(instruction.opcode) for instruction in program.instructions]


def make_noise(*shape: int, seed: int = 0) -> NDArray[np.float32]:
    """Normal numbers that are the same in every run."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)
