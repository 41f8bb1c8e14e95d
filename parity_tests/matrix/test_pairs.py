"""The selection of cells that `make test` runs: every pair of the full matrices occurs in it."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pairs import Cell, Matrix, list_pairs, select_pairs

PRODUCT: list[Cell] = [
    {"letter": letter, "digit": digit, "sign": sign} for letter, digit, sign in product("abcdefg", range(4), "+-*")
]


def _list_pairs(cells: list[Cell]) -> set[object]:
    return set().union(*(list_pairs(cell) for cell in cells))


def test_every_pair_of_a_product_is_selected_with_few_cells() -> None:
    selected = select_pairs(PRODUCT)
    assert _list_pairs([PRODUCT[position] for position in selected]) == _list_pairs(PRODUCT)
    assert 7 * 4 <= len(selected) <= 7 * 4 + 4 < len(PRODUCT)
    assert select_pairs(PRODUCT) == selected


def test_no_selected_cell_can_be_spared() -> None:
    selected = select_pairs(PRODUCT)
    for position in selected:
        rest = [PRODUCT[other] for other in selected if other != position]
        assert _list_pairs(rest) < _list_pairs(PRODUCT)


@given(st.lists(st.fixed_dictionaries({factor: st.integers(0, 3) for factor in "abc"}), max_size=40))
def test_every_pair_of_an_incomplete_product_is_selected(cells: list[Cell]) -> None:
    selected = select_pairs(cells)
    assert _list_pairs([cells[position] for position in selected]) == _list_pairs(cells)


def test_only_the_factors_given_have_to_meet() -> None:
    selected = select_pairs(PRODUCT, [("letter", "sign")])
    assert len(selected) == 7 * 3
    assert {(PRODUCT[p]["letter"], PRODUCT[p]["sign"]) for p in selected} == set(product("abcdefg", "+-*"))


def test_cells_that_are_not_selected_are_marked(pytestconfig: pytest.Config) -> None:
    matrix = Matrix([tuple(cell.values()) for cell in PRODUCT], lambda *cell: dict(zip("abc", cell, strict=True)))
    unmarked = [position for position, parameter in enumerate(matrix.parameters) if not parameter.marks]
    assert unmarked == select_pairs(PRODUCT)
    assert {mark.name for parameter in matrix.parameters for mark in parameter.marks} == {"full"}
    assert [parameter.values for parameter in matrix.parameters] == matrix.cells
    every = pytestconfig.getoption("--full")
    assert matrix.run_by(pytestconfig) == (matrix.cells if every else [matrix.cells[position] for position in unmarked])


def test_cells_left_out_hold_no_pair_for_others() -> None:
    cells = [tuple(cell.values()) for cell in PRODUCT]
    matrix = Matrix(
        cells, lambda *cell: dict(zip("abc", cell, strict=True)), left_out=lambda letter, *_: letter in "ab"
    )
    unmarked = [parameter.values for parameter in matrix.parameters if not parameter.marks]
    rest = [cell for cell in PRODUCT if cell["letter"] not in "ab"]
    assert unmarked == [tuple(rest[position].values()) for position in select_pairs(rest)]
    assert len(matrix.parameters) == len(PRODUCT)


def test_a_missing_factor_is_an_error() -> None:
    with pytest.raises(KeyError, match="colour"):
        select_pairs(PRODUCT, [("letter", "colour")])
