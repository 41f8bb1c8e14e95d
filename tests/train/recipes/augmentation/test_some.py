"""An augmentation for some images of a batch."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from webparity.train.fitting.seeds import reseed
from webparity.train.recipes.augmentation.some import VarySome

pytestmark = pytest.mark.slow

VALUES = np.random.default_rng(0).uniform(size=(400, 4, 4, 1)).astype(np.float32)


def _vary(probability: float, epoch: int = 0, seed: int = 1) -> np.ndarray:
    layer = VarySome(keras.layers.RandomBrightness((0.1, 0.5), value_range=(0, 9), seed=seed), probability, seed)
    reseed(layer, 1, epoch)
    return np.asarray(layer(VALUES, training=True))


@pytest.mark.parametrize("probability", [0.0, 0.25, 1.0])
def test_a_share_of_the_images_varies_as_a_whole(probability: float) -> None:
    differs = _vary(probability) != VALUES
    whole = differs.all(axis=(1, 2, 3))
    np.testing.assert_array_equal(whole, differs.any(axis=(1, 2, 3)))
    # Three standard deviations of a binomial count.
    assert whole.mean() == pytest.approx(probability, abs=3 * (probability * (1 - probability) / 400) ** 0.5)


def test_the_choice_and_the_augmentation_follow_the_epoch() -> None:
    np.testing.assert_array_equal(_vary(0.5, seed=1), _vary(0.5, seed=2))
    assert not np.array_equal(_vary(0.5), _vary(0.5, epoch=1))


def test_nothing_changes_outside_of_training() -> None:
    layer = VarySome(keras.layers.RandomBrightness(0.5, value_range=(0, 1)), 1.0, 0)
    np.testing.assert_array_equal(np.asarray(layer(VALUES)), VALUES)
