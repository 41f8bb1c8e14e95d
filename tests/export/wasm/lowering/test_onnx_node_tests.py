from onnx_node_tests import NEWEST_OPSET, NodeTest, compile_node_test, hold_outputs, load_node_tests

from webparity.errors import UnsupportedModelError
from webparity.export.wasm.lowering.registry import OPERATORS
from webparity.program.instance import ProgramInstance

# Forms of lowered operators that programs cannot compute, each with the words of the refusal.
_REFUSED = {
    "random results": ("Dropout",),
    "known only when it runs": ("Range",),
}


def _hold(test: NodeTest) -> None:
    program, inputs = compile_node_test(test)
    hold_outputs(test, ProgramInstance(program).run(inputs))


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
