"""Preprocessing is one piece of code: NumPy, TensorFlow, ONNX and Pillow's float resize must agree."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper
from PIL import Image

from webparity.preprocessing.graph import normalize, resize_image_in_numpy, resize_pixels
from webparity.preprocessing.gray import LUMA_601
from webparity.preprocessing.method_tables import FITS, INTERPOLATIONS
from webparity.preprocessing.spec import Preprocessing
from webparity.tensor_ops.tracers.to_numpy import NumpyOps
from webparity.tensor_ops.tracers.to_onnx import OnnxOps, OnnxTensor
from webparity.tensor_ops.tracers.to_tensorflow import TensorFlowOps

AGREEMENT = 1e-3  # grey levels, between our own adapters
PILLOW = 0.01  # grey levels, against Pillow's float-mode resize

SPECS = (
    Preprocessing(height=28, width=28),
    Preprocessing(height=180, width=180),
    Preprocessing(height=96, width=64, channels="rgb"),
    Preprocessing(height=1, width=5),
)


@cache
def _run_onnx(spec: Preprocessing) -> Any:
    ops = OnnxOps("preprocessing")
    out = resize_pixels(ops, OnnxTensor(ops, "image"), spec)
    graph = helper.make_graph(
        ops.nodes,
        "preprocessing",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])],
        [helper.make_tensor_value_info(out.name, TensorProto.FLOAT, ["N", spec.height, spec.width, spec.depth])],
        list(ops.initializers.values()),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


@cache
def _run_tensorflow(spec: Preprocessing) -> Any:
    signature = [tf.TensorSpec([None, None, None, 3], tf.uint8)]
    return tf.function(lambda image: resize_pixels(TensorFlowOps(), image, spec), input_signature=signature)


def _run_pillow(image: np.ndarray, spec: Preprocessing) -> np.ndarray:
    planes = [
        Image.fromarray(image[..., c].astype(np.float32)).resize((spec.width, spec.height), Image.Resampling.BILINEAR)
        for c in range(3)
    ]
    rgb = np.stack([np.asarray(plane, dtype=np.float64) for plane in planes], axis=-1)
    return rgb if spec.depth == 3 else (rgb @ np.array(LUMA_601))[..., np.newaxis]


def _make_content(height: int, width: int, kind: str, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    if kind == "noise":
        return random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    if kind == "extremes":
        return (random.integers(0, 2, (height, width, 3)) * 255).astype(np.uint8)
    return np.full((height, width, 3), random.integers(0, 256, 3), dtype=np.uint8)


def _assert_agreement(image: np.ndarray, spec: Preprocessing) -> None:
    truth = resize_image_in_numpy(image, spec)
    assert truth.shape == (spec.height, spec.width, spec.depth)
    (from_onnx,) = _run_onnx(spec).run(None, {"image": image[np.newaxis]})
    from_tensorflow = _run_tensorflow(spec)(image[np.newaxis]).numpy()
    assert np.abs(from_onnx[0] - truth).max() <= AGREEMENT
    assert np.abs(from_tensorflow[0] - truth).max() <= AGREEMENT
    assert np.abs(_run_pillow(image, spec) - truth).max() <= PILLOW


@settings(max_examples=40)
@given(
    height=st.integers(1, 400),
    width=st.integers(1, 400),
    kind=st.sampled_from(["noise", "extremes", "flat"]),
    seed=st.integers(0, 2**32 - 1),
    spec=st.sampled_from(SPECS),
)
def test_adapters_and_pillow_agree_on_any_size(
    height: int, width: int, kind: str, seed: int, spec: Preprocessing
) -> None:
    _assert_agreement(_make_content(height, width, kind, seed), spec)


@pytest.mark.slow
@settings(max_examples=6)
@given(height=st.integers(1, 3000), width=st.integers(1, 4000), seed=st.integers(0, 2**32 - 1))
def test_adapters_and_pillow_agree_on_large_sizes(height: int, width: int, seed: int) -> None:
    _assert_agreement(_make_content(height, width, "noise", seed), SPECS[0])


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (3000, 1), (3000, 4000), (28, 29), (27, 28)])
def test_adapters_and_pillow_agree_at_the_corners(size: tuple[int, int]) -> None:
    _assert_agreement(_make_content(*size, "extremes", 7), SPECS[0])


@pytest.mark.slow
@pytest.mark.parametrize("size", [(2, 16384), (16384, 2)])
def test_the_longest_side_stays_exact(size: tuple[int, int]) -> None:
    _assert_agreement(_make_content(*size, "extremes", 8), Preprocessing(height=512, width=512))


METHODS = [
    Preprocessing(height=height, width=width, channels=channels, fit=fit, resize=resize)
    for fit in FITS
    for resize, interpolation in INTERPOLATIONS.items()
    if None in interpolation.resize and (fit == "stretch" or interpolation.windowed)
    for height, width, channels in ((28, 33, "gray"), (40, 20, "rgb"))
]


@pytest.mark.parametrize("spec", METHODS, ids=lambda spec: f"{spec.fit}-{spec.resize}-{spec.channels}")
@pytest.mark.parametrize("size", [(1, 1), (1, 90), (90, 1), (28, 33), (300, 100), (100, 300)])
def test_adapters_agree_on_every_fit_and_interpolation(spec: Preprocessing, size: tuple[int, int]) -> None:
    image = _make_content(*size, "noise", 10)
    truth = resize_image_in_numpy(image, spec)
    assert truth.shape == (spec.height, spec.width, spec.depth)
    assert np.abs(_run_onnx(spec).run(None, {"image": image[np.newaxis]})[0][0] - truth).max() <= AGREEMENT
    assert np.abs(_run_tensorflow(spec)(image[np.newaxis]).numpy()[0] - truth).max() <= AGREEMENT


LIKE = [
    Preprocessing(height=height, width=width, channels=channels, like=like, resize=resize)
    for resize, interpolation in INTERPOLATIONS.items()
    for like in interpolation.resize
    if like is not None
    for height, width, channels in ((180, 180, "gray"), (28, 33, "rgb"))
]


@pytest.mark.parametrize("spec", LIKE, ids=lambda spec: f"{spec.like}-{spec.resize}-{spec.channels}")
@pytest.mark.parametrize(
    "size",
    [
        *((1, 1), (1, 300), (300, 1), (180, 180), (360, 360), (300, 100), (100, 300)),
        *(pytest.param(size, marks=pytest.mark.slow) for size in ((751, 501), (1500, 1200))),
    ],
)
def test_adapters_round_alike_where_a_library_is_followed(spec: Preprocessing, size: tuple[int, int]) -> None:
    image = _make_content(*size, "noise", 9)
    truth = resize_image_in_numpy(image, spec)
    limit = AGREEMENT if spec.like == "tensorflow" else 0.0
    assert np.abs(_run_onnx(spec).run(None, {"image": image[np.newaxis]})[0][0] - truth).max() <= limit
    assert np.abs(_run_tensorflow(spec)(image[np.newaxis]).numpy()[0] - truth).max() <= limit


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_the_network_s_own_size_keeps_gray_pixels_to_the_bit(seed: int) -> None:
    gray = np.random.default_rng(seed).integers(0, 256, (28, 28, 1), dtype=np.uint8)
    image = np.repeat(gray, 3, axis=-1)
    assert (resize_image_in_numpy(image, SPECS[0]) == gray).all()
    assert (_run_onnx(SPECS[0]).run(None, {"image": image[np.newaxis]})[0][0] == gray).all()
    assert (_run_tensorflow(SPECS[0])(image[np.newaxis]).numpy()[0] == gray).all()


def test_a_batch_is_what_its_images_are_alone() -> None:
    batch = np.stack([_make_content(37, 53, "noise", seed) for seed in range(3)])
    (together,) = _run_onnx(SPECS[1]).run(None, {"image": batch})
    for image, pixels in zip(batch, together, strict=True):
        assert np.abs(pixels - resize_image_in_numpy(image, SPECS[1])).max() <= AGREEMENT


def test_the_gray_weights_sum_to_one_exactly() -> None:
    assert sum(np.float32(weight) for weight in LUMA_601) == 1.0


def test_normalisation_follows_its_formula() -> None:
    spec = Preprocessing(
        height=2, width=2, channels="rgb", scale=0.5, offset=-1.0, mean=(1.0, 2.0, 3.0), std=(2.0, 4.0, 8.0)
    )
    pixels = np.full((1, 2, 2, 3), 10.0)
    expected = (10.0 * 0.5 - 1.0 - np.array([1.0, 2.0, 3.0])) / np.array([2.0, 4.0, 8.0])
    assert np.allclose(normalize(NumpyOps(), pixels, spec)[0, 0, 0], expected, atol=0)
