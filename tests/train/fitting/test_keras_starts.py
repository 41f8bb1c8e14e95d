"""The best of several random starts is chosen, and the same one after a resume."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from webparity.preprocessing.spec import Preprocessing
from webparity.train.fitting.keras_epochs import TrainingValues
from webparity.train.fitting.keras_starts import find_best_start
from webparity.train.fitting.value_store import ValueStore
from webparity.train.recipes.plans import KerasPlan

STARTS = 4


@pytest.fixture
def values(tmp_path: Path) -> TrainingValues:
    """Values that one active unit separates and an inactive unit does not."""
    random = np.random.default_rng(0)
    labels = np.arange(64) % 2
    np.save(tmp_path / "values.npy", (labels[:, None] + random.uniform(0, 0.1, (64, 3))).astype(np.float32))
    return TrainingValues(ValueStore(tmp_path / "values.npy"), labels, np.ones(64, np.float32))


@pytest.mark.slow
def test_the_start_with_the_lowest_validation_loss_is_taken(values: TrainingValues) -> None:
    built: list[Any] = []
    begun: list[Any] = []

    def build(classes: int) -> Any:
        parts = [keras.Input((3,)), keras.layers.Dense(1, "relu"), keras.layers.Dense(classes, "softmax")]
        built.append(keras.Sequential(parts))
        begun.append(built[-1].get_weights())
        return built[-1]

    plan = KerasPlan(
        preprocessing=Preprocessing(height=1, width=1, channels="rgb"),
        build=build,
        epochs=5,
        batch_size=8,
        learning_rate=1e-2,
        starts=STARTS,
        patience=1,
    )
    steps: list[tuple[int, int]] = []
    chosen = find_best_start(
        plan, values, values, classes=2, seed=3, progress=lambda done, total, _: steps.append((done, total))
    )
    inputs = values.store.read(np.arange(64))
    losses = [network.evaluate(inputs, values.labels, verbose=0)[0] for network in built]
    assert len(built) == STARTS
    assert max(losses) - min(losses) > 0.1
    np.testing.assert_array_equal(chosen[0], begun[int(np.argmin(losses))][0])
    assert steps == [(step, STARTS * 8) for step in range(1, STARTS * 8 + 1)]

    again = find_best_start(plan, values, values, classes=2, seed=3, progress=None)
    for one, other in zip(chosen, again, strict=True):
        np.testing.assert_array_equal(one, other)
