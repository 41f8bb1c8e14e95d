"""Grid, random, Bayesian search and Hyperband against a made-up score, without training anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import chain, product
from statistics import mean

import pytest

from webparity.train.recipes.recipe import Value
from webparity.train.search.objective import Direction
from webparity.train.search.oracles import propose_bayesian, propose_hyperband
from webparity.train.search.sampling import Proposal, Strategy, propose_grid, propose_random

SPACE: dict[str, tuple[Value, ...]] = {
    "filters": (8, 16, 32, 64),
    "rate": (1e-3, 1, 0.3),
    "activation": ("relu", "sigmoid"),
}
BEST = {"filters": 32, "rate": 1, "activation": "relu"}


def compute_score(proposal: Proposal) -> float:
    """Higher the nearer to the best, and with more epochs."""
    distance = sum(
        abs(values.index(proposal.choices[name]) - values.index(BEST[name])) for name, values in SPACE.items()
    )
    return 1 / (1 + distance) + 0.01 * (proposal.epochs or 0)


def follow(strategy: Strategy, of: Callable[[Proposal], float] = compute_score) -> list[list[Proposal]]:
    waves: list[list[Proposal]] = []
    try:
        waves.append(next(strategy))
        while True:
            waves.append(strategy.send([of(proposal) for proposal in waves[-1]]))
    except StopIteration:
        return waves


def flatten(waves: list[list[Proposal]]) -> list[Proposal]:
    return list(chain(*waves))


def get_key(proposal: Proposal) -> tuple[Value, ...]:
    return tuple(proposal.choices[name] for name in SPACE)


def test_the_grid_has_every_combination_once() -> None:
    (wave,) = follow(propose_grid(SPACE))
    assert sorted(map(str, map(get_key, wave))) == sorted(map(str, product(*SPACE.values())))


@pytest.mark.parametrize(("trials", "made"), [(7, 7), (100, 24)])
def test_random_search_proposes_nothing_twice(trials: int, made: int) -> None:
    (wave,) = follow(propose_random(SPACE, trials, 0))
    assert len({get_key(proposal) for proposal in wave}) == len(wave) == made
    assert follow(propose_random(SPACE, 7, 1)) != follow(propose_random(SPACE, 7, 0))


@pytest.mark.parametrize(
    "make",
    [
        lambda seed: propose_random(SPACE, 9, seed),
        lambda seed: propose_bayesian(SPACE, 5, seed, "max"),
        lambda seed: propose_hyperband(SPACE, None, 9, seed, "max"),
    ],
    ids=["random", "bayesian", "hyperband"],
)
def test_the_seed_decides(make: Callable[[int], Strategy]) -> None:
    assert follow(make(0)) == follow(make(0))
    assert follow(make(0)) != follow(make(1))


@pytest.mark.slow  # starts TensorFlow, and asks a Gaussian process
@pytest.mark.parametrize("direction", ["max", "min"])
def test_bayesian_search_draws_a_third_and_then_learns_from_each(direction: Direction) -> None:
    sign = 1 if direction == "max" else -1
    waves = follow(propose_bayesian(SPACE, 12, 0, direction), lambda proposal: sign * compute_score(proposal))
    proposals = flatten(waves)
    assert [len(wave) for wave in waves] == [4] + [1] * (len(proposals) - 4)
    assert len({get_key(proposal) for proposal in proposals}) == len(proposals) <= 12
    assert all(proposal.choices[name] in values for proposal in proposals for name, values in SPACE.items())
    everywhere = [Proposal(choices=dict(zip(SPACE, values, strict=True))) for values in product(*SPACE.values())]
    assert mean(map(compute_score, proposals[4:])) > mean(map(compute_score, everywhere))
    assert BEST in [proposal.choices for proposal in proposals]


def test_hyperband_goes_on_with_the_better_ones_for_longer() -> None:
    waves = follow(propose_hyperband(SPACE, None, 9, 0, "max"))
    drawn = Counter(proposal.epochs for proposal in waves[0])
    assert drawn == {1: 9, 3: 5, 9: 3}
    short = {get_key(proposal): compute_score(proposal) for proposal in waves[0] if proposal.epochs == 1}
    went_on = {get_key(proposal) for proposal in waves[1] if proposal.epochs == 3}
    assert len(went_on) == 3
    assert min(short[one] for one in went_on) >= max(short[one] for one in short.keys() - went_on)
    assert waves[-1][-1].epochs == 9


def test_hyperband_stops_after_the_trials_allowed() -> None:
    assert len(flatten(follow(propose_hyperband(SPACE, 5, 9, 0, "max")))) == 5


def test_strategies_can_be_left_early() -> None:
    for strategy in (
        propose_grid(SPACE),
        propose_random(SPACE, 3, 0),
        propose_bayesian(SPACE, 6, 0, "max"),
        propose_hyperband(SPACE, None, 9, 0, "max"),
    ):
        next(strategy)
        strategy.close()
