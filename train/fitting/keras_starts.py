"""Random restarts for small networks: training continues from the start that is best after one epoch."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from webparity.train.fitting.keras_epochs import TrainingValues, fit_network
from webparity.train.progress import StepCallback
from webparity.train.recipes.plans import KerasPlan


def find_best_start(
    plan: KerasPlan,
    training: TrainingValues,
    validation: TrainingValues,
    *,
    classes: int,
    seed: int,
    progress: StepCallback | None,
) -> list[NDArray[Any]]:
    """Find the initial weights with the lowest validation loss after one epoch of falling learning rate.

    Args:
        plan: how the network is built and fitted, with `starts`.
        training: fits the weights.
        validation: tells which start was best.
        classes: of the data.
        seed: of the starts, and of all else as in `fit_network`.
        progress: called as by `fit_network`, with the steps of all starts.

    Returns:
        The weights of a network that `plan.build` makes, before any step.
    """
    tried: list[tuple[float, int, list[NDArray[Any]]]] = []
    for number in range(plan.starts):
        keras.utils.set_random_seed(int(np.random.SeedSequence([seed, number]).generate_state(1)[0]))
        network = plan.build(classes)
        weights = network.get_weights()
        history = fit_network(
            plan,
            network,
            training,
            validation,
            seed=seed,
            epochs=1,
            progress=_offset_progress(progress, number, plan.starts),
            checkpoint=None,
            key={},
        )
        tried.append((history["val_loss"][-1], number, weights))
    return min(tried, key=lambda each: each[:2])[2]


def _offset_progress(progress: StepCallback | None, number: int, starts: int) -> StepCallback | None:
    if progress is None:
        return None
    return lambda done, total, metrics: progress(number * total + done, starts * total, metrics)
