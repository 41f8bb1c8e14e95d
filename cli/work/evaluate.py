"""Measuring with a progress bar, for `evaluate` and after every training."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from webparity.cli.optional_packages import require_packages
from webparity.cli.output.console import console, progress_bar
from webparity.cli.process.environment import start_tensorflow
from webparity.cli.process.hold_folder import hold_folder
from webparity.cli.work.data import read_data
from webparity.errors import UsageError

if TYPE_CHECKING:
    from webparity.train.datasets.dataset import Dataset
    from webparity.train.evaluation.evaluation import Evaluation
    from webparity.train.trained import Trained


def evaluate_run(run: Path, out: Path, *, data: str | None, split: str, force: bool) -> Evaluation:
    """Measure a run folder on the data it names or on others, and write the evaluation.

    Raises:
        UsageError: the run, its recipe or the folder is not what it must be, or the data have other labels.
        DatasetError: the data cannot be read.
    """
    from webparity.registry import discover, pick
    from webparity.storage.staging import refuse_occupied
    from webparity.train.evaluation.write import KIND, METRICS_NAME

    require_packages("sklearn", "matplotlib")
    hold_folder(out)
    refuse_occupied(out, marker=METRICS_NAME, kind=KIND, force=force)
    if (run / "model.keras").is_file():
        start_tensorflow()
    from webparity.train.trained import load_run

    trained = load_run(run)
    recipe = pick(discover("webparity.train.recipes", "RECIPE"), trained.recipe, "recipe")
    dataset = read_data(recipe, data or trained.data, trained.choices)
    return evaluate_into(out, trained, dataset, split=split, force=force)


def evaluate_into(out: Path, trained: Trained, dataset: Dataset, *, split: str = "test", force: bool) -> Evaluation:
    """Measure a trained model on one split, write the evaluation, and say where it is.

    Raises:
        UsageError: the data have other labels than the model, or the folder cannot be written.
    """
    from webparity.train.evaluation.evaluation import evaluate
    from webparity.train.evaluation.write import PAGE_NAME, write_evaluation

    if dataset.label_names != trained.labels:
        raise UsageError(
            f"Expected data of the classes {', '.join(trained.labels)}; received {', '.join(dataset.label_names)} in "
            f"{dataset.name}. Give the data of that recipe."
        )
    terminal = console()
    same = dataset.digest() == trained.data_digest
    if not same:
        terminal.print(
            f"{dataset.name} does not have the digest of the data that the run was trained on: "
            "some of these images may have been trained on."
        )
    known = trained.probabilities if split == "test" else None
    with progress_bar() as bar:
        task = bar.add_task("measuring", total=None, visible=known is None)
        evaluation = evaluate(
            trained.baked,
            getattr(dataset, split),
            trained.labels,
            history=trained.history,
            model=trained.model,
            facts=_facts(trained, dataset.name, split, same=same),
            probabilities=known,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    write_evaluation(evaluation, out, force=force)
    terminal.print(f"evaluation → {out / PAGE_NAME}")
    return evaluation


def _facts(trained: Trained, data: str, split: str, *, same: bool) -> dict[str, str]:
    from importlib.metadata import version

    from webparity.models.model_kind import get_library_versions

    pre = trained.preprocessing
    versions = {name: version(name) for name in ("webparity", "numpy", "pillow")} | get_library_versions(trained.kind)
    return {
        "recipe": trained.recipe,
        "options": ", ".join(f"{name} {value}" for name, value in trained.choices.items()) or "none",
        "data": f"{data}, {split} split",
        "trained on": trained.data if same else f"{trained.data}, other data than these",
        "training data": f"sha256 {trained.data_digest}",
        "preprocessing": f"{pre.channels}, {pre.fit} to {pre.width}x{pre.height}",
        "seed": str(trained.seed),
        "versions": ", ".join(f"{name} {number}" for name, number in versions.items()),
    }
