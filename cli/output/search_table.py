"""Cross-validation and tuning for the terminal, with rich."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from webparity.train.evaluation.format import format_number

if TYPE_CHECKING:
    from webparity.train.search.cross_validation import CrossValidation
    from webparity.train.search.tuning import Tuning

_FIGURES = ("accuracy", "balanced_accuracy", "log_loss", "roc_auc")
_SHOWN_TRIALS = 40


def build_cross_validation_table(result: CrossValidation) -> Table:
    """Build the table: a row for each fold, then mean, standard deviation, and all images together."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in ("fold", "trained on", "images", *(name.replace("_", " ") for name in _FIGURES)):
        table.add_column(column, justify="right")
    for index, fold in enumerate(result.folds, 1):
        table.add_row(str(index), f"{fold.training:,}", f"{fold.images:,}", *_format_cells(fold.metrics))
    table.add_section()
    table.add_row("mean", "", "", *_format_cells(result.mean), style="bold")
    table.add_row("sd", "", "", *_format_cells(result.sd), style="dim")
    table.add_row("pooled", "", f"{result.pooled.images:,}", *_format_cells(result.pooled.summarize()))
    return table


def build_tuning_table(result: Tuning) -> Group:
    """Build the table of trials, best first."""
    order = sorted(range(len(result.trials)), key=lambda i: result.trials[i].score, reverse=result.descending)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in ("trial", *result.space, "epochs", result.objective.replace("_", " "), "sd"):
        table.add_column(column, justify="right")
    for index in order[:_SHOWN_TRIALS]:
        trial = result.trials[index]
        values = (str(trial.choices[name]) for name in result.space)
        epochs = "-" if trial.epochs is None else str(trial.epochs)
        style = "bold" if index == result.best else ""
        table.add_row(str(index + 1), *values, epochs, format_number(trial.score), format_number(trial.sd), style=style)
    left = len(order) - _SHOWN_TRIALS
    rest = [Text(f"… and {left} more in the file", style="dim")] if left > 0 else []
    return Group(table, *rest)


def format_train_command(result: Tuning) -> str:
    """Format the command that trains the best choices of a tuning."""
    chosen = {**result.fixed, **result.trials[result.best].choices}
    words = ["webparity", "train", result.recipe, "--data", result.data]
    for name, value in chosen.items():
        words += ["--set", f"{name}={value}"]
    return shlex.join([*words, "--seed", str(result.seed)])


def _format_cells(figures: dict[str, float]) -> list[str]:
    return [format_number(figures.get(name)) for name in _FIGURES]
