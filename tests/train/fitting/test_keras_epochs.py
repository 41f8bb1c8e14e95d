"""What the settings of a Keras plan do: smoothing, decay, and which epoch is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from webparity.preprocessing.spec import Preprocessing
from webparity.train.fitting.keras_epochs import TrainingValues, fit_network
from webparity.train.fitting.value_store import ValueStore
from webparity.train.recipes.plans import KerasPlan

pytestmark = pytest.mark.slow

IMAGES = 32


def _make_values(folder: Path, labels: np.ndarray) -> TrainingValues:
    values = np.random.default_rng(0).uniform(size=(IMAGES, 3)).astype(np.float32)
    np.save(folder / "values.npy", values)
    return TrainingValues(ValueStore(folder / "values.npy"), labels, np.ones(IMAGES, np.float32))


def _build(outputs: int) -> Any:
    keras.utils.set_random_seed(1)
    last = "sigmoid" if outputs == 1 else "softmax"
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(outputs, activation=last)])


def _fit(
    values: TrainingValues,
    outputs: int,
    validation: TrainingValues | None = None,
    *,
    epochs: int = 1,
    learning_rate: float = 1e-2,
    **settings: Any,
) -> tuple[Any, dict[str, list[float]]]:
    plan = KerasPlan(
        preprocessing=Preprocessing(height=1, width=1, channels="rgb"),
        build=lambda *_: _build(outputs),
        epochs=epochs,
        batch_size=IMAGES,
        learning_rate=learning_rate,
        **{"patience": epochs, **settings},
    )
    network = _build(outputs)
    history = fit_network(
        plan, network, values, validation or values, seed=0, epochs=None, progress=None, checkpoint=None, key={}
    )
    return network, history


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_the_loss_is_keras_own_of_smoothed_labels(tmp_path: Path, outputs: int, smoothing: float) -> None:
    labels = np.arange(IMAGES) % max(outputs, 2)
    values = _make_values(tmp_path, labels)
    said = _build(outputs).predict(values.store.read(np.arange(IMAGES)), verbose=0)
    # One sigmoid's 0 and 1 become s / 2 and 1 - s / 2; the shares of C classes 1 - s + s / C and s / C.
    if outputs == 1:
        expected = keras.losses.binary_crossentropy(labels[:, None] * (1 - smoothing) + smoothing / 2, said)
    else:
        expected = keras.losses.categorical_crossentropy(np.eye(3)[labels] * (1 - smoothing) + smoothing / 3, said)
    _, history = _fit(values, outputs, label_smoothing=smoothing)
    assert history["loss"][0] == pytest.approx(float(np.mean(expected)), rel=1e-5)


def test_decay_takes_a_share_of_the_weights(tmp_path: Path) -> None:
    values = _make_values(tmp_path, np.arange(IMAGES) % 3)
    plain, decayed = (_fit(values, 3, weight_decay=decay)[0].get_weights()[0] for decay in (0.0, 0.5))
    start = _build(3).get_weights()[0]
    np.testing.assert_allclose(plain - decayed, 1e-2 * 0.5 * start, atol=1e-6)


@pytest.mark.parametrize("averaging", [0.0, 0.5])
def test_without_patience_the_last_epoch_is_kept_else_the_best(tmp_path: Path, averaging: float) -> None:
    store = _make_values(tmp_path, np.arange(IMAGES)).store
    weights = np.ones(IMAGES, np.float32)
    # What the network says before training, and what it learns instead, so that the loss rises.
    said = _build(3).predict(store.read(np.arange(IMAGES)), verbose=0).argmax(axis=1)
    wrong = TrainingValues(store, said, weights)
    training = TrainingValues(store, (said + 1) % 3, weights)
    kept = {
        patience: _fit(training, 3, wrong, epochs=6, learning_rate=0.3, patience=patience, averaging=averaging)
        for patience in (6, None)
    }
    losses = kept[6][1]["val_loss"]
    assert losses == kept[None][1]["val_loss"]
    assert min(losses) < losses[-1]
    for patience, expected in ((6, min(losses)), (None, losses[-1])):
        network = kept[patience][0]
        network.compile(loss="sparse_categorical_crossentropy")
        inputs = training.store.read(np.arange(IMAGES))
        assert network.evaluate(inputs, wrong.labels, verbose=0)[0] == pytest.approx(expected, rel=1e-4)
