"""Measuring with a progress bar, for `evaluate` and after every training."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from webparity.cli.optional_packages import require_packages
from webparity.cli.output.console import get_console, show_progress_bar
from webparity.cli.process.environment import start_tensorflow
from webparity.cli.process.hold_folder import hold_folder
from webparity.cli.work.load_data import read_data

if TYPE_CHECKING:
    from webparity.train.datasets.dataset import Dataset
    from webparity.train.evaluation.evaluation import Evaluation
    from webparity.train.run_evaluation import SplitName
    from webparity.train.trained import Trained


def evaluate_run(run: Path, out: Path, *, data: str | None, split: SplitName, force: bool) -> Evaluation:
    """Evaluate a run folder on its own or other data, and write the evaluation.

    Raises:
        UsageError: the run, its recipe or the folder is not what it must be, or the data have other labels.
        DatasetError: the data cannot be read.
    """
    from webparity.storage.staging import refuse_occupied
    from webparity.train.evaluation.write import KIND, METRICS_NAME
    from webparity.train.recipes.registry import find_recipe

    require_packages("sklearn", "matplotlib")
    hold_folder(out)
    refuse_occupied(out, marker=METRICS_NAME, noun=KIND, force=force)
    if (run / "model.keras").is_file():
        start_tensorflow()
    from webparity.train.trained import load_run

    trained = load_run(run)
    recipe = find_recipe(trained.recipe)
    dataset = read_data(recipe, data or trained.data, trained.choices)
    return evaluate_into(out, trained, dataset, split=split, force=force)


def evaluate_into(
    out: Path, trained: Trained, dataset: Dataset, *, split: SplitName = "test", force: bool
) -> Evaluation:
    """Measure a trained model on one split, write the evaluation, and print where it is.

    Raises:
        UsageError: the data have other classes than the model, or the folder cannot be written.
    """
    from webparity.train.evaluation.write import PAGE_NAME, write_evaluation
    from webparity.train.run_evaluation import evaluate, is_training_data

    terminal = get_console()
    if dataset.label_names == trained.labels and not is_training_data(trained, dataset):
        terminal.print(
            f"{dataset.name} does not have the digest of the data that the run was trained on: "
            "some of these images may have been trained on."
        )
    with show_progress_bar() as bar:
        task = bar.add_task("measuring", total=None, visible=False)

        def report(_: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=True)

        evaluation = evaluate(trained, dataset, split=split, progress=report)
    write_evaluation(evaluation, out, force=force)
    terminal.print(f"evaluation → {out / PAGE_NAME}")
    return evaluation
