"""The ONNX project's own tests of single operators, as programs of the module."""

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto
from onnx_programs import compile_model

from webparity.errors import UnsupportedModelError
from webparity.export.wasm.lowering.node import ConstantNeededError
from webparity.export.wasm.write import write_program

# The newest version of ONNX's operators that programs are held to.
NEWEST_OPSET: Final = 21
# Types that no tensor of a program has: strings, 4-bit and 8-bit floats, complex numbers, float16.
_KINDS: Final = "fiub"


@dataclass(frozen=True)
class NodeTest:
    """One test of one operator: a model, what enters, what must leave, and how close to it."""

    name: str
    model: ModelProto
    inputs: list[NDArray[Any]]
    outputs: list[NDArray[Any]]
    rtol: float
    atol: float

    @property
    def operator(self) -> str:
        """The operator under test; of a test of its definition in other operators, the name with that."""
        nodes = self.model.graph.node
        return str(nodes[0].op_type) if len(nodes) == 1 else "(expanded)"

    @property
    def opset(self) -> int:
        """Version of ONNX's operators that the test was written for."""
        return int(next(each.version for each in self.model.opset_import if not each.domain))


@cache
def load_node_tests() -> tuple[NodeTest, ...]:
    """Load the tests of ONNX's own domain on tensors that programs can hold."""
    return tuple(sorted(filter(None, map(_load, _collect())), key=lambda test: test.name))


def count_tests_of_other_types() -> Counter[str]:
    """Count the tests of each operator whose inputs or outputs no tensor of a program can hold."""
    models = [case.model.graph.node for case in _collect() if _load(case) is None]
    return Counter(str(nodes[0].op_type) for nodes in models if len(nodes) == 1)


@cache
def _collect() -> tuple[Any, ...]:
    with warnings.catch_warnings():
        # Making the cases computes logarithms of 0 and the like.
        warnings.simplefilter("ignore")
        from onnx.backend.test.case.node import collect_testcases

        cases = collect_testcases(None)
    # Training and preview operators have domains of their own.
    return tuple(case for case in cases if not any(node.domain for node in case.model.graph.node))


def _load(case: Any) -> NodeTest | None:
    if not case.model.graph.node:
        return None
    inputs, outputs = case.data_sets[0]
    arrays = [*inputs, *outputs]
    if any(isinstance(each, list | dict) or each is None for each in arrays):
        return None
    given, wanted = ([np.asarray(each) for each in part] for part in (inputs, outputs))
    if not all(map(_is_held, [*given, *wanted])):
        return None
    return NodeTest(case.name, case.model, given, wanted, case.rtol, case.atol)


def _is_held(array: NDArray[Any]) -> bool:
    # ml_dtypes' small types call themselves kinds of NumPy's too.
    known = array.dtype.type.__module__ == "numpy" and array.dtype.kind in _KINDS
    return known and array.dtype != np.float16


def compile_node_test(test: NodeTest) -> tuple[bytes, list[NDArray[Any]]]:
    """Compile a test's model; inputs that only shapes depend on are constants of the program.

    Returns:
        The program, and what its inputs are.

    Raises:
        UnsupportedModelError: programs cannot compute it.
    """
    names = [each.name for each in test.model.graph.input]
    feeds = dict(zip(names, test.inputs, strict=False))
    bound: frozenset[str] = frozenset()
    while True:
        try:
            program = compile_model(test.model, feeds, bound=bound, opset=test.opset)
        except UnsupportedModelError as error:
            needed = _find_needed(test, error, bound)
            if needed is None:
                raise
            bound |= {needed}
        else:
            left = [np.asarray(array, order="C") for name, array in feeds.items() if name not in bound]
            return write_program(program), left


def hold_outputs(test: NodeTest, received: Sequence[NDArray[Any]]) -> None:
    """Hold outputs to what a test wants: their number, shapes, types, and elements within the test's tolerances."""
    assert len(received) == len(test.outputs), test.name
    for got, wanted in zip(received, test.outputs, strict=True):
        assert (got.shape, got.dtype) == (wanted.shape, wanted.dtype), test.name
        np.testing.assert_allclose(got, wanted, rtol=test.rtol, atol=test.atol, err_msg=test.name)


def _find_needed(test: NodeTest, error: UnsupportedModelError, bound: frozenset[str]) -> str | None:
    """The input of the model that must be known at export."""
    cause = error.__cause__
    if not isinstance(cause, ConstantNeededError):
        return None
    names = [each.name for each in test.model.graph.input if each.name not in bound]
    for node in test.model.graph.node:
        if cause.position < len(node.input) and node.input[cause.position] in names:
            return str(node.input[cause.position])
    # Computed from another input: from whole numbers, as shapes are.
    feeds = dict(zip([each.name for each in test.model.graph.input], test.inputs, strict=False))
    return next((name for name in names if feeds[name].dtype.kind in "iu"), None)
