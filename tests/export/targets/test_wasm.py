from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from numpy.typing import NDArray

from webparity.bundle.write import SiteWriter
from webparity.export.quantization.choose_weights import choose_weights
from webparity.export.quantization.plan import Precision
from webparity.export.quantization.search import Bounds
from webparity.export.targets.wasm import TARGET
from webparity.models.keras.baked import KerasBaked
from webparity.preprocessing.spec import Preprocessing

LABELS = ["a", "b", "c"]


@pytest.fixture(scope="module")
def baked() -> KerasBaked:
    keras.utils.set_random_seed(3)
    network = keras.Sequential(
        [
            keras.Input((16, 12, 1)),
            layers.Conv2D(8, 3, activation="relu", padding="same"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(20, activation="swish"),
            layers.Dense(len(LABELS), activation="softmax"),
        ]
    )
    return KerasBaked(network, Preprocessing(height=16, width=12, channels="gray", scale=1 / 255))


def _make_images(count: int = 3) -> list[NDArray[np.uint8]]:
    random = np.random.default_rng(0)
    return [random.integers(0, 256, (20 + n, 30, 3), np.uint8) for n in range(count)]


def test_a_network_gives_the_models_answers_and_the_same_file_every_time(baked: KerasBaked, tmp_path: Path) -> None:
    assert TARGET.refusal(baked) is None
    artifact = TARGET.write(baked, LABELS, SiteWriter(tmp_path), None)
    again = TARGET.write(KerasBaked(baked.network, baked.preprocessing), LABELS, SiteWriter(tmp_path / "b"), None)
    assert artifact == again
    assert (artifact.id, artifact.files) == ("wasm-float32", [artifact.entry])
    run = TARGET.open(tmp_path, artifact)
    for image in _make_images():
        wanted = baked(image[np.newaxis], ("probabilities", "scores", "pixels"))
        got = run(image[np.newaxis])
        assert np.max(np.abs(got["pixels"] - wanted["pixels"])) < 1e-3
        assert np.max(np.abs(got["scores"] - wanted["scores"])) < 5e-6 * np.ptp(wanted["scores"])
        assert np.max(np.abs(got["probabilities"] - wanted["probabilities"])) < 1e-6


def test_several_images_give_the_bytes_that_each_gives_alone(baked: KerasBaked, tmp_path: Path) -> None:
    run = TARGET.open(tmp_path, TARGET.write(baked, LABELS, SiteWriter(tmp_path), None))
    images = np.stack([_make_images(1)[0], _make_images(1)[0][::-1]])
    together = run(images)
    for number, image in enumerate(images):
        for tap, values in run(image[np.newaxis]).items():
            assert values.tobytes() == together[tap][number : number + 1].tobytes()


@pytest.mark.parametrize(("precision", "most"), [("float16", 0.6), ("uint8", 0.45)])
def test_fewer_bits_are_kept_in_the_file(baked: KerasBaked, tmp_path: Path, precision: Precision, most: float) -> None:
    whole = TARGET.write(baked, LABELS, SiteWriter(tmp_path), None)
    images = _make_images()
    chosen = choose_weights(
        baked,
        LABELS,
        precision=precision,
        calibration=images,
        golden=images,
        bounds=Bounds(),
        step=lambda _: None,
    )
    artifact = TARGET.write(baked, LABELS, SiteWriter(tmp_path), chosen.plan)
    assert artifact.bytes < most * whole.bytes
    run = TARGET.open(tmp_path, artifact)
    restored = chosen.plan.model.open_on_images(chosen.plan.quantized)
    for image in images:
        got, wanted = run(image[np.newaxis]), restored(image[np.newaxis])
        assert np.max(np.abs(got["probabilities"] - wanted["probabilities"])) < 1e-6


class _Determinant(layers.Layer):
    def call(self, inputs: Any) -> Any:
        return keras.ops.det(inputs)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return shape[:-2]


def test_an_operator_that_programs_lack_is_refused_with_its_layer() -> None:
    image = keras.Input((6, 6, 1), name="image")
    part = keras.Sequential([layers.Reshape((6, 6)), _Determinant(name="volume"), layers.Reshape((1,))])
    network = keras.Model(image, layers.Dense(len(LABELS), activation="softmax")(part(image)))
    refusal = TARGET.refusal(KerasBaked(network, Preprocessing(height=6, width=6, channels="gray", scale=1 / 255)))
    assert refusal is not None
    assert "received Det of" in refusal
    assert "volume" in refusal
    assert "--target onnx" in refusal
