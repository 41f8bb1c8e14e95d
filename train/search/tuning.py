"""Hyperparameter tuning: try values of a recipe's options and select by images outside the training data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Final, Literal

from webparity.errors import UsageError
from webparity.train.datasets.dataset import Dataset
from webparity.train.progress import TrialCallback
from webparity.train.recipes.plans import EstimatorPlan
from webparity.train.recipes.recipe import Choices, Recipe, Value
from webparity.train.recipes.registry import discover_recipes
from webparity.train.search.cross_validation import compute_mean_and_sd
from webparity.train.search.job import Job, Outcome, Subject
from webparity.train.search.objective import Direction, find_direction
from webparity.train.search.runner import Runner, open_runner
from webparity.train.search.sampling import Proposal, Space, Strategy, propose_grid, propose_random

Method = Literal["grid", "random", "hyperband", "bayesian"]

_TRIALS: Final = 20


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One set of choices and its metrics.

    Attributes:
        choices: the searched options' values.
        epochs: at most as many as it was trained for; the recipe's own number if None.
        score: the objective, on the validation split or as the mean over folds.
        sd: sample standard deviation of the objective over folds; None without folds.
        metrics: every figure, as `score`.
    """

    choices: dict[str, Value]
    epochs: int | None
    score: float
    sd: float | None
    metrics: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """Result of a search; the test split is not used.

    Attributes:
        recipe: its name.
        fixed: the options that were not searched.
        space: the searched options and their values.
        data: the dataset's name.
        data_digest: see `digest_searched_data`.
        method: how the space was searched.
        objective: what was looked for.
        folds: of each trial; None for the validation split.
        share: of the training images used.
        epochs: at most this many a trial; the recipe's own number if None.
        seed: of proposals, cuts and trainings.
        trials: in the order of the proposals; what was proposed twice is told once.
        best: the number of the best trial, from 0; the earliest of equals.
    """

    format: Literal[1] = 1
    recipe: str
    fixed: dict[str, Value]
    space: dict[str, tuple[Value, ...]]
    data: str
    data_digest: str
    method: Method
    objective: str
    folds: int | None
    share: float
    epochs: int | None
    seed: int
    trials: tuple[Trial, ...]
    best: int

    @property
    def descending(self) -> bool:
        """Whether higher scores are better."""
        return find_direction(self.objective) == "max"


def tune(
    recipe: Recipe,
    dataset: Dataset,
    *,
    method: Method = "random",
    objective: str = "balanced_accuracy",
    choices: Choices | None = None,
    trials: int | None = None,
    folds: int | None = None,
    share: float = 1.0,
    seed: int = 0,
    epochs: int | None = None,
    cluster: str | None = None,
    progress: TrialCallback | None = None,
    journal: Path | None = None,
) -> Tuning:
    """Search a recipe's space.

    Args:
        recipe: what to train.
        dataset: trials train on `train` and are measured on `validation`, or on folds of both; `test` is not read.
        method: `grid` and `random` by scikit-learn, `hyperband` and `bayesian` by keras-tuner.
        objective: a name in `OBJECTIVES`.
        choices: options that stay as they are and are not searched.
        trials: at most this many; by default every combination for `grid`, one pass for `hyperband`, 20 otherwise.
        folds: measure each trial by that many folds, as `cross_validate` does.
        share: of the training images that trials use, above 0 to 1.
        seed: of proposals, cuts and trainings.
        epochs: at most this many passes a trial; the recipe's own number by default.
        cluster: address of a Dask scheduler, whose workers load the dataset by its name; the outcome is the same.
        progress: called with trainings done (and a fraction), trainings in all if known, and the running figures.
        journal: a file that keeps finished trainings, with which the same call resumes after a kill.

    Raises:
        UsageError: there is nothing to search, a choice or number is out of range, or the cluster fails.
        DatasetError: a class has too few patients or images.
    """
    aim = find_direction(objective)
    given = recipe.choose(choices or {})
    space = select_open_space(recipe, choices or {})
    fixed = {name: value for name, value in given.items() if name not in space}
    strategy, count = _choose_strategy(recipe, method, space, trials=trials, seed=seed, epochs=epochs, aim=aim)
    subject = Subject.describe(recipe, dataset, choices=fixed, folds=folds, share=share, seed=seed)
    parts = subject.make_parts(dataset)
    search = {"command": "tune", "method": method, "trials": trials, "epochs": epochs, "objective": objective}
    with open_runner(
        recipe,
        parts,
        subject,
        search={**search, "space": space},
        total=None if count is None else count * len(parts),
        cluster=cluster,
        progress=progress,
        journal=journal,
    ) as runner:
        trials_made = _Trials(runner, fixed, len(parts), epochs, objective)
        _run_strategy(strategy, trials_made.measure_wave)
    tried = tuple(trials_made.made.values())
    scores = [trial.score if aim == "max" else -trial.score for trial in tried]
    return Tuning(
        recipe=recipe.name,
        fixed=fixed,
        space=space,
        data=dataset.name,
        data_digest=subject.data_digest,
        method=method,
        objective=objective,
        folds=folds,
        share=share,
        epochs=epochs,
        seed=seed,
        trials=tried,
        best=scores.index(max(scores)),
    )


def select_open_space(recipe: Recipe, choices: Choices) -> dict[str, tuple[Value, ...]]:
    """Select the part of a recipe's space that these choices leave open.

    Raises:
        UsageError: nothing is left to search.
    """
    space = {name: values for name, values in recipe.space.items() if name not in choices}
    if not space:
        raise UsageError(
            f"Expected a recipe with options to search; received {recipe.name}"
            + (
                f", whose {', '.join(recipe.space)} are all given. Leave one open."
                if recipe.space
                else _list_searchable_recipes()
            )
        )
    return space


def _list_searchable_recipes() -> str:
    names = [name for name, recipe in discover_recipes().items() if recipe.space]
    return f", which has none. Choose one of {', '.join(names)}."


def _choose_strategy(
    recipe: Recipe,
    method: Method,
    space: Space,
    *,
    trials: int | None,
    seed: int,
    epochs: int | None,
    aim: Direction,
) -> tuple[Strategy, int | None]:
    """Return the strategy and its maximum of trials, if known."""
    if trials is not None and trials < 1:
        raise UsageError(f"Expected one trial or more; received {trials}. Give for example 20.")
    size = prod(map(len, space.values()))
    count = min(trials or _TRIALS, size)
    if method == "grid":
        if trials is not None and trials < size:
            raise UsageError(f"Expected {size} trials for the whole grid; received {trials}. Use --method random.")
        return propose_grid(space), size
    if method == "random":
        return propose_random(space, count, seed), count
    # These import TensorFlow.
    from webparity.train.search.oracles import propose_bayesian, propose_hyperband

    if method == "bayesian":
        return propose_bayesian(space, count, seed, aim), count
    plan = recipe.plan(recipe.choose())
    if isinstance(plan, EstimatorPlan):
        raise UsageError(
            f"Expected a recipe that trains by epochs for hyperband; received {recipe.name}. "
            "Use --method grid, random or bayesian."
        )
    return propose_hyperband(space, trials, epochs or plan.epochs, seed, aim), trials


class _Trials:
    """Trials by choices, in the order of the proposals."""

    def __init__(self, runner: Runner, fixed: dict[str, Value], parts: int, epochs: int | None, objective: str) -> None:
        self._runner = runner
        self._fixed = fixed
        self._parts = parts
        self._epochs = epochs
        self._objective = objective
        self.made: dict[str, Trial] = {}

    def measure_wave(self, wave: list[Proposal]) -> list[float]:
        """Train and measure all proposals of a wave; return their scores."""
        jobs = [job for proposal in wave for job in self._make_jobs(proposal)]
        outcomes = self._runner.run(jobs)
        scores = []
        for number, proposal in enumerate(wave):
            first = number * self._parts
            trial = self._make_trial(proposal, outcomes[first : first + self._parts])
            self.made.setdefault(jobs[first].name, trial)
            scores.append(trial.score)
        return scores

    def _make_jobs(self, proposal: Proposal) -> list[Job]:
        choices = {**self._fixed, **proposal.choices}
        epochs = proposal.epochs or self._epochs
        return [Job(choices=choices, part=part, epochs=epochs) for part in range(self._parts)]

    def _make_trial(self, proposal: Proposal, outcomes: list[Outcome]) -> Trial:
        mean, sd = compute_mean_and_sd([outcome.metrics for outcome in outcomes])
        if self._objective not in mean:
            raise UsageError(
                f"Expected images of two classes in each part that is measured, for {self._objective}; received parts "
                "without. Choose another --objective."
            )
        return Trial(
            choices=proposal.choices,
            epochs=proposal.epochs or self._epochs,
            score=mean[self._objective],
            sd=sd.get(self._objective),
            metrics=mean,
        )


def _run_strategy(strategy: Strategy, scores: Callable[[list[Proposal]], list[float]]) -> None:
    """Run a strategy: send it the scores of each wave until it ends."""
    try:
        wave = next(strategy)
        while True:
            wave = strategy.send(scores(wave))
    except StopIteration:
        return
    finally:
        strategy.close()
