"""Fitting of the model that a plan describes: a Keras network or a classifier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from webparity.models.tensorflow_log import import_tensorflow_quietly
from webparity.train.datasets.dataset import Dataset
from webparity.train.progress import StepCallback
from webparity.train.recipes.plans import KerasPlan, Plan


def fit_model(
    plan: Plan,
    dataset: Dataset,
    *,
    seed: int,
    epochs: int | None,
    progress: StepCallback | None,
    checkpoint: Path | None = None,
    key: dict[str, Any] | None = None,
) -> tuple[Any, dict[str, list[float]]]:
    """Train the model of a plan on the training and the validation split.

    Args:
        plan: what to train.
        dataset: its `test` split is not read.
        seed: see `webparity.train.fit`.
        epochs: see `webparity.train.fit`.
        progress: see `webparity.train.fit`.
        checkpoint: see `webparity.train.fit`.
        key: everything beside the plan that the training follows from; a checkpoint of another key is ignored.

    Returns:
        The model, see `Trained.model`; and its history by epoch, empty for a model without epochs.
    """
    # TensorFlow and scikit-learn take seconds to import, and only one of them is needed.
    if isinstance(plan, KerasPlan):
        import_tensorflow_quietly()
        from webparity.train.fitting.keras_network import fit_keras

        return fit_keras(
            plan, dataset, seed=seed, epochs=epochs, progress=progress, checkpoint=checkpoint, key=key or {}
        )
    from webparity.train.fitting.estimator import fit_estimator

    return fit_estimator(plan, dataset, seed=seed, progress=progress), {}
