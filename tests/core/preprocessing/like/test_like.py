"""Pixels equal those of the named library: Pillow and OpenCV to the bit, TensorFlow within its own rounding."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from webparity.preprocessing.graph import resize_image_in_numpy
from webparity.preprocessing.spec import Preprocessing

AREA = cv2.INTER_AREA
LINEAR = cv2.INTER_LINEAR
# Shrinking and enlarging, both at once either way, halving, odd sizes, sides of one pixel.
SIZES = [
    ((200, 300), (180, 180)),
    ((40, 60), (180, 181)),
    ((300, 100), (180, 180)),
    ((100, 300), (180, 180)),
    ((360, 360), (180, 180)),
    ((751, 501), (96, 64)),
    ((1, 9), (20, 20)),
    ((9, 1), (20, 20)),
    ((1, 1), (5, 7)),
    ((3000, 2), (28, 28)),
    ((180, 180), (180, 180)),
]
PHOTOGRAPHS = ("astronaut", "camera", "coffee", "cat", "rocket", "brick", "moon")


def run_pillow(image: np.ndarray, spec: Preprocessing) -> np.ndarray:
    picture = Image.fromarray(image)
    picture = picture.convert("L") if spec.depth == 1 else picture
    return np.asarray(picture.resize((spec.width, spec.height), Image.Resampling.BILINEAR))


def run_opencv(image: np.ndarray, spec: Preprocessing) -> np.ndarray:
    image = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if spec.depth == 1 else image
    return cv2.resize(image, (spec.width, spec.height), interpolation=AREA if spec.resize == "area" else LINEAR)


def run_tensorflow(image: np.ndarray, spec: Preprocessing) -> np.ndarray:
    if spec.depth == 1:
        image = np.asarray(Image.fromarray(image).convert("L"))[..., np.newaxis]
    return tf.image.resize(image, (spec.height, spec.width)).numpy()


def compute_difference(image: np.ndarray, spec: Preprocessing) -> np.ndarray:
    assert spec.like is not None
    library = {"pillow": run_pillow, "opencv": run_opencv, "tensorflow": run_tensorflow}[spec.like](image, spec)
    expected = library.astype(np.float64).reshape(spec.height, spec.width, spec.depth)
    return np.abs(resize_image_in_numpy(image, spec) - expected)


def make_noise(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("like", ["pillow", "opencv"])
@pytest.mark.parametrize("channels", ["gray", "rgb"])
@pytest.mark.parametrize(("size", "target"), SIZES)
def test_bilinear_is_equal_to_the_bit(like: str, channels: str, size: tuple[int, int], target: tuple[int, int]) -> None:
    spec = Preprocessing(height=target[0], width=target[1], channels=channels, like=like)
    assert compute_difference(make_noise(*size), spec).max() == 0


@settings(max_examples=60)
@given(
    height=st.integers(1, 300),
    width=st.integers(1, 300),
    target=st.tuples(st.integers(1, 100), st.integers(1, 100)),
    like=st.sampled_from(["pillow", "opencv"]),
    seed=st.integers(0, 2**32 - 1),
)
def test_bilinear_is_equal_to_the_bit_at_any_size(
    height: int, width: int, target: tuple[int, int], like: str, seed: int
) -> None:
    spec = Preprocessing(height=target[0], width=target[1], like=like)
    assert compute_difference(make_noise(height, width, seed), spec).max() == 0


@pytest.mark.parametrize("channels", ["gray", "rgb"])
@pytest.mark.parametrize(("size", "target"), SIZES)
def test_area_differs_at_most_where_opencv_rounds_a_tie(
    channels: str, size: tuple[int, int], target: tuple[int, int]
) -> None:
    spec = Preprocessing(
        height=target[0],
        width=target[1],
        channels=channels,
        like="opencv",
        resize="area",
    )
    apart = compute_difference(make_noise(*size), spec)
    assert apart.max() <= 1
    assert (apart == 0).mean() >= 0.99


@pytest.mark.parametrize("channels", ["gray", "rgb"])
@pytest.mark.parametrize(("size", "target"), SIZES)
def test_tensorflow_is_followed_within_its_own_rounding(
    channels: str, size: tuple[int, int], target: tuple[int, int]
) -> None:
    spec = Preprocessing(height=target[0], width=target[1], channels=channels, like="tensorflow")
    # TensorFlow's float32 positions are off by up to 6e-8 of the side, so weights of a side of 3000 by 2e-4.
    assert compute_difference(make_noise(*size), spec).max() <= 255 * max(size) * 2.0**-23


@pytest.mark.parametrize("name", PHOTOGRAPHS)
@pytest.mark.parametrize("channels", ["gray", "rgb"])
@pytest.mark.parametrize(
    ("like", "resize"), [("pillow", "bilinear"), ("opencv", "bilinear"), ("opencv", "area"), ("tensorflow", "bilinear")]
)
def test_photographs_come_out_alike(name: str, channels: str, like: str, resize: str) -> None:
    photograph = getattr(skimage.data, name)()
    image = photograph if photograph.ndim == 3 else np.repeat(photograph[..., np.newaxis], 3, axis=-1)
    for side in (28, 180):
        spec = Preprocessing(height=side, width=side, channels=channels, like=like, resize=resize)
        apart = compute_difference(image, spec)
        assert apart.max() <= 1
        assert (np.round(apart, 2) == 0).mean() >= 0.99


def test_every_colour_has_the_library_s_gray() -> None:
    # 2**18 colours as one image, left at its own size.
    values = np.arange(0, 256, 4, dtype=np.uint8) + np.random.default_rng(0).integers(0, 4, 64, dtype=np.uint8)
    colours = np.stack(np.meshgrid(values, values, values), axis=-1).reshape(512, 512, 3)
    for like in ("pillow", "opencv"):
        spec = Preprocessing(height=512, width=512, like=like)
        assert compute_difference(colours, spec).max() == 0
