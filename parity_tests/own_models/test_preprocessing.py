"""Pipelines of steps, end to end: exported, and verified in onnxruntime, TF.js, and the module in Python and Node."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import keras
import pytest
import skimage.data
from PIL import Image
from places import ChromiumPlaces

from webparity.export import export_model
from webparity.parity import verify
from webparity.preprocessing.preset import get_preset
from webparity.preprocessing.spec import Preprocessing

pytestmark = pytest.mark.slow

PIPELINES: Final[dict[str, list[dict[str, Any]]]] = {
    "letterbox": [
        {"step": "resize", "like": "opencv", "height": 40, "width": 40, "fit": "contain", "color": [114.0]},
        {"step": "scale"},
    ],
    "lanczos": [
        {"step": "resize", "method": "lanczos", "like": "pillow", "height": 40, "width": 32, "fit": "cover"},
        {"step": "color", "to": "gray"},
        {"step": "invert"},
        {"step": "scale"},
    ],
    "equalized": [
        {"step": "color", "to": "gray"},
        {"step": "resize", "like": "opencv", "height": 40, "width": 40},
        {"step": "equalize"},
        {"step": "scale"},
    ],
}
# Its network is small. In `make test` the pixels of all are held to their libraries in `tests/core/preprocessing`.
QUICK: Final = {"equalized"}
PRESETS: Final = ("imagenet-torchvision", "pil-default", "cv2-gray", "keras-mobilenet_v2", "keras-vgg16")


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photographs")
    for name in ("astronaut", "coffee", "cat", "rocket"):
        Image.fromarray(getattr(skimage.data, name)()).save(folder / f"{name}.png")
    return folder


def make_spec(name: str) -> Preprocessing:
    steps: Any = PIPELINES.get(name)
    return Preprocessing(steps=steps) if steps else get_preset(name).make()


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.full]) for name in (*PIPELINES, *PRESETS)],
)
def test_every_place_gives_the_same_pixels(
    name: str, photographs: Path, tmp_path: Path, add_chromium: ChromiumPlaces
) -> None:
    spec = make_spec(name)
    keras.utils.set_random_seed(1)
    start = keras.initializers.RandomNormal(stddev=0.003 if name == "keras-vgg16" else 0.05)
    network = keras.Sequential(
        [
            keras.Input((spec.height, spec.width, spec.depth)),
            keras.layers.AveragePooling2D(8),
            keras.layers.Flatten(),
            keras.layers.Dense(3, activation="softmax", kernel_initializer=start),
        ]
    )
    targets = ["onnx", "tfjs-graph", "wasm"]
    bundle = export_model(
        network,
        tmp_path / "bundle",
        preprocessing=spec,
        labels=["a", "b", "c"],
        golden=photographs,
        targets=targets,
        page=False,
    )
    places = add_chromium(("onnxruntime", "tfjs:wasm@node", "webparity@python", "webparity@node"))
    report = verify(bundle, images=photographs, runtimes=places, require=places)
    report.raise_for_verdict()
