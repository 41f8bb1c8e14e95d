"""Training: a recipe and a dataset give a `Trained`, the same one for the same seed."""

from __future__ import annotations

from pathlib import Path

from webparity.errors import UsageError
from webparity.models.baked import bake
from webparity.train.datasets.dataset import Dataset
from webparity.train.evaluation.metrics import measure, validate_probabilities
from webparity.train.evaluation.predictions import predict
from webparity.train.evaluation.summary import summarize_model
from webparity.train.fitting.fit_model import fit_model
from webparity.train.progress import StepCallback
from webparity.train.recipes.recipe import Choices, Recipe
from webparity.train.search.recipe_search import find_choices
from webparity.train.trained import Trained, choose_samples


def fit(
    recipe: Recipe,
    dataset: Dataset,
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
        recipe: what to train.
        dataset: what to train it on.
        choices: the recipe's options that differ from their defaults.
        seed: of everything random, 0 or more.
        epochs: at most this many passes; the recipe's own number by default.
        progress: called with steps done, steps in all, and the running metrics; while the images are preprocessed,
            with images done, images in all, and no metrics.
        checkpoint: a file that keeps an unfinished training, which the same call takes up again; remove it when the
            result is kept elsewhere, and the journal of the search with it (`search_journal_path`).

    Returns:
        The trained model with its metrics on the test split, which no choice has seen.

    Raises:
        UsageError: a choice, `epochs` or `seed` is out of range.
    """
    if (epochs is not None and epochs < 1) or seed < 0:
        raise UsageError(f"Expected epochs of 1 or more and a seed of 0 or more; received {epochs} and {seed}.")
    found = find_choices(
        recipe, dataset, choices or {}, seed=seed, epochs=epochs, progress=progress, checkpoint=checkpoint
    )
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
        metrics=measure(dataset.test.labels, probabilities, names).summary(),
        history=history,
        parameters=summarize_model(model).parameters,
        seed=seed,
        data=dataset.name,
        data_digest=digest,
        samples=choose_samples(dataset.test, len(names)),
        probabilities=probabilities,
        draw=recipe.draw,
    )
