from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx_node_tests import NEWEST_OPSET, NodeTest, compile_node_test, load_node_tests
from program_batch import pack_batch, run_in_chromium, run_in_node

from webparity.errors import UnsupportedModelError
from webparity.export.wasm.lowering.registry import OPERATORS
from webparity.program.instance import ProgramInstance

# Forms of lowered operators that programs cannot compute, each with the words of the refusal.
_REFUSED = {
    "training mode": ("BatchNormalization", "Dropout"),
    "windows of 3 axes": ("AveragePool", "LpPool", "MaxPool"),
    "of 3 axes": ("ConvTranspose",),
    "with indices": ("MaxPool",),
    "of uint8": ("MaxPool",),
    "beyond the border": ("Resize",),
    "known only when it runs": ("Range",),
}


def _hold(test: NodeTest) -> None:
    program, inputs = compile_node_test(test)
    received = ProgramInstance(program).run(inputs)
    assert len(received) == len(test.outputs), test.name
    for got, wanted in zip(received, test.outputs, strict=True):
        assert (got.shape, got.dtype) == (wanted.shape, wanted.dtype), test.name
        np.testing.assert_allclose(got, wanted, rtol=1e-3, atol=1e-7, err_msg=test.name)


def _is_known_refusal(operator: str, error: UnsupportedModelError) -> bool:
    return any(words in str(error) and operator in operators for words, operators in _REFUSED.items())


def _group() -> dict[str, list[NodeTest]]:
    groups: dict[str, list[NodeTest]] = {}
    for test in load_node_tests():
        if test.operator in OPERATORS:
            groups.setdefault(test.operator, []).append(test)
    return groups


def _hold_or_know(test: NodeTest) -> bool:
    """Whether a test passes; False where its form is known to be refused."""
    try:
        _hold(test)
    except UnsupportedModelError as error:
        if not _is_known_refusal(test.operator, error):
            raise
        return False
    return True


def test_every_test_of_a_lowered_operator_passes_or_its_form_is_known_to_be_refused() -> None:
    groups = _group()
    assert len(groups) > 120
    for operator, tests in groups.items():
        assert any([_hold_or_know(test) for test in tests]), operator  # noqa: C419 - each is tried


def test_every_definition_in_other_operators_gives_what_the_operator_gives() -> None:
    known = OPERATORS.keys() | {"Constant"}
    whole = [
        test
        for test in load_node_tests()
        if test.operator == "(expanded)" and test.opset <= NEWEST_OPSET
        if {node.op_type for node in test.model.graph.node} <= known
    ]
    assert len(whole) > 50
    for test in whole:
        _hold(test)


def _compile_all() -> Iterator[tuple[bytes, list[NDArray[np.generic]]]]:
    for tests in _group().values():
        for test in tests:
            try:
                yield compile_node_test(test)
            except UnsupportedModelError:
                continue


@pytest.mark.slow
def test_node_and_chromium_give_the_bytes_that_python_gives(tmp_path: Path) -> None:
    programs = list(_compile_all())
    assert len(programs) > 700
    wanted = b"".join(array.tobytes() for program, inputs in programs for array in ProgramInstance(program).run(inputs))
    batch = pack_batch(programs)
    assert run_in_node(batch, tmp_path) == wanted
    assert run_in_chromium(batch) == wanted
