"""A network behind a JPEG's own luma: one answer everywhere, and a fault where one place decodes to RGB instead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import cv2
import keras
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray
from PIL import Image
from tamper import copy_bundle, rewrite_manifest

from webparity.bundle.read import Bundle
from webparity.decode.contract import decode, digest_rgb8
from webparity.errors import BundleError
from webparity.export import export_model
from webparity.export.quantization import calibration
from webparity.parity import samples, verify
from webparity.predictor import Predictor
from webparity.preprocessing.preset import get_preset

pytestmark = pytest.mark.slow

SIZE: Final = (48, 40)
PLACES: Final = ("onnxruntime", "tfjs:wasm@node", "webparity@python", "webparity@node")
ORIENTATION: Final = 0x0112


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photographs")
    forms: list[dict[str, Any]] = [{"subsampling": 0}, {"subsampling": 2, "progressive": True}, {"quality": 40}]
    for name, form in zip(("astronaut", "coffee", "cat"), forms, strict=True):
        Image.fromarray(getattr(skimage.data, name)()).save(folder / f"{name}.jpg", **form)
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    Image.fromarray(skimage.data.rocket()).save(folder / "turned.jpg", exif=exif)
    Image.fromarray(skimage.data.rocket()).save(folder / "rocket.png")
    return folder


def make_network() -> keras.Model:
    keras.utils.set_random_seed(1)
    start = keras.initializers.RandomNormal(stddev=0.05)
    layers = [
        keras.Input((*SIZE, 1)),
        keras.layers.AveragePooling2D(8),
        keras.layers.Flatten(),
        keras.layers.Dense(3, activation="softmax", kernel_initializer=start),
    ]
    return keras.Sequential(layers)


@pytest.fixture(scope="module")
def bundle(photographs: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return export_model(
        make_network(),
        tmp_path_factory.mktemp("luma") / "bundle",
        preprocessing=get_preset("cv2-imread-grayscale").make(SIZE),
        labels=["a", "b", "c"],
        golden=photographs,
        targets=["onnx", "tfjs-graph", "wasm"],
    )


def test_every_place_gives_the_answers_of_opencv_and_keras(bundle: Bundle, photographs: Path) -> None:
    assert bundle.manifest.contract == "luma8/2"
    verify(bundle, images=photographs, runtimes=PLACES, require=PLACES).raise_for_verdict()
    network = make_network()
    for file in sorted(photographs.iterdir()):
        gray = cv2.resize(cv2.imread(str(file), cv2.IMREAD_GRAYSCALE), SIZE[::-1]) / np.float32(255)
        expected = network.predict(gray[np.newaxis, ..., np.newaxis], verbose=0)[0]
        for runtime in ("onnxruntime", "webparity"):
            answer: Any = bundle.predict(file, runtime=runtime)
            assert np.abs(np.array([*answer.probabilities.values()]) - expected).max() <= 5e-6


def test_the_contract_stands_in_every_artifact(bundle: Bundle) -> None:
    for artifact in bundle.manifest.artifacts:
        data = (bundle.site / artifact.entry).read_bytes()
        assert artifact.target == "wasm" or b"luma8/2" in data
    for image in bundle.manifest.golden:
        pixels = decode((bundle.site / image.file).read_bytes(), contract="luma8/2")
        assert digest_rgb8(pixels) == image.rgb8


def test_weights_are_quantized_on_the_luma(photographs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def record(data: bytes, name: str, contract: Any) -> NDArray[np.uint8]:
        seen.append(contract)
        return decode(data, name, contract)

    monkeypatch.setattr(calibration, "decode", record)
    export_model(
        make_network(),
        tmp_path / "bundle",
        preprocessing=get_preset("cv2-imread-grayscale").make(SIZE),
        golden=photographs,
        targets=["onnx"],
        precision="uint8",
        calibration=photographs,
        page=False,
    )
    assert set(seen) == {"luma8/2"}


def test_pictures_and_arrays_are_pixels(bundle: Bundle, photographs: Path) -> None:
    file = photographs / "astronaut.jpg"
    gray: Any = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
    with Image.open(file) as picture:
        of_picture: Any = bundle.predict(picture)
    of_file: Any = bundle.predict(file)
    assert bundle.predict(file.read_bytes()).probabilities == of_file.probabilities
    assert bundle.predict(gray).probabilities == of_file.probabilities
    assert of_picture.probabilities != of_file.probabilities
    assert Predictor(bundle).predict(file).probabilities == of_file.probabilities


@pytest.mark.parametrize("browser_name", ["chromium"])
def test_a_browser_gives_them_too(bundle: Bundle, photographs: Path, browser_name: str) -> None:
    places = (f"webparity@{browser_name}", f"tfjs:wasm@{browser_name}")
    verify(bundle, images=photographs, runtimes=places, require=places).raise_for_verdict()


def test_python_decoding_to_rgb_fails_at_decode(
    bundle: Bundle, photographs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samples, "decode", lambda data, name, _contract: decode(data, name))
    report = verify(bundle, images=photographs, runtimes=["webparity@node"], require=["webparity@node"])
    (run,) = report.runs
    assert (run.verdict, run.stage) == ("fail", "decode")
    assert run.decode is not None
    assert run.decode.differing == len([*photographs.iterdir()])


def test_a_manifest_of_another_contract_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    copy = copy_bundle(bundle.site.parent, tmp_path / "bundle")
    with pytest.raises(BundleError, match="luma8/2 of the preprocessing in the manifest; received rgb8/2"):
        rewrite_manifest(copy, replace(copy.manifest, contract="rgb8/2"))
