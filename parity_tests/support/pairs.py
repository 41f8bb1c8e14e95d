"""Pairwise (all-pairs) selection: a few cells of a product in which every pair of values still occurs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import pytest

Cell = Mapping[str, Hashable]
FactorPair = tuple[str, Hashable, str, Hashable]


def list_pairs(cell: Cell, factors: Iterable[tuple[str, str]] | None = None) -> set[FactorPair]:
    """Pairs of values of a cell: of all its factors, or of the pairs of factors given."""
    return {(one, cell[one], other, cell[other]) for one, other in factors or combinations(sorted(cell), 2)}


def select_pairs(cells: Sequence[Cell], factors: Sequence[tuple[str, str]] | None = None) -> list[int]:
    """Choose cells that hold every pair that occurs in any cell; the same for the same cells.

    Greedy: the cell with the most pairs that are still missing comes next, the first of equals. Then each cell goes
    whose pairs the others hold.

    Args:
        cells: the full product, each cell with a value per factor.
        factors: pairs of factors whose values must meet; all pairs of factors by default.

    Returns:
        Positions in `cells`, ascending.
    """
    held = [list_pairs(cell, factors) for cell in cells]
    missing = set[FactorPair]().union(*held)
    chosen: list[int] = []
    while missing:
        best = max(range(len(cells)), key=lambda position: (len(held[position] & missing), -position))
        chosen.append(best)
        missing -= held[best]
    for position in chosen[::-1]:
        others = set[FactorPair]().union(*(held[other] for other in chosen if other != position))
        if held[position] <= others:
            chosen.remove(position)
    return sorted(chosen)


class Matrix:
    """Cells of a full product, of which `make test` runs a selection that holds every pair of values.

    Args:
        cells: what each test is given, a tuple a cell.
        describe: the values of a cell by factor.
        factors: pairs of factors whose values must meet; all pairs of factors by default.
        left_out: whether `make test` leaves a cell out, whatever pairs it holds; none by default.
    """

    def __init__(
        self,
        cells: Iterable[tuple[Any, ...]],
        describe: Callable[..., Cell],
        factors: Sequence[tuple[str, str]] | None = None,
        left_out: Callable[..., bool] = lambda *_: False,
    ) -> None:
        self.cells = list(cells)
        kept = [position for position, cell in enumerate(self.cells) if not left_out(*cell)]
        chosen = select_pairs([describe(*self.cells[position]) for position in kept], factors)
        self.selected = {kept[position] for position in chosen}

    @property
    def parameters(self) -> list[Any]:
        """Parameters for pytest: the cells that are not selected are marked `full`."""
        return [
            pytest.param(*cell, marks=[] if position in self.selected else [pytest.mark.full])
            for position, cell in enumerate(self.cells)
        ]

    def run_by(self, config: pytest.Config) -> list[tuple[Any, ...]]:
        """Cells that a run of pytest tests: all with `--full`, else the selection."""
        every = config.getoption("--full")
        return [cell for position, cell in enumerate(self.cells) if every or position in self.selected]
