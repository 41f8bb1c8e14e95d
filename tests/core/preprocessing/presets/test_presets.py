"""Each preset against the calls of its library that it stands for."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
import pytest
import skimage.data
from PIL import Image

from webparity.decode.contract import decode_file
from webparity.errors import UsageError
from webparity.preprocessing.graph import normalize, resize_image_in_numpy
from webparity.preprocessing.preset import get_preset, list_presets
from webparity.tensor_ops.tracers.to_numpy import NumpyOps

# Sides share no factor with the presets' sizes: on a tie, Pillow's nearest has a rounding of its own.
PHOTOGRAPH = skimage.data.rocket()[:421, :631]
MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photographs") / "class" / "rocket.png"
    path.parent.mkdir()
    Image.fromarray(PHOTOGRAPH).save(path)
    return path


def run_preset(name: str) -> np.ndarray:
    spec = get_preset(name).make()
    return normalize(NumpyOps(), resize_image_in_numpy(PHOTOGRAPH, spec)[np.newaxis], spec)[0]


APPLICATIONS = [
    name
    for name in list_presets()
    if name.startswith("keras-") and name.partition("-")[2].partition("-")[0] in dir(keras.applications)
]


def test_every_preprocess_input_of_keras_has_a_preset() -> None:
    with_function = {
        module for module in dir(keras.applications) if hasattr(getattr(keras.applications, module), "preprocess_input")
    } - {"imagenet_utils", "mobilenet_v3", "resnet50"}
    assert with_function <= {name.partition("-")[2].partition("-")[0] for name in APPLICATIONS}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_preprocess_input_behind_load_img(name: str, file: Path) -> None:
    module: Any = importlib.import_module(f"keras.applications.{name.partition('-')[2].partition('-')[0]}")
    spec = get_preset(name).make()
    image = keras.utils.load_img(file, target_size=(spec.height, spec.width))
    expected = module.preprocess_input(keras.utils.img_to_array(image))
    assert np.abs(run_preset(name) - expected).max() <= 1e-4


def test_load_img(file: Path) -> None:
    expected = keras.utils.img_to_array(keras.utils.load_img(file, target_size=(256, 256)))
    np.testing.assert_array_equal(run_preset("keras-load_img"), expected)
    np.testing.assert_allclose(run_preset("keras-ImageDataGenerator"), expected / 255, rtol=0, atol=1e-6)


def test_image_dataset_from_directory(file: Path) -> None:
    found = keras.utils.image_dataset_from_directory(file.parent.parent, labels=None, verbose=False)
    (batch,) = list(found)
    assert np.abs(run_preset("keras-image_dataset_from_directory") - batch.numpy()[0]).max() <= 0.02


def test_torchvision_by_the_operations_of_pillow_that_it_calls() -> None:
    height, width = PHOTOGRAPH.shape[:2]
    resized = Image.fromarray(PHOTOGRAPH).resize((int(256 * width / height), 256), Image.Resampling.BILINEAR)
    left, top = round((resized.width - 224) / 2), 16
    pixels = np.asarray(resized.crop((left, top, left + 224, top + 224)))
    np.testing.assert_allclose(run_preset("imagenet-torchvision"), (pixels / 255 - MEAN) / STD, rtol=0, atol=1e-6)


def test_pillow_and_opencv() -> None:
    expected = np.asarray(Image.fromarray(PHOTOGRAPH).resize((224, 224))) / 255
    np.testing.assert_allclose(run_preset("pil-default"), expected, rtol=0, atol=1e-9)
    gray = cv2.resize(cv2.cvtColor(PHOTOGRAPH, cv2.COLOR_RGB2GRAY), (224, 224)) / 255
    np.testing.assert_allclose(run_preset("cv2-gray")[..., 0], gray, rtol=0, atol=1e-9)


def test_opencv_s_grayscale_of_a_jpeg(tmp_path: Path) -> None:
    file = tmp_path / "rocket.jpg"
    Image.fromarray(PHOTOGRAPH).save(file)
    spec = get_preset("cv2-imread-grayscale").make()
    pixels = resize_image_in_numpy(decode_file(file, spec.contract), spec)
    expected = cv2.resize(cv2.imread(str(file), cv2.IMREAD_GRAYSCALE), (224, 224)) / 255
    np.testing.assert_allclose(normalize(NumpyOps(), pixels[np.newaxis], spec)[0, ..., 0], expected, rtol=0, atol=1e-9)


def test_an_unknown_preset_is_named_beside_all_there_are() -> None:
    with pytest.raises(
        UsageError, match=r"a preset among cv2-gray, cv2-imread-grayscale, imagenet-torchvision, .*received 'vgg'"
    ):
        get_preset("vgg")
