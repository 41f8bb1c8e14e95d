"""Keras networks of large images: the module's memory and the time of a page are bounded, and both must do."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import keras
import pytest
from keras_models import load_photographs
from places import ChromiumPlaces

from webparity.export import export_model
from webparity.parity import verify
from webparity.preprocessing.spec import Preprocessing

pytestmark = [pytest.mark.slow, pytest.mark.full]

PLACES: Final = ("onnxruntime", "webparity@python", "webparity@node")


@pytest.mark.parametrize("side", [640, 2048])
def test_a_large_image_answers_alike_everywhere(side: int, tmp_path: Path, add_chromium: ChromiumPlaces) -> None:
    keras.utils.set_random_seed(2)
    network = keras.Sequential(
        [
            keras.Input((side, side, 3)),
            keras.layers.Conv2D(4, 3, strides=4, activation="relu"),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    bundle = export_model(
        network,
        tmp_path / "bundle",
        preprocessing=Preprocessing(height=side, width=side, channels="rgb"),
        golden=load_photographs()[:2],
        page=False,
        targets=["onnx", "wasm"],
    )
    places = add_chromium(PLACES)
    report = verify(bundle, runtimes=places, require=places, max_images=4)
    assert {run.verdict for run in report.runs} == {"pass"}
