"""Where a small network begins: of several random starts, the one that is best after an epoch."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from webparity.train.fitting.keras_epochs import Values, fit_network
from webparity.train.progress import Steps
from webparity.train.recipes.plans import KerasPlan


def best_start(
    plan: KerasPlan, training: Values, validation: Values, *, seed: int, progress: Steps | None
) -> list[NDArray[Any]]:
    """Initial weights whose first epoch, with the learning rate falling to zero in it, ends lowest in validation loss.

    Args:
        plan: how the network is built and fitted, with `starts`.
        training: fits the weights.
        validation: tells which start was best.
        seed: of the starts, and of all else as in `fit_network`.
        progress: called as by `fit_network`, with the steps of all starts.

    Returns:
        The weights of a network that `plan.build` makes, before any step.
    """
    tried: list[tuple[float, int, list[NDArray[Any]]]] = []
    for number in range(plan.starts):
        keras.utils.set_random_seed(int(np.random.SeedSequence([seed, number]).generate_state(1)[0]))
        network = plan.build()
        weights = network.get_weights()
        history = fit_network(
            plan,
            network,
            training,
            validation,
            seed=seed,
            epochs=1,
            progress=_shifted(progress, number, plan.starts),
            checkpoint=None,
            key={},
        )
        tried.append((history["val_loss"][-1], number, weights))
    return min(tried, key=lambda each: each[:2])[2]


def _shifted(progress: Steps | None, number: int, starts: int) -> Steps | None:
    if progress is None:
        return None
    return lambda done, total, metrics: progress(number * total + done, starts * total, metrics)
