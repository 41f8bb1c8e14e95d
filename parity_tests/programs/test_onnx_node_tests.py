"""The ONNX project's own tests of operators pass in Node and in Chromium, with the bytes of Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from numpy.typing import NDArray
from onnx_node_tests import NodeTest, compile_node_test, hold_outputs, load_node_tests
from program_batch import Arrays, bundle_script, pack_batch, run_in_node, run_in_page

from webparity.errors import UnsupportedModelError
from webparity.export.wasm.lowering.registry import OPERATORS
from webparity.program.instance import ProgramInstance

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

# Fewer would be a sign that tests are no longer found.
_LEAST: Final = 1000
Case = tuple[NodeTest, bytes, list[NDArray[Any]]]


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """The tests of every operator that is compiled, and of definitions made of such, with programs and their inputs."""
    known = OPERATORS.keys() | {"Constant"}
    compiled = []
    for test in load_node_tests():
        if {node.op_type for node in test.model.graph.node} <= known:
            try:
                compiled.append((test, *compile_node_test(test)))
            except UnsupportedModelError:
                # `tests/export/wasm/lowering/test_onnx_node_tests.py` holds which these are.
                continue
    assert len(compiled) > _LEAST
    return compiled


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script that runs programs."""
    return bundle_script(tmp_path_factory.mktemp("programs"))


def hold(cases: list[Case], answers: list[Arrays | str]) -> None:
    assert len(answers) == len(cases)
    for (test, program, inputs), received in zip(cases, answers, strict=True):
        assert not isinstance(received, str), f"{test.name}: {received}"
        hold_outputs(test, received)
        expected = ProgramInstance(program).run(inputs)
        assert [array.tobytes() for array in received] == [array.tobytes() for array in expected], test.name


def test_they_pass_in_node_with_the_bytes_of_python(cases: list[Case], script: Path) -> None:
    batch = pack_batch((program, inputs) for _, program, inputs in cases)
    hold(cases, run_in_node(script, batch))


def test_they_pass_in_chromium_with_the_bytes_of_python(cases: list[Case], script: Path, browser: Browser) -> None:
    batch = pack_batch((program, inputs) for _, program, inputs in cases)
    hold(cases, run_in_page(script, batch, browser.new_page()))


def test_a_program_that_is_refused_and_an_input_that_is_missing_are_told_apart(cases: list[Case], script: Path) -> None:
    _, program, inputs = next(case for case in cases if case[2])
    answers = run_in_node(script, pack_batch([(program[:-1], inputs), (program, []), (program, inputs)]))
    assert [type(answer) for answer in answers] == [str, str, list]
    assert "program" in str(answers[0])
    assert "input 0" in str(answers[1])
