"""Grid and random search by scikit-learn; all proposals are fixed before the first trial.

A strategy is a generator: it yields waves of proposals, which do not depend on each other, and is sent their scores.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass

from sklearn.model_selection import ParameterGrid, ParameterSampler

from webparity.train.recipes.recipe import Value

Space = Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Point of the space to try: a value for each option, and its maximum of epochs (None: the search's own)."""

    choices: dict[str, Value]
    epochs: int | None = None


Strategy = Generator[list[Proposal], list[float], None]


def propose_grid(space: Space) -> Strategy:
    """Propose every combination once, in the order of `ParameterGrid`."""
    yield [Proposal(choices=choices) for choices in ParameterGrid(_to_lists(space))]


def propose_random(space: Space, trials: int, seed: int) -> Strategy:
    """Propose random combinations, each at most once, by `ParameterSampler`."""
    count = min(trials, len(ParameterGrid(_to_lists(space))))
    yield [Proposal(choices=choices) for choices in ParameterSampler(_to_lists(space), count, random_state=seed)]


def _to_lists(space: Space) -> dict[str, list[Value]]:
    return {name: list(values) for name, values in space.items()}
