"""Fitting a Keras network: seeded by epoch, stopped early, and resumable after a kill with the same result."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from webparity.errors import DatasetError
from webparity.storage.json_document import encode_sorted_json_document
from webparity.train.fitting.checkpoint import Checkpoint, TrainingState
from webparity.train.fitting.seeds import reseed, shuffle_order
from webparity.train.fitting.value_store import ValueStore
from webparity.train.fitting.weight_average import WeightAverage
from webparity.train.progress import StepCallback
from webparity.train.recipes.plans import KerasPlan

# What a training follows from beside its data, its first weights and the number of epochs.
_SETTINGS: Final = (
    "batch_size",
    "optimizer",
    "learning_rate",
    "weight_decay",
    "label_smoothing",
    "averaging",
    "balanced",
    "patience",
)


@dataclass(frozen=True)
class TrainingValues:
    """Training data of a network: preprocessed values in a store, labels int64 [N], and a weight for each image."""

    store: ValueStore
    labels: NDArray[np.int64]
    weights: NDArray[np.float32]


class _RunningMean:
    """Metrics over the batches of an epoch; Keras gives those of each batch alone."""

    def __init__(self) -> None:
        self._count = 0
        self._sums: dict[str, float] = {}

    def add(self, count: int, metrics: dict[str, Any]) -> None:
        self._count += count
        for name, value in metrics.items():
            self._sums[name] = self._sums.get(name, 0.0) + count * float(value)

    def compute_means(self) -> dict[str, float]:
        return {name: total / self._count for name, total in self._sums.items()}


def fit_network(
    plan: KerasPlan,
    network: Any,
    training: TrainingValues,
    validation: TrainingValues,
    *,
    seed: int,
    epochs: int | None,
    progress: StepCallback | None,
    checkpoint: Path | None,
    key: dict[str, Any],
) -> dict[str, list[float]]:
    """Fit a network in place; it ends with the weights of its best epoch, or of its last without `patience`.

    Args:
        plan: how.
        network: as the plan built it, its seed set before.
        training: fits the weights.
        validation: tells when to stop and which epoch was best.
        seed: of shuffling, dropout and augmentation.
        epochs: at most this many; the plan's own number by default.
        progress: called with steps done, steps in all, and the running metrics.
        checkpoint: file that keeps the state after each epoch, from which an interrupted training resumes.
        key: what the training follows from beside the plan's settings; a checkpoint of another key is not taken up.

    Returns:
        `loss`, `accuracy`, `val_loss` and `val_accuracy` by epoch.

    Raises:
        DatasetError: the loss is no longer a number.
    """
    steps = -(-len(training.labels) // plan.batch_size)
    total = epochs or max(1, min(plan.epochs, (plan.max_steps or plan.epochs * steps) // steps))
    optimizer = _compile(network, plan, total * steps)
    kept = None
    if checkpoint is not None:
        start = hashlib.sha256(b"".join(np.ascontiguousarray(w).tobytes() for w in network.get_weights())).hexdigest()
        follows = {**key, "epochs": total, "start": start, "settings": [getattr(plan, name) for name in _SETTINGS]}
        kept = Checkpoint(checkpoint, encode_sorted_json_document(follows).decode())
    state = (kept.load() if kept else None) or _make_initial_state(network, optimizer)
    network.set_weights(state.weights)
    for variable, value in zip(optimizer.variables, state.optimizer, strict=True):
        variable.assign(value)
    averaged = WeightAverage(network, plan.averaging, state.average or state.weights)
    augment = plan.augment(seed) if plan.augment is not None else None
    vary = tf.function(lambda values: augment(values, training=True)) if augment is not None else None
    patience = total if plan.patience is None else plan.patience
    while state.epochs < total and state.epochs - 1 - state.best_epoch < patience:
        epoch = state.epochs
        reseed(network, seed, epoch)
        if augment is not None:
            reseed(augment, seed, epoch)
        order = shuffle_order(len(training.labels), seed, epoch)
        average = _RunningMean()
        for step, (values, labels, weights) in enumerate(_stream_batches(training, order, plan.batch_size), 1):
            varied = vary(values) if vary is not None else values
            average.add(len(labels), network.train_on_batch(varied, labels, sample_weight=weights, return_dict=True))
            averaged.add(epoch * steps + step)
            if progress is not None:
                progress(epoch * steps + step, total * steps, average.compute_means())
        with averaged.apply():
            measured = _evaluate_validation(network, validation, plan.batch_size)
        _record_epoch(state, network, optimizer, {**average.compute_means(), **measured})
        state.average = averaged.read()
        if plan.patience is None or _is_lowest(state.history["val_loss"]):
            state.best, state.best_epoch = state.average or state.weights, epoch
        if kept is not None:
            kept.save(state)
    network.set_weights(state.best)
    return state.history


def _compile(network: Any, plan: KerasPlan, steps: int) -> Any:
    kinds = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}
    optimizer = kinds[plan.optimizer](
        keras.optimizers.schedules.CosineDecay(plan.learning_rate, steps), weight_decay=plan.weight_decay or None
    )
    network.compile(optimizer=optimizer, loss=_make_loss(network, plan.label_smoothing), metrics=["accuracy"])
    optimizer.build(network.trainable_variables)
    return optimizer


def _make_loss(network: Any, smoothing: float) -> Any:
    """Make the loss of one sigmoid or of a softmax; Keras smooths labels only where they are shares of classes."""
    classes = network.outputs[0].shape[-1]
    if classes == 1:
        return keras.losses.BinaryCrossentropy(label_smoothing=smoothing)
    if not smoothing:
        return keras.losses.SparseCategoricalCrossentropy()

    def compute_smoothed(labels: Any, probabilities: Any) -> Any:
        shares = keras.ops.one_hot(keras.ops.reshape(labels, (-1,)), classes)
        return keras.losses.categorical_crossentropy(shares, probabilities, label_smoothing=smoothing)

    return compute_smoothed


def _make_initial_state(network: Any, optimizer: Any) -> TrainingState:
    weights = network.get_weights()
    return TrainingState(weights=weights, optimizer=_read_optimizer_values(optimizer), best=weights)


def _read_optimizer_values(optimizer: Any) -> list[NDArray[Any]]:
    return [keras.ops.convert_to_numpy(variable) for variable in optimizer.variables]


def _record_epoch(state: TrainingState, network: Any, optimizer: Any, logs: dict[str, float]) -> None:
    if not all(np.isfinite(value) for value in logs.values()):
        raise DatasetError(
            f"Expected a finite loss; received {logs} in epoch {state.epochs + 1}. Look for odd values in the data, "
            "or train with another seed."
        )
    for name, value in logs.items():
        state.history.setdefault(name, []).append(value)
    state.weights, state.optimizer = network.get_weights(), _read_optimizer_values(optimizer)


def _is_lowest(losses: list[float]) -> bool:
    return losses.index(min(losses)) == len(losses) - 1


def _evaluate_validation(network: Any, validation: TrainingValues, batch_size: int) -> dict[str, float]:
    average = _RunningMean()
    for values, labels, weights in _stream_batches(validation, np.arange(len(validation.labels)), batch_size):
        average.add(len(labels), network.test_on_batch(values, labels, sample_weight=weights, return_dict=True))
    return {f"val_{name}": value for name, value in average.compute_means().items()}


def _stream_batches(data: TrainingValues, order: NDArray[np.int64], batch_size: int) -> Any:
    """Stream batches in the given order; only current ones are in memory."""
    labels, weights = tf.constant(data.labels), tf.constant(data.weights)

    def read(indices: Any) -> tuple[Any, Any, Any]:
        values = tf.numpy_function(data.store.read, [indices], tf.float32)
        values.set_shape([None, *data.store.shape])
        return values, tf.gather(labels, indices), tf.gather(weights, indices)

    return tf.data.Dataset.from_tensor_slices(order).batch(batch_size).map(read).prefetch(2)
