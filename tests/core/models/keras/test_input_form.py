"""Networks of rows, of gray maps without channels, and of whole numbers, against Keras's own predict."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from webparity.errors import UnsupportedModelError
from webparity.models import refusals
from webparity.models.keras.baked import KerasBaked
from webparity.preprocessing.spec import Preprocessing

IMAGES = np.repeat(np.random.default_rng(0).integers(0, 256, (6, 9, 7, 1), dtype=np.uint8), 3, axis=3)


def make_network(shape: tuple[int | None, ...], dtype: str | None = None) -> Any:
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input(shape, dtype=dtype),
            layers.Rescaling(1.0),
            layers.Flatten(),
            layers.Dense(5, "tanh"),
            layers.Dense(3, "softmax"),
        ]
    )


@pytest.mark.parametrize("shape", [(9, 7), (63,), (9, 7, 1)])
def test_gray_pixels_go_into_every_shape_that_holds_them(shape: tuple[int, ...]) -> None:
    network = make_network(shape)
    values = (IMAGES[..., 0] / 255).astype(np.float32)
    answers = KerasBaked(network, Preprocessing(height=9, width=7, like="pillow"))(IMAGES)["probabilities"]
    np.testing.assert_allclose(answers, network.predict(values.reshape(-1, *shape), verbose=0), atol=1e-6)


def test_a_row_of_colours_is_pixel_by_pixel() -> None:
    network = make_network((189,))
    images = np.random.default_rng(1).integers(0, 256, (4, 9, 7, 3), dtype=np.uint8)
    spec = Preprocessing(height=9, width=7, channels="rgb", like="pillow")
    expected = network.predict((images / 255).astype(np.float32).reshape(4, -1), verbose=0)
    np.testing.assert_allclose(KerasBaked(network, spec)(images)["probabilities"], expected, atol=1e-6)


@pytest.mark.parametrize("like", ["opencv", None])
def test_whole_numbers_are_rounded_pixels(like: Any) -> None:
    network = make_network((5, 4, 1), "uint8")
    baked = KerasBaked(network, Preprocessing(height=5, width=4, scale=1.0, like=like))
    taps = baked(IMAGES, ("pixels", "probabilities"))
    expected = network.predict(np.rint(taps["pixels"]).astype(np.uint8), verbose=0)
    np.testing.assert_allclose(taps["probabilities"], expected, atol=1e-5)
    assert baked.is_discontinuous == (like is None)
    assert baked.inference_model.is_discontinuous == (like is None)


def test_scaled_pixels_for_whole_numbers_are_refused() -> None:
    with pytest.raises(UnsupportedModelError) as caught:
        KerasBaked(make_network((5, 4, 1), "uint8"), Preprocessing(height=5, width=4))
    assert str(caught.value).endswith(refusals.WHOLE_NUMBERS.remedy)


@pytest.mark.parametrize("shape", [(7, 9), (62,), (9, 7, 2)])
def test_another_number_of_pixels_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(UnsupportedModelError) as caught:
        KerasBaked(make_network(shape), Preprocessing(height=9, width=7))
    assert str(caught.value).endswith(refusals.NETWORK_INPUT.remedy)
