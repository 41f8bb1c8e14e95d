"""Reading a dataset with progress, for every command that trains or measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webparity.cli.output.console import get_console, show_progress_bar

if TYPE_CHECKING:
    from webparity.train.datasets.dataset import Dataset
    from webparity.train.recipes.recipe import Choices, Recipe


def read_data(recipe: Recipe, data: str, choices: Choices) -> Dataset:
    """Load the data that a recipe's `--data` value names, show the progress, and print notes on the data."""
    with show_progress_bar() as bar:
        task = bar.add_task("reading the data", total=None)
        dataset = recipe.load(data, choices, lambda done, total: bar.update(task, completed=done, total=total))
        bar.remove_task(task)
    for note in dataset.notes:
        get_console().print(f"  {note}")
    return dataset
