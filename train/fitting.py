"""Training: a recipe and a dataset give a `Trained`, the same one for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from webparity.baked_keras import KerasBaked
from webparity.errors import UsageError
from webparity.preprocessing.graph import normalised
from webparity.train.datasets.dataset import Dataset, Split
from webparity.train.evaluate import evaluate
from webparity.train.recipes.recipe import Recipe
from webparity.train.trained import Trained, choose_samples

Progress = Callable[[int, int, dict[str, float]], None]
_CHUNK = 1024


class _Progress(keras.callbacks.Callback):  # type: ignore[misc]  # keras ships no types
    def __init__(self, report: Progress, epochs: int) -> None:
        super().__init__()
        self._report = report
        self._epochs = epochs
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        del logs
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        steps = self.params["steps"] or 1
        self._report(self._epoch * steps + batch + 1, self._epochs * steps, dict(logs or {}))


def fit(
    recipe: Recipe,
    dataset: Dataset,
    *,
    seed: int = 0,
    epochs: int | None = None,
    progress: Progress | None = None,
) -> Trained:
    """Train a recipe.

    Weights, shuffling, dropout and augmentation are seeded and TensorFlow's op determinism is on, so the same seed
    gives the same weights on the same machine. The preprocessing is the code that is exported.

    Args:
        recipe: what to train.
        dataset: what to train it on.
        seed: of everything random, 0 or more.
        epochs: at most this many passes; the recipe's own number by default.
        progress: called with steps done, steps in all, and the running metrics.

    Returns:
        The trained model with its metrics on the test split, which no choice has seen.

    Raises:
        UsageError: `epochs` or `seed` is out of range.
    """
    if (epochs is not None and epochs < 1) or seed < 0:
        raise UsageError(f"Expected epochs of 1 or more and a seed of 0 or more; received {epochs} and {seed}.")
    steps = -(-len(dataset.train.labels) // recipe.batch_size)
    total = epochs or max(1, min(recipe.epochs, recipe.max_steps // steps))
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    network = recipe.build()
    baked = KerasBaked(network, recipe.preprocessing)
    training = _batches(baked, dataset.train, recipe, seed)
    network.compile(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(recipe.learning_rate, total * steps)),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    callbacks: list[Any] = [
        keras.callbacks.EarlyStopping("val_loss", patience=recipe.patience, restore_best_weights=True)
    ]
    if progress is not None:
        callbacks.append(_Progress(progress, total))
    history = network.fit(
        training,
        epochs=total,
        validation_data=(_values(baked, dataset.validation), dataset.validation.labels),
        callbacks=callbacks,
        shuffle=False,
        verbose=0,
    )
    return Trained(
        recipe=recipe.name,
        model=network,
        preprocessing=recipe.preprocessing,
        labels=dataset.label_names,
        metrics=evaluate(baked, dataset.test),
        history={key: [float(v) for v in values] for key, values in history.history.items()},
        seed=seed,
        data=dataset.name,
        data_digest=dataset.digest(),
        samples=choose_samples(dataset.test, len(dataset.label_names)),
        draw=recipe.draw,
    )


def _values(baked: KerasBaked, split: Split) -> NDArray[np.float32]:
    """What the network sees of a split, float32 [N, h, w, c], by the exported preprocessing."""
    ops: Any = baked._ops  # noqa: SLF001 - training looks at the same graph that is exported
    parts = []
    for start in range(0, len(split.images), _CHUNK):
        pixels = baked(split.images[start : start + _CHUNK], ("pixels",))["pixels"]
        parts.append(normalised(ops, tf.constant(pixels), baked.preprocessing).numpy())
    return np.concatenate(parts)


def _batches(baked: KerasBaked, split: Split, recipe: Recipe, seed: int) -> Any:
    data = tf.data.Dataset.from_tensor_slices((_values(baked, split), split.labels))
    data = data.shuffle(len(split.labels), seed=seed).batch(recipe.batch_size)
    if recipe.augment is not None:
        vary = recipe.augment(seed)
        data = data.map(lambda values, labels: (vary(values, training=True), labels))
    return data.prefetch(2)
