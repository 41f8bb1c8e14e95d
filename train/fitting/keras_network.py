"""Fit a network by a Keras plan: seeds, values, fitting, decision."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from webparity.models.keras.baked import KerasBaked, get_tensorflow_version
from webparity.train.datasets.dataset import Dataset, Split
from webparity.train.fitting.class_weights import balance_class_weights
from webparity.train.fitting.decision import VARIED_COPIES, find_balanced_shift
from webparity.train.fitting.keras_epochs import TrainingValues, fit_network
from webparity.train.fitting.keras_starts import find_best_start
from webparity.train.fitting.value_store import ValueStore, open_value_store
from webparity.train.progress import StepCallback
from webparity.train.recipes.plans import KerasPlan, Vary

_CHUNK: Final = 256


def fit_keras(
    plan: KerasPlan,
    dataset: Dataset,
    *,
    seed: int,
    epochs: int | None,
    progress: StepCallback | None,
    checkpoint: Path | None,
    key: dict[str, Any],
) -> tuple[Any, dict[str, list[float]]]:
    """Build and fit the network of a plan; see `webparity.train.fit` and `fit_network` for the arguments.

    Returns:
        The network, and its history by epoch.
    """
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    classes = len(dataset.label_names)
    baked = KerasBaked(plan.build(classes), plan.preprocessing)
    weights = balance_class_weights(dataset.train.labels, classes) if plan.balanced else np.ones(classes)
    training, validation = (
        _make_training_values(baked, split, weights, progress) for split in (dataset.train, dataset.validation)
    )
    if plan.starts > 1:
        baked.network.set_weights(
            find_best_start(plan, training, validation, classes=classes, seed=seed, progress=progress)
        )
    history = fit_network(
        plan,
        baked.network,
        training,
        validation,
        seed=seed,
        epochs=epochs,
        progress=progress,
        checkpoint=checkpoint,
        key=key,
    )
    if plan.vary is not None:
        _shift_decision(baked, validation, plan.vary)
    return baked.network, history


def open_preprocessed(baked: KerasBaked, split: Split, progress: StepCallback | None = None) -> ValueStore:
    """Open a split's preprocessed values for a network; `progress` is called as by `fit_keras`."""
    return open_value_store(
        split,
        baked.preprocessing,
        baked.preprocess_values,
        runner=f"tensorflow {get_tensorflow_version()}",
        code=KerasBaked.__module__,
        progress=None if progress is None else lambda done, total: progress(done, total, {}),
    )


def _make_training_values(
    baked: KerasBaked, split: Split, weights: NDArray[np.float64], progress: StepCallback | None
) -> TrainingValues:
    return TrainingValues(
        open_preprocessed(baked, split, progress), split.labels, weights[split.labels].astype(np.float32)
    )


def _shift_decision(baked: KerasBaked, validation: TrainingValues, vary: Vary) -> None:
    """Shift the last layer's bias, so that the decision is part of the weights and of every export."""
    head = tf.function(baked.predict_features)
    count = len(validation.labels)
    scores = [
        head(tf.constant(vary(validation.store.read(np.arange(start, min(start + _CHUNK, count))), copy + start)))
        for copy in range(VARIED_COPIES)
        for start in range(0, count, _CHUNK)
    ]
    shift = find_balanced_shift(
        np.concatenate([each["scores"] for each in scores]), np.tile(validation.labels, VARIED_COPIES)
    )
    bias = baked.network.layers[-1].bias
    bias.assign_add(shift[-bias.shape[0] :])
