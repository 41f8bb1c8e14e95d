"""The search that belongs to a recipe's training."""

from __future__ import annotations

from pathlib import Path

from webparity.train.datasets.dataset import Dataset
from webparity.train.progress import StepCallback
from webparity.train.recipes.recipe import Choices, Recipe
from webparity.train.search.tuning import tune

_FINE = 100


def find_choices(
    recipe: Recipe,
    dataset: Dataset,
    choices: Choices,
    *,
    seed: int,
    epochs: int | None,
    progress: StepCallback | None,
    checkpoint: Path | None,
) -> Choices:
    """Search for the options of the recipe's space that are left open.

    Args:
        recipe: what will be trained.
        dataset: trials train on a share of `train` and are measured on `validation`; `test` is not read.
        choices: what has been chosen.
        seed: of the search.
        epochs: a trial takes no more passes than the training itself; None for the search's own number.
        progress: called with hundredths of trials done and in all, and the running figures.
        checkpoint: of the training; the search keeps its journal beside, see `find_journal_file`.

    Returns:
        What has been chosen and what was found; just the former where the recipe has no search or nothing is open.
    """
    search = recipe.search
    if search is None or not set(recipe.space) - set(choices):
        return choices

    def report(done: float, total: int | None, figures: dict[str, float]) -> None:
        if progress is not None:
            all_trials = total or search.trials
            progress(int(done * _FINE), all_trials * _FINE, {"trial": min(int(done) + 1, all_trials), **figures})

    tuning = tune(
        recipe,
        dataset,
        method=search.method,
        trials=search.trials,
        share=search.share,
        choices=choices,
        seed=seed,
        epochs=min(search.epochs, epochs or search.epochs),
        progress=report,
        journal=find_journal_file(checkpoint) if checkpoint is not None else None,
    )
    return {**choices, **tuning.trials[tuning.best].choices}


def find_journal_file(checkpoint: Path) -> Path:
    """Return the journal file of a training's search; remove it together with the checkpoint."""
    return checkpoint.with_suffix(".search")
