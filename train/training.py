"""Training: a recipe and a dataset give a `Trained`, the same one for the same seed."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

from webparity.errors import UsageError
from webparity.models.baked import bake
from webparity.progress import open_progress
from webparity.train.datasets.dataset import Dataset
from webparity.train.evaluation.metrics import measure, validate_probabilities
from webparity.train.evaluation.predictions import predict
from webparity.train.evaluation.summary import summarize_model
from webparity.train.fitting.fit_model import fit_model
from webparity.train.progress import StepCallback
from webparity.train.recipes.recipe import Choices, Recipe
from webparity.train.recipes.registry import find_recipe
from webparity.train.search.recipe_search import find_choices
from webparity.train.trained import Trained, choose_samples


def fit(
    recipe: Recipe | str,
    data: Dataset | str | Path | None = None,
    *,
    choices: Choices | None = None,
    seed: int = 0,
    epochs: int | None = None,
    progress: StepCallback | None = None,
    checkpoint: Path | None = None,
) -> Trained:
    """Train a recipe, after the search that belongs to it, if it has one.

    Weights, shuffling, dropout and augmentation are seeded and TensorFlow's op determinism is on, so the same seed
    gives the same weights on the same machine. The preprocessing is the code that is exported.

    Args:
        recipe: what to train, or its name, such as `mnist-cnn`.
        data: a dataset, or what the recipe loads by name or path; by default the recipe's own data.
        choices: the recipe's options that differ from their defaults.
        seed: of everything random, 0 or more.
        epochs: at most this many passes; the recipe's own number by default.
        progress: called as `(done, total, metrics)`: training steps and the running metrics by name; while images are
            preprocessed, images and no metrics. By default a bar in terminals and notebooks.
        checkpoint: a file that keeps the state of an unfinished training, from which the same call continues; remove
            it when the result is saved, and the journal of the search with it (`search_journal_path`).

    Returns:
        The trained model with its metrics on the test split, which took no part in any choice.

    Raises:
        UsageError: a choice, `epochs` or `seed` is out of range, or there is no recipe of that name.
        DatasetError: the data cannot be read.

    Example:
        >>> run = fit("mnist-cnn", "mnist-subset", choices={"variant": "wide"}, epochs=5)  # doctest: +SKIP
        >>> save_run(run, "build/runs/wide")  # doctest: +SKIP
    """
    recipe = find_recipe(recipe) if isinstance(recipe, str) else recipe
    if (epochs is not None and epochs < 1) or seed < 0:
        raise UsageError(f"Expected epochs of 1 or more and a seed of 0 or more; received {epochs} and {seed}.")
    given = choices or {}
    with open_progress() if progress is None else nullcontext(_ignore) as report:
        if not isinstance(data, Dataset):
            chosen = recipe.choose(given)
            name = recipe.find_data(None if data is None else str(data))
            data = recipe.load(name, chosen, lambda done, total: report("reading the data", done, total))

        def report_step(done: int, total: int, metrics: dict[str, float]) -> None:
            report("training" if metrics else "preprocessing", done, total)

        return _fit(recipe, data, given, seed, epochs=epochs, progress=progress or report_step, checkpoint=checkpoint)


def _ignore(task: str, done: int, total: int) -> None:
    """Ignore progress that the caller's own callback receives."""


def _fit(
    recipe: Recipe,
    dataset: Dataset,
    choices: Choices,
    seed: int,
    *,
    epochs: int | None,
    progress: StepCallback,
    checkpoint: Path | None,
) -> Trained:
    found = find_choices(recipe, dataset, choices, seed=seed, epochs=epochs, progress=progress, checkpoint=checkpoint)
    chosen = recipe.choose(found)
    plan = recipe.plan(chosen)
    digest = dataset.digest()
    model, history = fit_model(
        plan,
        dataset,
        seed=seed,
        epochs=epochs,
        progress=progress,
        checkpoint=checkpoint,
        key={"recipe": recipe.name, "choices": chosen, "seed": seed, "data": digest},
    )
    names = dataset.label_names
    baked = bake(model, plan.preprocessing)
    probabilities = validate_probabilities(dataset.test.labels, predict(baked, dataset.test), len(names))
    return Trained(
        recipe=recipe.name,
        choices=chosen,
        model=model,
        preprocessing=plan.preprocessing,
        labels=names,
        metrics=measure(dataset.test.labels, probabilities, names).summarize(),
        history=history,
        parameters=summarize_model(model).parameters,
        seed=seed,
        data=dataset.name,
        data_digest=digest,
        samples=choose_samples(dataset.test, len(names)),
        probabilities=probabilities,
        draw=recipe.draw,
    )
