from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from webparity.export.wasm.memory_plan import MemoryPlan, plan_memory
from webparity.program.graph import Instruction, ProgramGraph, Value
from webparity.program.opcodes import Binary, Opcode, Unary


def _make_value(elements: int) -> Value:
    return Value((elements,), np.dtype(np.float32))


def _chain(*opcodes: Opcode, elements: int = 100) -> tuple[ProgramGraph, list[Value]]:
    """A program of instructions of one operand, each of the result before."""
    graph = ProgramGraph()
    values = [graph.add_input((elements,), np.float32)]
    for opcode in opcodes:
        numbers: list[int | float] = [1, elements, 1, 1, 0, 0] if opcode == Opcode.COPY else [0]
        values.append(graph.emit(opcode, [values[-1]], ((elements,), np.float32), numbers=numbers)[0])
    graph.outputs.append(values[-1])
    return graph, values


def _lives(graph: ProgramGraph) -> dict[Value, range]:
    """The instructions during which each value must keep its elements."""
    lives = {value: range(-1, 0) for value in graph.inputs}
    steps = [*graph.prologue, *graph.instructions]
    for position, instruction in enumerate(steps):
        for value in [*instruction.inputs, *instruction.outputs]:
            if value is not None and value.constant is None:
                start = lives[value].start if value in lives else position
                end = len(steps) if position < len(graph.prologue) and value in instruction.outputs else position + 1
                lives[value] = range(start, max(end, lives[value].stop if value in lives else 0))
    for value in graph.outputs:
        lives[value] = range(lives[value].start, len(steps) + 1)
    return lives


def _assert_apart(graph: ProgramGraph, plan: MemoryPlan) -> None:
    """Values that live during the same instructions have places of their own.

    A result may take the place of an operand whose life ends with the instruction that makes the result.
    """
    lives = _lives(graph)
    for (a, when), (b, then) in combinations(lives.items(), 2):
        together = range(max(when.start, then.start), min(when.stop, then.stop))
        in_place = len(together) == 1 and plan.offsets[a] == plan.offsets[b] and a.nbytes == b.nbytes
        if together and not in_place:
            first, second = sorted((a, b), key=lambda value: plan.offsets[value])
            assert plan.offsets[first] + first.nbytes <= plan.offsets[second]
    assert all(offset % 16 == 0 for offset in plan.offsets.values())
    assert all(plan.offsets[value] + value.nbytes <= plan.size for value in lives)


def test_elementwise_results_take_their_operands_place() -> None:
    graph, values = _chain(Opcode.UNARY, Opcode.ACTIVATION, Opcode.COPY)
    plan = plan_memory(graph)
    assert {plan.offsets[value] for value in values} == {0}
    assert plan.size == 400


def test_other_results_lie_apart_and_places_are_used_again() -> None:
    graph, _ = _chain(Opcode.REDUCE, Opcode.REDUCE, Opcode.REDUCE, Opcode.REDUCE)
    plan = plan_memory(graph)
    _assert_apart(graph, plan)
    assert plan.size == 800


def test_an_operand_that_is_read_again_keeps_its_place() -> None:
    graph, (x, y) = _chain(Opcode.UNARY)
    (total,) = graph.emit(Opcode.BINARY, [x, y], (x.shape, x.dtype), numbers=[int(Binary.ADD)])
    graph.outputs = [total]
    plan = plan_memory(graph)
    assert plan.offsets[x] != plan.offsets[y]
    assert plan.offsets[total] in {plan.offsets[x], plan.offsets[y]}


def test_outputs_keep_their_places_to_the_end() -> None:
    graph, (_, y, z) = _chain(Opcode.UNARY, Opcode.UNARY)
    graph.outputs = [y, z]
    plan = plan_memory(graph)
    assert plan.offsets[y] != plan.offsets[z]


def test_what_the_prologue_leaves_is_never_written_over() -> None:
    graph = ProgramGraph()
    codes = graph.add_constant(np.ones(100, np.int8))
    weights = _make_value(100)
    graph.prologue.append(Instruction(Opcode.CAST, [weights], [codes]))
    x = graph.add_input((100,), np.float32)
    (y,) = graph.emit(Opcode.BINARY, [x, weights], ((100,), np.float32), numbers=[int(Binary.MULTIPLY)])
    (z,) = graph.emit(Opcode.REDUCE, [y], ((100,), np.float32), numbers=[0])
    graph.outputs.append(z)
    plan = plan_memory(graph)
    assert plan.offsets[weights] not in {plan.offsets[value] for value in (x, y, z)}


@given(
    st.lists(
        st.tuples(st.sampled_from([Opcode.UNARY, Opcode.BINARY, Opcode.REDUCE]), st.integers(), st.integers()),
        min_size=1,
        max_size=20,
    ),
    st.lists(st.integers(1, 60), min_size=21, max_size=21),
)
def test_no_two_values_of_one_time_overlap(steps: list[tuple[Opcode, int, int]], sizes: list[int]) -> None:
    graph = ProgramGraph()
    values = [graph.add_input((sizes[0],), np.float32)]
    for (opcode, first, second), size in zip(steps, sizes[1:], strict=False):
        x, y = values[first % len(values)], values[second % len(values)]
        operands: list[Value | None] = [x, y] if opcode == Opcode.BINARY else [x]
        shape = x.shape if opcode != Opcode.REDUCE else (size,)
        number = int(Unary.ABS if opcode == Opcode.UNARY else Binary.ADD)
        values += graph.emit(opcode, operands, (shape, np.float32), numbers=[number])
    graph.outputs = [values[-1], values[len(values) // 2]]
    _assert_apart(graph, plan_memory(graph))
