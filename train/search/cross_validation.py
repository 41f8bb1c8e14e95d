"""Cross-validation: train as often as there are folds, and measure each time on the images left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from webparity.train.datasets.dataset import Dataset
from webparity.train.evaluation.metrics import Metrics, measure
from webparity.train.progress import TrialCallback
from webparity.train.recipes.recipe import Choices, Recipe, Value
from webparity.train.search.job import Job, Outcome, Subject
from webparity.train.search.parts import Folds, Parts
from webparity.train.search.runner import open_runner


@dataclass(frozen=True, kw_only=True)
class Fold:
    """Result of one fold: its training and the data measured.

    Attributes:
        training: images trained on.
        validation: images that told when to stop, out of the training part.
        images: images left out and measured.
        metrics: `Metrics.summary` on these.
    """

    training: int
    validation: int
    images: int
    metrics: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class CrossValidation:
    """Cross-validation result of a recipe; the test split is not used.

    Attributes:
        recipe: its name.
        choices: all of its options.
        data: the dataset's name.
        data_digest: see `digest_searched_data`.
        labels: class names, by index.
        seed: of cuts and trainings.
        epochs: at most this many; the recipe's own number if None.
        left_out: what a fold leaves out: whole patients or single images.
        folds: in their order.
        mean: of each figure over the folds that have it.
        sd: sample standard deviation over these folds (n - 1); figures of a single fold have none.
        pooled: figures over all images together, each by the training that left it out.
    """

    format: Literal[1] = 1
    recipe: str
    choices: dict[str, Value]
    data: str
    data_digest: str
    labels: tuple[str, ...]
    seed: int
    epochs: int | None
    left_out: Literal["patients", "images"]
    folds: tuple[Fold, ...]
    mean: dict[str, float]
    sd: dict[str, float]
    pooled: Metrics


def cross_validate(
    recipe: Recipe,
    dataset: Dataset,
    *,
    folds: Folds = 5,
    choices: Choices | None = None,
    seed: int = 0,
    epochs: int | None = None,
    cluster: str | None = None,
    progress: TrialCallback | None = None,
    journal: Path | None = None,
) -> CrossValidation:
    """Cross-validate a recipe on training and validation images.

    Folds are stratified, and no patient stands on both sides. Each training holds out a part of its own images for
    early stopping and the decision, so the images left out take part in nothing but the figures.

    Args:
        recipe: what to train; a search that belongs to it is left out, its options are those chosen.
        dataset: `train` and `validation` are pooled; `test` is not read.
        folds: 2 or more; or `loo` to leave out one patient (or image, where nothing tells patients) at a time.
        choices: the recipe's options that differ from their defaults.
        seed: of cuts and trainings.
        epochs: at most this many passes; the recipe's own number by default.
        cluster: address of a Dask scheduler, whose workers load the dataset by its name; the outcome is the same.
        progress: called with folds done (and a fraction), folds in all, and the running figures.
        journal: a file that keeps finished folds, with which the same call resumes after a kill.

    Raises:
        UsageError: a choice or number is out of range, such as more folds than patients; or the cluster fails.
        DatasetError: a class has too few patients or images.
    """
    chosen = recipe.choose(choices or {})
    subject = Subject.describe(recipe, dataset, choices=chosen, folds=folds, share=1.0, seed=seed)
    parts = subject.make_parts(dataset)
    jobs = [Job(choices=chosen, part=number, epochs=epochs) for number in range(len(parts))]
    with open_runner(
        recipe,
        parts,
        subject,
        search={"command": "cross-validate", "choices": chosen, "epochs": epochs},
        total=len(jobs),
        cluster=cluster,
        progress=progress,
        journal=journal,
    ) as runner:
        outcomes = runner.run(jobs)
    kept = tuple(
        Fold(training=len(part.train), validation=len(part.validation), images=len(part.test), metrics=outcome.metrics)
        for part, outcome in zip(parts, outcomes, strict=True)
    )
    mean, sd = compute_mean_and_sd([fold.metrics for fold in kept])
    return CrossValidation(
        recipe=recipe.name,
        choices=chosen,
        data=dataset.name,
        data_digest=subject.data_digest,
        labels=dataset.label_names,
        seed=seed,
        epochs=epochs,
        left_out="images" if parts.pool.groups is None else "patients",
        folds=kept,
        mean=mean,
        sd=sd,
        pooled=_pool_metrics(parts, outcomes, dataset.label_names),
    )


def compute_mean_and_sd(figures: Sequence[dict[str, float]]) -> tuple[dict[str, float], dict[str, float]]:
    """Compute each metric's mean, without the image count, and for two or more values its sample standard deviation."""
    values: dict[str, list[float]] = {}
    for one in figures:
        for name, value in one.items():
            if name != "images":
                values.setdefault(name, []).append(value)
    mean = {name: float(np.mean(of)) for name, of in values.items()}
    return mean, {name: float(np.std(of, ddof=1)) for name, of in values.items() if len(of) > 1}


def _pool_metrics(parts: Parts, outcomes: Sequence[Outcome], label_names: tuple[str, ...]) -> Metrics:
    probabilities = np.empty((len(parts.pool), len(label_names)), dtype=np.float32)
    for number, outcome in enumerate(outcomes):
        probabilities[parts.find_measured(number)] = outcome.decode_probabilities(len(label_names))
    return measure(parts.pool.labels, probabilities, label_names)
