"""Intervals over trainings and test images, against SciPy's and the binomial distribution."""

from __future__ import annotations

import numpy as np
import pytest
from intervals import draw_interval, measure_accuracy, measure_roc_auc
from scipy.stats import binom
from sklearn.metrics import roc_auc_score


def _say(correct: int, images: int) -> np.ndarray:
    right = np.arange(images) < correct
    return np.stack([~right, right], axis=1).astype(float)


def test_one_training_has_the_interval_of_its_images() -> None:
    labels = np.ones(624, np.int64)
    labels[0] = 0
    said = _say(575, 624)
    accuracy = measure_accuracy(labels, said)
    low, high = draw_interval(labels, [said], measure_accuracy)
    expected = binom.ppf([0.025, 0.975], 624, accuracy) / 624
    assert [low, high] == pytest.approx(expected, abs=3e-3)


def test_trainings_that_differ_widen_the_interval() -> None:
    labels = np.arange(600) % 2
    alike = [np.eye(2)[np.where(np.arange(600) < 540, labels, 1 - labels)]] * 3
    apart = [np.eye(2)[np.where(np.arange(600) < right, labels, 1 - labels)] for right in (480, 540, 600)]
    narrow, wide = (draw_interval(labels, said, measure_accuracy) for said in (alike, apart))
    assert narrow[0] > wide[0]
    assert narrow[1] < wide[1]
    assert narrow[0] < 0.9 < narrow[1]


@pytest.mark.parametrize("classes", [2, 3])
def test_the_area_is_scikit_learns(classes: int) -> None:
    random = np.random.default_rng(classes)
    labels = random.integers(classes, size=90)
    said = random.dirichlet(np.ones(classes), 90) + 0.5 * np.eye(classes)[labels]
    said /= said.sum(axis=1, keepdims=True)
    expected = roc_auc_score(labels, said[:, 1] if classes == 2 else said, multi_class="ovr")
    assert measure_roc_auc(labels, said) == expected
    low, high = draw_interval(labels, [said], measure_roc_auc, draws=200)
    assert low < expected < high
