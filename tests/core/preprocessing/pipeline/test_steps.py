"""Each step against its library on photographs, and in NumPy, TensorFlow and ONNX alike."""

from __future__ import annotations

from itertools import product
from typing import Any

import cv2
import keras
import numpy as np
import onnxruntime
import pytest
import skimage.data
import tensorflow as tf
from PIL import Image, ImageOps

from webparity.decode.contract import LUMA_CONTRACT, decode
from webparity.export.onnx.model import make_float_output, make_model, trace_preprocessing
from webparity.preprocessing.graph import normalize, resize_image_in_numpy, resize_pixels
from webparity.preprocessing.spec import Preprocessing
from webparity.tensor_ops.tracers.to_numpy import NumpyOps
from webparity.tensor_ops.tracers.to_tensorflow import TensorFlowOps

COFFEE = skimage.data.coffee()
CAT = skimage.data.cat()
GRAY = {"step": "color", "to": "gray"}


def run(image: np.ndarray, *steps: dict[str, Any]) -> np.ndarray:
    spec = Preprocessing(steps=steps)
    return normalize(NumpyOps(), resize_image_in_numpy(image, spec)[np.newaxis], spec)[0]


@pytest.mark.parametrize("method", ["bilinear", "nearest", "lanczos"])
def test_luma_is_resized_on_one_channel_as_each_library_does(method: str) -> None:
    file = cv2.imencode(".jpg", COFFEE[:301])[1].tobytes()
    luma = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_GRAYSCALE)
    names = {"nearest": cv2.INTER_NEAREST, "bilinear": cv2.INTER_LINEAR, "lanczos": cv2.INTER_LANCZOS4}
    kinds = {"nearest": "nearest", "bilinear": "bilinear", "lanczos": "lanczos3"}
    expected = {
        "opencv": cv2.resize(luma, (131, 150), interpolation=names[method]),
        "pillow": np.asarray(Image.fromarray(luma).resize((131, 150), getattr(Image.Resampling, method.upper()))),
        "tensorflow": tf.image.resize(luma[..., np.newaxis], (150, 131), method=kinds[method]).numpy()[..., 0],
    }
    for like, pixels in expected.items():
        steps = [{"step": "color", "to": "luma"}, {"step": "resize", "like": like, "method": method}]
        found = run(decode(file, contract=LUMA_CONTRACT), steps[0], {**steps[1], "height": 150, "width": 131})[..., 0]
        apart = np.abs(found - pixels)
        if like == "tensorflow":
            assert apart.max() <= 0.02
        elif (like, method) == ("opencv", "lanczos"):
            assert apart.max() <= 1
            assert (apart > 0).mean() <= 5e-4
        else:
            np.testing.assert_array_equal(found, pixels)


@pytest.mark.parametrize("image", [COFFEE, CAT, COFFEE[:, :333], COFFEE[:301]], ids=["wide", "cat", "tall", "wider"])
def test_torchvision_resize_and_crop(image: np.ndarray) -> None:
    height, width = image.shape[:2]
    size = (256, int(256 * height / width)) if width <= height else (int(256 * width / height), 256)
    resized = Image.fromarray(image).resize(size, Image.Resampling.BILINEAR)
    left, top = round((size[0] - 224) / 2), round((size[1] - 224) / 2)
    expected = np.asarray(resized.crop((left, top, left + 224, top + 224)))
    resize = {"step": "resize", "like": "torchvision", "shorter": 256}
    np.testing.assert_array_equal(run(image, resize, {"step": "crop", "height": 224, "width": 224}), expected)


@pytest.mark.parametrize("image", [COFFEE, CAT, COFFEE[:, :200]], ids=["wide", "cat", "tall"])
def test_pillow_contain_is_image_ops_pad(image: np.ndarray) -> None:
    expected = ImageOps.pad(Image.fromarray(image), (191, 160), Image.Resampling.BICUBIC, color=(9, 8, 7))
    step = {"step": "resize", "like": "pillow", "method": "bicubic", "height": 160, "width": 191, "fit": "contain"}
    np.testing.assert_array_equal(run(image, {**step, "color": [9, 8, 7]}), np.asarray(expected))


@pytest.mark.parametrize("image", [COFFEE, CAT, COFFEE[:, :200]], ids=["wide", "cat", "tall"])
def test_tensorflow_contain_is_resize_with_pad(image: np.ndarray) -> None:
    expected = tf.image.resize_with_pad(image, 150, 131).numpy()
    step = {"step": "resize", "like": "tensorflow", "height": 150, "width": 131, "fit": "contain"}
    assert np.abs(run(image, step) - expected).max() <= 0.02


@pytest.mark.parametrize("image", [COFFEE, CAT, COFFEE[:, :200]], ids=["wide", "cat", "tall"])
@pytest.mark.parametrize(("fit", "option"), [("cover", "crop_to_aspect_ratio"), ("contain", "pad_to_aspect_ratio")])
def test_keras_fits_are_those_of_its_resizing(image: np.ndarray, fit: str, option: str) -> None:
    layer = keras.layers.Resizing(150, 131, **{option: True})
    expected = np.asarray(layer(image[np.newaxis].astype(np.float32)))[0]
    step = {"step": "resize", "like": "keras", "height": 150, "width": 131, "fit": fit}
    assert np.abs(run(image, step) - expected).max() <= 0.02


def test_smart_resize_is_keras_cover() -> None:
    expected = keras.preprocessing.image.smart_resize(COFFEE.astype(np.float32), (120, 80))
    step = {"step": "resize", "like": "keras", "height": 120, "width": 80, "fit": "cover"}
    assert np.abs(run(COFFEE, step) - expected).max() <= 0.02


@pytest.mark.parametrize("size", [(120, 80), (97, 131)])
def test_equalization_is_opencv_s_and_pillow_s_to_the_bit(size: tuple[int, int]) -> None:
    resize = {"step": "resize", "like": "opencv", "height": size[0], "width": size[1]}
    for image in (COFFEE, CAT, np.full_like(CAT, 77)):
        gray = cv2.resize(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), size[::-1])
        found = run(image, GRAY, resize, {"step": "equalize"})[..., 0]
        np.testing.assert_array_equal(found, cv2.equalizeHist(gray))
        found = run(image, GRAY, resize, {"step": "equalize", "like": "pillow"})[..., 0]
        np.testing.assert_array_equal(found, np.asarray(ImageOps.equalize(Image.fromarray(gray))))


@pytest.mark.parametrize(("clip", "tiles"), [(2.0, 8), (40.0, 8), (3.0, 5), (0.0, 3)])
def test_clahe_is_opencv_s_to_the_bit(clip: float, tiles: int) -> None:
    for image, size in product((CAT, COFFEE), ((120, 80), (97, 131), (180, 180))):
        resize = {"step": "resize", "like": "opencv", "height": size[0], "width": size[1]}
        gray = cv2.resize(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), size[::-1])
        step = {"step": "clahe", "clip_limit": clip, "tiles": tiles}
        expected = cv2.createCLAHE(clip, (tiles, tiles)).apply(gray)
        np.testing.assert_array_equal(run(image, GRAY, resize, step)[..., 0], expected)


def test_standardization_is_tensorflow_s_and_keras_s() -> None:
    resize = {"step": "resize", "like": "tensorflow", "height": 90, "width": 80}
    pixels = run(COFFEE, resize)
    expected = tf.image.per_image_standardization(pixels.astype(np.float32)).numpy()
    assert np.abs(run(COFFEE, resize, {"step": "standardize"}) - expected).max() <= 1e-5
    values = pixels / 255
    expected = (values - values.mean()) / (values.std() + 1e-6)
    found = run(COFFEE, resize, {"step": "scale"}, {"step": "standardize", "like": "keras"})
    assert np.abs(found - expected).max() <= 1e-9


def test_gray_behind_the_resize_is_each_library_s() -> None:
    resize = {"step": "resize", "like": "pillow", "height": 90, "width": 80}
    pixels = np.asarray(Image.fromarray(COFFEE).resize((80, 90), Image.Resampling.BILINEAR))
    grays = {
        "pillow": np.asarray(Image.fromarray(pixels).convert("L")),
        "opencv": cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY),
    }
    for like, expected in grays.items():
        np.testing.assert_array_equal(run(COFFEE, resize, {**GRAY, "like": like})[..., 0], expected)
    expected = tf.image.rgb_to_grayscale(pixels.astype(np.float32)).numpy()
    assert np.abs(run(COFFEE, resize, {**GRAY, "like": "tensorflow"}) - expected).max() <= 1e-3


def test_crop_and_pad_of_a_square_and_of_rectangles() -> None:
    side = min(COFFEE.shape[:2])
    left = (COFFEE.shape[1] - side) // 2
    square = Image.fromarray(COFFEE[:, left : left + side]).resize((60, 60), Image.Resampling.BILINEAR)
    resize = {"step": "resize", "like": "pillow", "height": 60, "width": 60}
    pixels = np.asarray(square)
    np.testing.assert_array_equal(run(COFFEE, {"step": "crop", "square": True}, resize), pixels)
    found = run(COFFEE, {"step": "crop", "square": True}, resize, {"step": "crop", "height": 9, "width": 7, "top": 3})
    np.testing.assert_array_equal(found, pixels[3:12, 26:33])
    padded = np.pad(COFFEE, ((100, 100), (0, 0), (0, 0)))
    expected = np.asarray(Image.fromarray(padded).resize((60, 60), Image.Resampling.BILINEAR))
    np.testing.assert_array_equal(run(COFFEE, {"step": "pad", "square": True}, resize), expected)
    found = run(COFFEE, {"step": "crop", "square": True}, resize, {"step": "pad", "height": 63, "width": 64})
    np.testing.assert_array_equal(found, np.pad(pixels, ((1, 2), (2, 2), (0, 0))))


def test_a_factor_scales_both_sides() -> None:
    resized = Image.fromarray(CAT).resize((CAT.shape[1] // 4, CAT.shape[0] // 4), Image.Resampling.BILINEAR)
    width, height = resized.size
    left, top = (width - 64) // 2, (height - 50) // 2
    expected = np.asarray(resized)[top : top + 50, left : left + 64]
    resize = {"step": "resize", "like": "pillow", "factor": 0.25}
    crop = {"step": "crop", "height": 50, "width": 64, "like": "pillow"}
    np.testing.assert_array_equal(run(CAT, resize, crop), expected)


PIPELINES: dict[str, list[dict[str, Any]]] = {
    "torchvision": [
        {"step": "resize", "like": "torchvision", "shorter": 40},
        {"step": "crop", "height": 32, "width": 32},
    ],
    "small": [{"step": "resize", "like": "own", "shorter": 9}, {"step": "crop", "height": 12, "width": 14}],
    "factor": [{"step": "resize", "like": "opencv", "factor": 0.4}, {"step": "pad", "height": 60, "width": 61}],
    "cover": [{"step": "resize", "like": "pillow", "method": "lanczos", "height": 30, "width": 20, "fit": "cover"}],
    "keras": [{"step": "resize", "like": "keras", "height": 30, "width": 20, "fit": "contain", "color": [3, 4, 5]}],
    "letterbox": [{"step": "resize", "like": "opencv", "height": 30, "width": 30, "fit": "contain", "color": [114]}],
    "cubic": [{"step": "resize", "like": "opencv", "method": "bicubic", "height": 30, "width": 20}],
    "lanczos4": [GRAY, {"step": "resize", "like": "opencv", "method": "lanczos", "height": 30, "width": 20}],
    "table": [{"step": "resize", "like": "tensorflow", "method": "bicubic", "height": 30, "width": 20}],
    "area": [{"step": "resize", "like": "tensorflow", "method": "area", "height": 30, "width": 20}],
    "square": [{"step": "pad", "square": True}, {"step": "resize", "like": "pillow", "height": 30, "width": 30}, GRAY],
    "equalize": [GRAY, {"step": "resize", "like": "opencv", "height": 30, "width": 20}, {"step": "equalize"}],
    "clahe": [GRAY, {"step": "resize", "like": "pillow", "height": 30, "width": 20}, {"step": "clahe", "tiles": 3}],
    "values": [
        {"step": "resize", "like": "own", "method": "bicubic", "height": 30, "width": 20},
        {"step": "color", "to": "bgr"},
        {"step": "invert"},
        {"step": "scale", "factor": 1 / 127.5, "offset": -1.0},
        {"step": "normalize", "mean": [0.1, 0.2, 0.3], "std": [0.5]},
        {"step": "standardize"},
    ],
}


# Tracing double-float weights takes TensorFlow seconds.
QUICK = {"torchvision", "factor", "letterbox", "keras", "equalize", "values"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.full]) for name in PIPELINES]
)
def test_numpy_tensorflow_and_onnx_agree(name: str) -> None:
    spec: Any = Preprocessing(steps=PIPELINES[name])
    traced = tf.function(
        lambda image: normalize(TensorFlowOps(), resize_pixels(TensorFlowOps(), image, spec), spec),
        input_signature=[tf.TensorSpec([None, None, None, 3], tf.uint8)],
        autograph=False,
    )
    ops, values = trace_preprocessing(spec, normalize)
    model = make_model(ops, [make_float_output(values.name, spec.values_shape)])
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    for number, size in enumerate([(31, 62), (120, 97), (9, 8), (30, 20)]):
        images = np.random.default_rng(number).integers(0, 256, (2, *size, 3), dtype=np.uint8)
        for image, one, other in zip(
            images, traced(images).numpy(), session.run(None, {"image": images})[0], strict=True
        ):
            expected = run(image, *PIPELINES[name])
            np.testing.assert_allclose(one, expected, rtol=0, atol=1e-3)
            np.testing.assert_allclose(other, expected, rtol=0, atol=1e-3)
