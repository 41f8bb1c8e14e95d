"""A user's own `.keras` file: with and without preprocessing, labels and golden images, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image

from webparity.bundle.manifest import decode_float32
from webparity.bundle.read import open_bundle
from webparity.errors import UnsupportedModelError, UsageError
from webparity.export.inputs.load import load_user_model
from webparity.export.pipeline import write_bundle

pytestmark = pytest.mark.slow


def _save(file: Path, *layers: Any, shape: tuple[int, ...] = (12, 10, 3)) -> Path:
    keras.utils.set_random_seed(5)
    keras.Sequential([keras.Input(shape), *layers]).save(file)
    return file


@pytest.fixture
def model(tmp_path: Path) -> Path:
    layers = keras.layers
    return _save(
        tmp_path / "model.keras",
        layers.Conv2D(6, 3, strides=2, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.GlobalAveragePooling2D(),
        layers.Dense(3, activation="softmax"),
    )


def test_all_options_together(model: Path, tmp_path: Path) -> None:
    (tmp_path / "pre.toml").write_text(
        'height = 12\nwidth = 10\nchannels = "rgb"\nmean = [0.5, 0.4, 0.3]\nstd = [1, 1, 2]\n'
    )
    (tmp_path / "labels.txt").write_text("cat\ndog\n\nfox\n")
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in range(3):
        pixels = np.random.default_rng(number).integers(0, 256, (30, 20 + number, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(photos / f"{number}.jpg")
    exportable = load_user_model(
        model, preprocessing=tmp_path / "pre.toml", labels=tmp_path / "labels.txt", golden=photos
    )
    write_bundle(exportable, tmp_path / "bundle", page=False)
    manifest = open_bundle(tmp_path / "bundle").manifest
    assert manifest.labels == ["cat", "dog", "fox"]
    assert manifest.preprocessing.mean == (0.5, 0.4, 0.3)
    assert [image.title for image in manifest.golden] == ["0.jpg", "1.jpg", "2.jpg"]
    assert manifest.page is None
    assert [artifact.id for artifact in manifest.artifacts] == ["onnx-float32", "tfjs-graph-float32", "wasm-float32"]


def test_no_option_at_all(model: Path, tmp_path: Path) -> None:
    exportable = load_user_model(model, preprocessing=None, labels=None, golden=None)
    write_bundle(exportable, tmp_path / "bundle", target_names=["onnx"], page=False)
    manifest = open_bundle(tmp_path / "bundle").manifest
    assert (manifest.preprocessing.channels, manifest.preprocessing.scale) == ("rgb", 1.0)
    assert manifest.labels == ["0", "1", "2"]
    assert len(manifest.golden) == 32
    assert [artifact.id for artifact in manifest.artifacts] == ["onnx-float32"]


def test_a_sigmoid_gets_two_labels(tmp_path: Path) -> None:
    file = _save(
        tmp_path / "m.keras", keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid"), shape=(8, 8, 1)
    )
    write_bundle(load_user_model(file, preprocessing=None, labels=None, golden=None), tmp_path / "bundle", page=False)
    assert open_bundle(tmp_path / "bundle").manifest.labels == ["0", "1"]


def test_labels_must_fit(model: Path, tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text("cat\ndog\n")
    exportable = load_user_model(model, preprocessing=None, labels=tmp_path / "labels.txt", golden=None)
    with pytest.raises(UsageError, match="Expected 3 different labels"):
        write_bundle(exportable, tmp_path / "bundle", page=False)
    assert not (tmp_path / "bundle").exists()


def test_preprocessing_must_fit_the_network(model: Path, tmp_path: Path) -> None:
    (tmp_path / "pre.toml").write_text('height = 12\nwidth = 11\nchannels = "rgb"\n')
    with pytest.raises(UnsupportedModelError, match=r"\(12, 10, 3\)"):
        load_user_model(model, preprocessing=tmp_path / "pre.toml", labels=None, golden=None)


def test_logits_are_refused(tmp_path: Path) -> None:
    file = _save(tmp_path / "m.keras", keras.layers.Flatten(), keras.layers.Dense(3))
    with pytest.raises(UnsupportedModelError, match="--outputs logits"):
        load_user_model(file, preprocessing=None, labels=None, golden=None)


def test_a_network_of_any_size_takes_the_given_size(tmp_path: Path) -> None:
    layers = keras.layers
    file = _save(
        tmp_path / "m.keras",
        layers.Conv2D(4, 3, padding="same"),
        layers.GlobalMaxPooling2D(),
        layers.Dense(3),
        layers.Softmax(),
        shape=(None, None, 3),
    )
    with pytest.raises(UsageError, match="--preprocessing"):
        load_user_model(file, preprocessing=None, labels=None, golden=None)
    (tmp_path / "pre.toml").write_text('height = 20\nwidth = 16\nchannels = "rgb"\n')
    exportable = load_user_model(file, preprocessing=tmp_path / "pre.toml", labels=None, golden=None)
    write_bundle(exportable, tmp_path / "bundle", page=False)
    golden = open_bundle(tmp_path / "bundle").manifest.golden[0]
    scores, probabilities = decode_float32(golden.scores), decode_float32(golden.probabilities)
    assert np.allclose(np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum(), probabilities, atol=1e-6)
    assert np.abs(scores - probabilities).max() > 1e-3


def test_an_unknown_key_is_named(model: Path, tmp_path: Path) -> None:
    (tmp_path / "pre.toml").write_text("height = 12\nwidth = 10\nscal = 1.0\n")
    with pytest.raises(UsageError, match="received 'scal'"):
        load_user_model(model, preprocessing=tmp_path / "pre.toml", labels=None, golden=None)


@pytest.mark.parametrize("text", ["height = 12", 'height = "x"\nwidth = 2', "[", "height = 0\nwidth = 5"])
def test_bad_preprocessing_files_are_refused(model: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "pre.toml").write_text(text)
    with pytest.raises(UsageError, match="Expected"):
        load_user_model(model, preprocessing=tmp_path / "pre.toml", labels=None, golden=None)


def test_lambda_layers_are_not_run(tmp_path: Path) -> None:
    file = _save(tmp_path / "m.keras", keras.layers.Lambda(lambda x: x), keras.layers.Flatten())
    with pytest.raises(UnsupportedModelError, match=r"holds no code; received m.keras with Lambda"):
        load_user_model(file, preprocessing=None, labels=None, golden=None)


@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize("depth", [1, 3])
def test_a_network_that_begins_with_resizing_needs_no_preprocessing(
    tmp_path: Path, antialias: bool, depth: int
) -> None:
    layers = keras.layers
    front = keras.Sequential([layers.Rescaling(1 / 255), layers.Resizing(20, 16, antialias=antialias)])
    file = _save(
        tmp_path / "m.keras",
        front,
        layers.Conv2D(4, 3),
        layers.Flatten(),
        layers.Dense(3, activation="softmax"),
        shape=(None, None, depth),
    )
    exportable = load_user_model(file, preprocessing=None, labels=None, golden=None)
    network: Any = keras.models.load_model(file)
    for seed, size in enumerate([(33, 47), (20, 16), (7, 90)]):
        gray = np.random.default_rng(seed).integers(0, 256, (1, *size, 1), dtype=np.uint8)
        expected = network.predict(np.repeat(gray, depth, axis=-1).astype(np.float32), verbose=0)
        given = exportable.baked(np.repeat(gray, 3, axis=-1))["probabilities"]
        assert np.abs(given - expected).max() < 1e-5
    write_bundle(exportable, tmp_path / "bundle", page=False)
    assert open_bundle(tmp_path / "bundle").manifest.preprocessing == exportable.baked.preprocessing


@pytest.mark.parametrize("settings", [{"interpolation": "nearest"}, {"crop_to_aspect_ratio": True}])
def test_a_network_with_another_resizing_is_refused(tmp_path: Path, settings: dict[str, Any]) -> None:
    layers = keras.layers
    file = _save(
        tmp_path / "m.keras",
        layers.Resizing(20, 16, **settings),
        layers.Flatten(),
        layers.Dense(3, activation="softmax"),
        shape=(None, None, 3),
    )
    with pytest.raises(UsageError, match="bilinear, stretching Resizing"):
        load_user_model(file, preprocessing=None, labels=None, golden=None)
