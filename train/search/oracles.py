"""Bayesian search and Hyperband, by keras-tuner's oracles. They see scores only, so any kind of model can be searched.

keras-tuner keeps an oracle's state in files for its own kind of resuming. Here they are thrown away: the same scores
make the same oracle, and scores are what the journal of a search keeps.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any, Final

from threadpoolctl import threadpool_limits

from webparity.train.search.objective import Direction
from webparity.train.search.sampling import Proposal, Space, Strategy

_SCORE: Final = "score"


def propose_bayesian(space: Space, trials: int, seed: int, direction: Direction) -> Strategy:
    """Propose points by Gaussian-process optimisation with the upper confidence bound (`BayesianOptimizationOracle`).

    The first third of the trials is drawn by chance, in one wave; each later one follows from all before it. The
    oracle's own number, three draws for each option, would leave nothing to choose in a short search.
    """
    from keras_tuner.oracles import BayesianOptimizationOracle

    drawn = max(2, trials // 3)
    with _suppress_warnings_and_threads():
        oracle = BayesianOptimizationOracle(
            max_trials=trials, num_initial_points=drawn, **_make_oracle_settings(space, seed, direction)
        )
    yield from _propose_waves(oracle, space, drawn, 1)


def propose_hyperband(space: Space, trials: int | None, epochs: int, seed: int, direction: Direction) -> Strategy:
    """Propose by Hyperband: many short trainings, of which the best get more epochs (Li et al., JMLR 2018).

    A training that continues starts again with more epochs, since the learning rate falls along the whole of them.

    Args:
        space: what to search.
        trials: at most this many, or None for as many as one pass of the method has.
        epochs: of the longest trainings.
        seed: of the drawing.
        direction: of the scores.
    """
    from keras_tuner.oracles import HyperbandOracle

    with _suppress_warnings_and_threads():
        oracle = HyperbandOracle(max_epochs=epochs, **_make_oracle_settings(space, seed, direction))
    oracle.max_trials = trials
    yield from _propose_waves(oracle, space, None, None)


def _make_oracle_settings(space: Space, seed: int, direction: Direction) -> dict[str, Any]:
    from keras_tuner import HyperParameters, Objective

    parameters = HyperParameters()
    for name, values in space.items():
        # By position: a Choice takes values of one type only.
        parameters.Choice(name, list(range(len(values))))
    return {
        "objective": Objective(_SCORE, direction),
        "hyperparameters": parameters,
        # It takes 0 for no seed.
        "seed": seed + 1,
    }


def _propose_waves(oracle: Any, space: Space, first: int | None, rest: int | None) -> Strategy:
    """Propose waves of these sizes; None for as many as the oracle gives before it needs scores.

    The oracle may propose a point again, since it works on a continuous space; that is answered from memory.
    """
    known: dict[str, float] = {}
    size = first
    with TemporaryDirectory() as folder:
        oracle.verbose = 0
        oracle._set_project_dir(folder, "search")  # noqa: SLF001 - only a keras-tuner Tuner calls it otherwise
        while wave := _ask_oracle(oracle, size):
            size = rest
            proposals = [_to_proposal(trial, space) for trial in wave]
            new = [proposal for proposal in proposals if repr(proposal) not in known]
            if new:
                known |= zip(map(repr, new), (yield new), strict=True)
            with _suppress_warnings_and_threads():
                for trial, proposal in zip(wave, proposals, strict=True):
                    oracle.update_trial(trial.trial_id, {_SCORE: known[repr(proposal)]})
                    trial.status = "COMPLETED"
                    oracle.end_trial(trial)


def _ask_oracle(oracle: Any, size: int | None) -> list[Any]:
    wave: list[Any] = []
    with _suppress_warnings_and_threads():
        while size is None or len(wave) < size:
            trial = oracle.create_trial(f"asker {len(wave)}")
            if trial.status != "RUNNING":
                break
            wave.append(trial)
    return wave


def _to_proposal(trial: Any, space: Space) -> Proposal:
    chosen = trial.hyperparameters.values
    return Proposal(
        choices={name: values[chosen[name]] for name, values in space.items()}, epochs=chosen.get("tuner/epochs")
    )


@contextmanager
def _suppress_warnings_and_threads() -> Iterator[None]:
    """Suppress warnings of keras-tuner and of Gaussian processes with few points, and use one thread.

    The matrices are so small that more threads take ten times as long.
    """
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        yield
