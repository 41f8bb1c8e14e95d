"""The instructions of classifiers: sums of leaves and distances, and tables that lead outside."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pytest
from program_interpreter import interpret

from webparity.export.wasm.write import write_program
from webparity.program.graph import ProgramGraph
from webparity.program.instance import ProgramInstance
from webparity.program.opcodes import Distance, Opcode
from webparity.program.refusal import ProgramRefusal

# Two trees: x[0] <= 0.5 to a leaf or to x[1] <= 0 and two leaves; one leaf alone.
TABLES: Final[dict[str, Any]] = {
    "thresholds": np.array([0.5, 0, 0, 0, 0, 0], np.float32),
    "features": np.array([0, 0, 1, 0, 0, 0], np.int32),
    "after": np.array([2, -1, 4, -2, -3, -4], np.int32),
    "roots": np.array([0, 5], np.int32),
    "starts": np.array([0, 1, 3, 4, 5], np.int32),
    "targets": np.array([0, 0, 1, 1, 1], np.uint16),
    "values": np.array([1, 2, 4, 8, 16], np.float32),
    "base": np.array([0.25, 0.5], np.float64),
}


def build_trees(**changed: Any) -> ProgramGraph:
    graph = ProgramGraph()
    x = graph.add_input((1, 2), np.float32)
    tables = [graph.add_constant(table) for table in (TABLES | changed).values()]
    graph.outputs = graph.emit(Opcode.TREES, [x, *tables], ((1, 2), np.float64))
    return graph


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("x", "sums"),
    [
        ([0.5, 9], [1.25, 16.5]),
        ([0.6, 0], [2.25, 20.5]),
        ([0.6, 0.1], [0.25, 24.5]),
        ([np.nan, np.nan], [0.25, 24.5]),
    ],
)
def test_the_leaves_of_all_trees_are_added(dtype: Any, x: list[float], sums: list[float]) -> None:
    program = ProgramInstance(write_program(build_trees(values=TABLES["values"].astype(dtype))))
    np.testing.assert_array_equal(program.run([np.array([x], np.float32)])[0], [sums])


@pytest.mark.parametrize(
    ("table", "place", "number"),
    [
        ("features", 0, 2),
        ("features", 2, -1),
        ("after", 0, 0),
        ("after", 2, 1),
        ("after", 0, 6),
        ("after", 5, 6),
        ("after", 1, -6),
        ("roots", 1, 6),
        ("roots", 0, -1),
        ("starts", 0, -1),
        ("starts", 1, 4),
        ("starts", 4, 6),
        ("targets", 4, 2),
    ],
)
def test_tables_that_lead_outside_or_in_a_circle_are_refused(table: str, place: int, number: int) -> None:
    changed = TABLES[table].copy()
    changed[place] = number
    with pytest.raises(ProgramRefusal) as refused:
        ProgramInstance(write_program(build_trees(**{table: changed})))
    assert refused.value.code == "bounds"


@pytest.mark.parametrize("table", [name for name in TABLES if name != "roots"])
def test_tables_of_unlike_lengths_are_refused(table: str) -> None:
    with pytest.raises(ProgramRefusal) as refused:
        ProgramInstance(write_program(build_trees(**{table: TABLES[table][:0]})))
    assert refused.value.code in {"shape", "bounds"}


@pytest.mark.parametrize("kind", Distance)
@pytest.mark.parametrize("length", [1, 4, 23])
@pytest.mark.parametrize("types", [(np.float32, np.float32), (np.float64, np.float32), (np.float32, np.float64)])
def test_distances_equal_those_of_numpy(kind: Distance, length: int, types: tuple[Any, Any]) -> None:
    rng, graph = np.random.default_rng(length), ProgramGraph()
    x = graph.add_input((1, length), types[0])
    points = graph.add_constant(rng.normal(size=(5, length)).astype(types[1]))
    graph.outputs = graph.emit(Opcode.DISTANCES, [x, points], ((1, 5), np.float64), numbers=[int(kind)])
    values = rng.normal(size=(1, length)).astype(types[0])
    (distances,) = ProgramInstance(write_program(graph)).run([values])
    np.testing.assert_allclose(distances, interpret(graph, None, [values])[0], rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize(("points", "kind", "code"), [(4, 0, "shape"), (5, 2, "shape")], ids=["length", "kind"])
def test_distances_of_unlike_lengths_are_refused(points: int, kind: int, code: str) -> None:
    graph = ProgramGraph()
    x = graph.add_input((1, 3), np.float32)
    table = graph.add_constant(np.zeros((points, 3), np.float32))
    graph.outputs = graph.emit(Opcode.DISTANCES, [x, table], ((1, 5), np.float64), numbers=[kind])
    with pytest.raises(ProgramRefusal) as refused:
        ProgramInstance(write_program(graph))
    assert refused.value.code == code


def couple(pairs: Any, classes: int, dtype: Any = np.float64) -> ProgramGraph:
    graph = ProgramGraph()
    graph.outputs = graph.emit(
        Opcode.COUPLE_PAIRS, [graph.add_constant(np.asarray(pairs, dtype))], ((1, classes), np.float64)
    )
    return graph


@pytest.mark.parametrize("classes", [2, 3, 10, 40])
def test_pairs_are_coupled_step_by_step(classes: int) -> None:
    pairs = np.random.default_rng(classes).uniform(-0.2, 1.2, classes * (classes - 1) // 2)
    graph = couple(pairs, classes)
    (shares,) = ProgramInstance(write_program(graph)).run()
    np.testing.assert_allclose(shares, interpret(graph)[0], rtol=1e-9, atol=1e-12)
    assert abs(shares.sum() - 1) < 1e-12


@pytest.mark.parametrize(
    ("classes", "dtype", "code"), [(4, np.float64, "shape"), (1, np.float64, "shape"), (3, np.float32, "type")]
)
def test_pairs_of_another_number_or_type_are_refused(classes: int, dtype: Any, code: str) -> None:
    with pytest.raises(ProgramRefusal) as refused:
        ProgramInstance(write_program(couple([0.1, 0.5, 0.9], classes, dtype)))
    assert refused.value.code == code
