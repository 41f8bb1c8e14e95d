"""Random intensities: images of one training batch vary, each its own way, and the same way for the same seed."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from webparity.train.fitting.seeds import reseed
from webparity.train.recipes.augmentation.intensity import RandomIntensity

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def values() -> NDArray[np.float32]:
    """Thirty-two times one image, of all levels."""
    image = np.linspace(0, 1, 24 * 24, dtype=np.float32).reshape(1, 24, 24, 1)
    return np.repeat(image, 32, axis=0)


def _vary(layer: RandomIntensity, values: NDArray[np.float32], epoch: int) -> NDArray[np.float32]:
    reseed(layer, 3, epoch)
    return np.asarray(layer(values, training=True))


def test_every_image_varies_within_the_range(values: NDArray[np.float32]) -> None:
    varied = _vary(RandomIntensity(3), values, 0)
    assert varied.shape == values.shape
    assert varied.dtype == np.float32
    assert varied.min() >= 0
    assert varied.max() <= 1
    assert len(np.unique(varied.mean(axis=(1, 2, 3)))) == len(values)
    # Of even levels, mean and deviation: 0.5 and 0.29; brightness and contrast move them both ways.
    means, deviations = varied.mean(axis=(1, 2, 3)), varied.std(axis=(1, 2, 3))
    assert means.min() < 0.42
    assert means.max() > 0.58
    assert deviations.min() < 0.25
    assert deviations.max() > 0.31


def test_levels_keep_their_order_but_for_noise(values: NDArray[np.float32]) -> None:
    for image in _vary(RandomIntensity(3), values, 1):
        assert np.corrcoef(image.ravel(), values[0].ravel())[0, 1] > 0.9


def test_an_epoch_s_numbers_come_again(values: NDArray[np.float32]) -> None:
    layer = RandomIntensity(3)
    first, second = _vary(layer, values, 0), _vary(layer, values, 1)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(_vary(RandomIntensity(9), values, 0), first)


def test_nothing_changes_outside_of_training(values: NDArray[np.float32]) -> None:
    np.testing.assert_array_equal(np.asarray(RandomIntensity(3)(values)), values)
