"""Evaluation of a trained model on a split of a dataset."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Literal

from webparity.errors import UsageError
from webparity.models.model_kind import get_library_versions
from webparity.progress import ProgressCallback, open_progress
from webparity.train.datasets.dataset import Dataset
from webparity.train.evaluation.evaluation import Evaluation, evaluate_split
from webparity.train.recipes.registry import find_recipe
from webparity.train.trained import Trained

SplitName = Literal["train", "validation", "test"]


def evaluate(
    trained: Trained,
    data: Dataset | str | Path | None = None,
    *,
    split: SplitName = "test",
    progress: ProgressCallback | None = None,
) -> Evaluation:
    """Measure a trained model, through its preprocessing, on one split of a dataset.

    Args:
        trained: from `fit` or `load_run`.
        data: a dataset, or what its recipe loads by name or path; by default the data that it was trained on.
        split: what to measure on; only `test` has had no part in the training.
        progress: called as `(task, done, total)`; by default a bar in terminals and notebooks.

    Returns:
        Metrics, predictions, samples and mistakes; `write_evaluation` makes a page of it.

    Raises:
        UsageError: the data have other classes than the model, or the split or recipe does not exist.
        DatasetError: the data cannot be read.

    Example:
        >>> run = load_run("build/runs/mnist-cnn")  # doctest: +SKIP
        >>> evaluate(run).metrics.accuracy  # doctest: +SKIP
        0.9935
    """
    if split not in {"train", "validation", "test"}:
        raise UsageError(f"Expected a split among train, validation and test; received {split!r}. Choose one of these.")
    with open_progress(progress) as report:
        dataset = data
        if not isinstance(dataset, Dataset):
            recipe = find_recipe(trained.recipe)
            name = trained.data if dataset is None else str(dataset)
            dataset = recipe.load(name, trained.choices, lambda done, total: report("reading the data", done, total))
        _refuse_other_classes(trained, dataset)
        return evaluate_split(
            trained.baked,
            getattr(dataset, split),
            trained.labels,
            history=trained.history,
            model=trained.model,
            facts=_describe(trained, dataset, split),
            probabilities=trained.probabilities if split == "test" and is_training_data(trained, dataset) else None,
            progress=lambda done, total: report("measuring", done, total),
        )


def is_training_data(trained: Trained, dataset: Dataset) -> bool:
    """Whether a model was trained on a dataset with the digest of this one."""
    return dataset.digest() == trained.data_digest


def _refuse_other_classes(trained: Trained, dataset: Dataset) -> None:
    if dataset.label_names != trained.labels:
        raise UsageError(
            f"Expected data of the classes {', '.join(trained.labels)}; received {', '.join(dataset.label_names)} in "
            f"{dataset.name}. Give the data of that recipe."
        )


def _describe(trained: Trained, dataset: Dataset, split: str) -> dict[str, str]:
    """List the facts of a run for the page, by name, in the order to show them."""
    pre, data = trained.preprocessing, trained.data
    versions = {name: version(name) for name in ("webparity", "numpy", "pillow")} | get_library_versions(trained.kind)
    return {
        "recipe": trained.recipe,
        "options": ", ".join(f"{name} {value}" for name, value in trained.choices.items() if value != "") or "none",
        "data": f"{dataset.name}, {split} split",
        "trained on": data if is_training_data(trained, dataset) else f"{data}, other data than these",
        "training data": f"sha256 {trained.data_digest}",
        "preprocessing": f"{pre.channels}, {pre.fit} to {pre.width}x{pre.height}",
        "seed": str(trained.seed),
        "versions": ", ".join(f"{name} {number}" for name, number in versions.items()),
    }
