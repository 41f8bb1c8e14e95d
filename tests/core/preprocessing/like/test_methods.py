"""Every method of every library on photographs: to the bit where it works in integers, else within its rounding."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
import skimage.data
import tensorflow as tf
from PIL import Image

from webparity.preprocessing.graph import resize_image_in_numpy
from webparity.preprocessing.spec import Preprocessing

PHOTOGRAPHS = ("astronaut", "coffee", "cat", "rocket")
# Shrinking, changing the aspect ratio, enlarging.
SIZES = [(223, 221), (97, 61), (700, 811)]
PILLOW = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3}
TENSORFLOW = {"nearest": "nearest", "lanczos": "lanczos3", "bilinear": "bilinear", "bicubic": "bicubic", "area": "area"}


def resize(image: np.ndarray, method: str, like: str, size: tuple[int, int], **options: Any) -> np.ndarray:
    step = {"step": "resize", "method": method, "like": like, "height": size[0], "width": size[1], **options}
    return resize_image_in_numpy(image, Preprocessing(steps=[step]))


def leave_out_table_ties(apart: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Leave out positions close to the middle of two entries of TensorFlow's table of cubics: its float32 decides."""
    for axis in (0, 1):
        full, side = apart.shape[axis], image.shape[axis]
        entries = ((np.arange(full) + 0.5) * side / full - 0.5) * 1024
        kept = np.abs(entries % 1 - 0.5) > 0.1
        assert kept.mean() > 0.7
        apart = np.compress(kept, apart, axis)
    return apart


@pytest.mark.parametrize("name", PHOTOGRAPHS)
@pytest.mark.parametrize("method", PILLOW)
def test_pillow_is_equal_to_the_bit(name: str, method: str) -> None:
    image = getattr(skimage.data, name)()
    for size in SIZES:
        expected = np.asarray(Image.fromarray(image).resize(size[::-1], PILLOW[method]))
        np.testing.assert_array_equal(resize(image, method, "pillow", size), expected)


@pytest.mark.parametrize("method", ["lanczos", "bicubic"])
def test_pillow_is_equal_for_black_and_white_and_extreme_shapes(method: str) -> None:
    for number, shape in enumerate([(37, 64), (3, 2), (1, 900), (900, 1), (500, 30)]):
        image = np.random.default_rng(number).integers(0, 2, (*shape, 3), dtype=np.uint8) * 255
        expected = np.asarray(Image.fromarray(image).resize((50, 60), PILLOW[method]))
        np.testing.assert_array_equal(resize(image, method, "pillow", (60, 50)), expected)


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_opencv_differs_at_most_where_its_float32_rounds_a_tie(name: str) -> None:
    image = getattr(skimage.data, name)()
    for size in SIZES:
        for method, code, share in (("bicubic", cv2.INTER_CUBIC, 1e-3), ("lanczos", cv2.INTER_LANCZOS4, 5e-4)):
            expected = cv2.resize(image, size[::-1], interpolation=code).astype(np.float64)
            apart = np.abs(resize(image, method, "opencv", size) - expected)
            assert apart.max() <= 1
            assert (apart > 0).mean() <= share
        expected = cv2.resize(image, size[::-1], interpolation=cv2.INTER_NEAREST)
        np.testing.assert_array_equal(resize(image, "nearest", "opencv", size), expected)


@pytest.mark.parametrize("name", PHOTOGRAPHS)
@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize("method", TENSORFLOW)
def test_tensorflow_is_followed_within_a_fiftieth_of_a_level(name: str, method: str, *, antialias: bool) -> None:
    image = getattr(skimage.data, name)()
    for size in SIZES:
        expected = tf.image.resize(image, size, TENSORFLOW[method], antialias=antialias).numpy()
        apart = np.abs(resize(image, method, "tensorflow", size, antialias=antialias) - expected)
        if method == "bicubic" and not antialias:
            apart = leave_out_table_ties(apart, image)
        assert (apart <= 0.02).all()
