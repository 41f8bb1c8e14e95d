"""Intervals of a mean over trainings, for other seeds and other test images: a bootstrap of both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

Measure = Callable[[NDArray[np.int64], NDArray[np.float64]], float]

_DRAWS: Final = 2_000


def measure_accuracy(labels: NDArray[np.int64], probabilities: NDArray[np.float64]) -> float:
    """Measure the share of labels int64 [N] that have the highest of probabilities [N, C]."""
    return float((probabilities.argmax(axis=1) == labels).mean())


def measure_roc_auc(labels: NDArray[np.int64], probabilities: NDArray[np.float64]) -> float:
    """Measure the area under the ROC curve: of the second class of two, else the mean of each against the others."""
    if probabilities.shape[1] == 2:
        return float(roc_auc_score(labels, probabilities[:, 1]))
    return float(roc_auc_score(labels, probabilities, multi_class="ovr"))


def draw_interval(
    labels: NDArray[np.int64], said: list[NDArray[np.float64]], measure: Measure, draws: int = _DRAWS
) -> list[float]:
    """Find the 95 % percentile interval of a figure's mean over trainings.

    In each draw the trainings and the images are drawn with replacement, the images alike for all trainings, since one
    hard image is hard for each of them (Davison and Hinkley, 1997, section 3.8).

    Args:
        labels: true classes, int64 [N].
        said: for each training the probabilities, float64 [N, C].
        measure: the figure of some images.
        draws: how many.

    Returns:
        The lower and the upper end.
    """
    random = np.random.default_rng(0)
    means: list[float] = []
    while len(means) < draws:
        images = random.integers(len(labels), size=len(labels))
        drawn: Any = labels[images]
        if len(np.unique(drawn)) < said[0].shape[1]:
            continue  # no area under a curve without every class
        chosen = random.integers(len(said), size=len(said))
        by_training = {each: measure(drawn, said[each][images]) for each in set(chosen.tolist())}
        means.append(float(np.mean([by_training[each] for each in chosen.tolist()])))
    low, high = np.quantile(means, [0.025, 0.975])
    return [float(low), float(high)]
