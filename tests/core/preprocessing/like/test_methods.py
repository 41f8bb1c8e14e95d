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
# Shrinking, changing the aspect ratio, enlarging. Sides share few factors: see the test of ties.
SIZES = [(223, 221), (97, 61), (700, 811)]
PILLOW = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3}
TENSORFLOW = {"nearest": "nearest", "lanczos": "lanczos3", "bilinear": "bilinear", "bicubic": "bicubic", "area": "area"}


def resize(image: np.ndarray, method: str, like: str, size: tuple[int, int], **options: Any) -> np.ndarray:
    step = {"step": "resize", "method": method, "like": like, "height": size[0], "width": size[1], **options}
    return resize_image_in_numpy(image, Preprocessing(steps=[step]))


def leave_out_ties(apart: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Leave out rows and columns whose centers lie between two pixels: there the libraries' own rounding decides."""
    for axis in (0, 1):
        full, side = apart.shape[axis], image.shape[axis]
        apart = np.compress((2 * np.arange(full) + 1) * side % (2 * full) != 0, apart, axis)
    return apart


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
        apart = resize(image, method, "pillow", size) != expected
        if method == "nearest":
            apart = leave_out_ties(apart, image)
        assert not apart.any()


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
        if method == "nearest":
            apart = leave_out_ties(apart, image)
        if method == "bicubic" and not antialias:
            apart = leave_out_table_ties(apart, image)
        assert (apart <= 0.02).all()


def test_a_tie_between_two_pixels_goes_to_the_later_one() -> None:
    # 512 to 224: every seventh center lies between two pixels. Pillow sums up in float64, and may take either.
    row = np.arange(512)
    image = np.repeat(np.repeat(row.reshape(1, -1, 1) % 256, 8, 0), 3, 2).astype(np.uint8)
    found = resize(image, "nearest", "pillow", (8, 224))[0, :, 0]
    expected = ((2 * np.arange(224) + 1) * 512 // 448) % 256
    np.testing.assert_array_equal(found, expected)
    own = np.asarray(Image.fromarray(image).resize((224, 8), 0))[0, :, 0]
    ties = (2 * np.arange(224) + 1) % 7 == 0
    np.testing.assert_array_equal(found[~ties], own[~ties])
