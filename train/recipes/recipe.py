"""Recipe types: a name, options, and the training plan for the chosen values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol

from webparity.errors import UsageError
from webparity.train.datasets.dataset import Dataset
from webparity.train.progress import CountCallback
from webparity.train.recipes.plans import Plan

Value = str | int | float
Choices = Mapping[str, Value]


class Load(Protocol):
    """Loader of a recipe's data."""

    def __call__(self, data: str, choices: Choices, progress: CountCallback | None = None) -> Dataset:
        """Read the data that a `--data` value names, for completed choices; progress: files done, files in all."""
        ...


_NOTHING: Choices = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice that a recipe offers, such as its variant; `free_options.py` has those with any number or text.

    Attributes:
        name: as on the command line, `pixels-per-cell` for `--pixels-per-cell`.
        values: what may be chosen; empty where it is not a list.
        default: what holds where nothing is chosen.
        summary: a few words for people.
    """

    name: str
    values: tuple[Value, ...] = ()
    default: Value
    summary: str

    def read(self, given: Value) -> Value:
        """Convert text or a value to one of the allowed values.

        Raises:
            UsageError: there is none.
        """
        for value in self.values:
            if str(value) == str(given):
                return value
        raise UsageError(
            f"Expected {self.name} to be one of {', '.join(map(str, self.values))}; received {given}. Choose one."
        )

    def describe_values(self) -> str:
        """Describe what may be chosen, the default first."""
        return ", ".join(map(str, (self.default, *(value for value in self.values if value != self.default))))


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a recipe is measured by, for these choices.

    Attributes:
        choices: the options that differ from their defaults.
        reference: test accuracy of the work that the recipe follows, 0 to 1; None where it follows none.
        aim: the test accuracy aimed at, 0 to 1.
        roc_auc: the area under the ROC curve aimed at, 0 to 1, or None.
        seeds: how many trainings are averaged.
    """

    choices: Choices = field(default_factory=dict)
    reference: float | None = None
    aim: float
    roc_auc: float | None = None
    seeds: int = 3


@dataclass(frozen=True, kw_only=True)
class Search:
    """Search as part of a recipe's training: it chooses the options left open, and the best is trained.

    Attributes:
        method: how the space is searched.
        trials: at most this many.
        epochs: of each trial.
        share: of the training split that the trials see, 0 to 1.
    """

    method: Literal["grid", "random", "hyperband", "bayesian"]
    trials: int
    epochs: int
    share: float


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One trainable model.

    Attributes:
        name: as on the command line.
        summary: one line for `webparity recipes`.
        load: see `Load`.
        data: the default `--data` value; None where there is none and a folder must be given.
        plan: what to train, for choices that `choose` has completed.
        options: the choices offered.
        space: option names to the values that a search tries; empty where there is nothing to search.
        search: what finds the choices of the space before a training that does not make them, or None.
        goals: figures of the work it follows, for benchmarks.
        draw: the kind of drawing the page offers, if any.
    """

    name: str
    summary: str
    load: Load
    data: str | None
    plan: Callable[[Choices], Plan]
    options: tuple[Option, ...] = ()
    space: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    search: Search | None = None
    goals: tuple[Goal, ...] = ()
    draw: Literal["digit"] | None = None

    def find_data(self, given: str | None) -> str:
        """Return the `--data` value that holds where this one was given.

        Raises:
            UsageError: none was given, and the recipe has no data of its own.
        """
        found = given or self.data
        if found is None:
            raise UsageError(
                f"Expected data for {self.name}; received none. Give --data FOLDER, a folder with one folder of images "
                "for each class."
            )
        return found

    def choose(self, given: Choices = _NOTHING) -> dict[str, Value]:
        """Complete the choices made with the defaults of the others.

        Raises:
            UsageError: an option the recipe does not have, or a value it does not allow.
        """
        known = {option.name: option for option in self.options}
        for name in given:
            if name not in known:
                offered = f"one of {', '.join(known)}" if known else "no option"
                raise UsageError(f"Expected {offered} for {self.name}; received {name}. Leave it out or correct it.")
        return {name: option.read(given.get(name, option.default)) for name, option in known.items()}
