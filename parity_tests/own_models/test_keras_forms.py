"""Keras networks in the forms that users save them in, verified in onnxruntime, TF.js and the module."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from keras_models import load_photographs
from PIL import Image
from places import ChromiumPlaces

from webparity.bundle.manifest import decode_float32
from webparity.bundle.read import Bundle, read_source
from webparity.decode.contract import decode_file
from webparity.errors import UsageError
from webparity.export import export_model
from webparity.parity import verify
from webparity.preprocessing.graph import resize_image_in_numpy
from webparity.preprocessing.spec import Preprocessing

pytestmark = pytest.mark.slow

SIDE = 14
GRAY = Preprocessing(height=SIDE, width=SIDE)
WHOLE = Preprocessing(height=SIDE, width=SIDE, scale=1.0, like="pillow")
PLACES = ("onnxruntime", "tfjs:wasm@node", "webparity@python", "webparity@node")
# In `make test`, one of each kind; with `--full` all are.
IN_CHROMIUM = ("maps without channels", "mixed_float16", "h5 of Keras 3", "model.export")
PHOTOGRAPHS = load_photographs()[:3]


def make_network(shape: tuple[int, ...] = (SIDE, SIDE, 1), dtype: str | None = None, policy: str = "float32") -> Any:
    keras.utils.set_random_seed(3)
    kept = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        first = [layers.Rescaling(1 / 255)] if dtype else []
        maps = [layers.Conv2D(4, 3, activation="relu"), layers.BatchNormalization()] if len(shape) == 3 else []
        parts = [keras.Input(shape, dtype=dtype), *first, *maps, layers.Flatten(), layers.Dense(5, "softmax")]
        return keras.Sequential(parts)
    finally:
        keras.config.set_dtype_policy(kept)


def _save_with_keras_2(folder: Path, **options: Any) -> None:
    import tf_keras

    tf_keras.utils.set_random_seed(3)
    parts = [tf_keras.layers.Conv2D(4, 3), tf_keras.layers.Flatten(), tf_keras.layers.Dense(5, activation="softmax")]
    tf_keras.Sequential([tf_keras.layers.InputLayer((SIDE, SIDE, 1)), *parts]).save(folder, **options)


# Name of the file or folder, how it is written, and its preprocessing.
FORMS: dict[str, tuple[str, Callable[[Path], object], Preprocessing]] = {
    "rows": ("m.keras", lambda file: make_network((SIDE * SIDE,)).save(file), GRAY),
    "maps without channels": ("m.keras", lambda file: make_network((SIDE, SIDE)).save(file), GRAY),
    "uint8": ("m.keras", lambda file: make_network(dtype="uint8").save(file), WHOLE),
    "mixed_float16": ("m.keras", lambda file: make_network(policy="mixed_float16").save(file), GRAY),
    "bfloat16": ("m.keras", lambda file: make_network(policy="bfloat16").save(file), GRAY),
    "float64": ("m.keras", lambda file: make_network(policy="float64").save(file), GRAY),
    "h5 of Keras 3": ("m.h5", lambda file: make_network().save(file), GRAY),
    "h5 of Keras 2": ("m.h5", _save_with_keras_2, GRAY),
    "model.export": ("m", lambda folder: make_network().export(folder, verbose=False), GRAY),
    "tf.saved_model.save": ("m", lambda folder: tf.saved_model.save(make_network(), folder), GRAY),
    "SavedModel of Keras 2": ("m", lambda folder: _save_with_keras_2(folder, save_format="tf"), GRAY),
}
SAVED_MODELS = ["model.export", "tf.saved_model.save", "SavedModel of Keras 2"]


def export_form(form: str, folder: Path) -> tuple[Path, Bundle]:
    name, save, spec = FORMS[form]
    save(folder / name)
    trusted = not name.endswith(".keras")
    out = folder / "bundle"
    return folder / name, export_model(
        folder / name, out, preprocessing=spec, golden=PHOTOGRAPHS, trust=trusted, page=False
    )


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("form", FORMS)
def test_a_network_answers_alike_everywhere(form: str, tmp_path: Path, add_chromium: ChromiumPlaces) -> None:
    _, bundle = export_form(form, tmp_path)
    assert [artifact.target for artifact in bundle.manifest.artifacts] == ["onnx", "tfjs-graph", "wasm"]
    places = add_chromium(PLACES, quick=form in IN_CHROMIUM)
    report = verify(bundle, runtimes=places, require=places)
    assert report.reference.stand_in == ("golden" if form in SAVED_MODELS else None)
    assert {run.verdict for run in report.runs} == {"pass"}
    report.raise_for_verdict()


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "form", [SAVED_MODELS[0], *(pytest.param(f, marks=pytest.mark.full) for f in SAVED_MODELS[1:])]
)
def test_a_saved_model_that_is_trusted_is_the_reference(form: str, tmp_path: Path) -> None:
    _, bundle = export_form(form, tmp_path)
    assert_is_the_reference(bundle, tmp_path)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
def test_what_was_put_on_a_saved_model_is_put_on_again(tmp_path: Path) -> None:
    network = make_network()
    logits = keras.Sequential([*network.layers[:-1], layers.Dense(5)])
    logits.build((None, SIDE, SIDE, 1))
    tf.saved_model.save(logits, tmp_path / "m")
    bundle = export_model(
        tmp_path / "m",
        tmp_path / "bundle",
        preprocessing=GRAY,
        golden=PHOTOGRAPHS,
        trust=True,
        page=False,
        outputs="logits",
    )
    assert read_source(bundle).activation == "softmax"
    assert_is_the_reference(bundle, tmp_path)


def assert_is_the_reference(bundle: Bundle, folder: Path) -> None:
    """The SavedModel is read again, for the golden set and for other images."""
    Image.fromarray(PHOTOGRAPHS[0][::-1]).save(folder / "other.png")
    for images in (None, folder / "other.png"):
        report = verify(bundle, images=images, runtimes=PLACES[::2], require=PLACES[::2], trust=True)
        assert (report.reference.runtime, report.reference.stand_in) == ("keras", None)
        assert {run.verdict for run in report.runs} == {"pass"}
        report.raise_for_verdict()


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("form", SAVED_MODELS)
def test_golden_answers_are_those_of_the_serving_function(form: str, tmp_path: Path) -> None:
    folder, bundle = export_form(form, tmp_path)
    serve = tf.saved_model.load(str(folder)).signatures["serving_default"]
    (name,) = serve.structured_input_signature[1]
    for image in bundle.manifest.golden:
        pixels = decode_file(bundle.site / image.file)
        values = resize_image_in_numpy(pixels, GRAY).astype(np.float32)[np.newaxis] / np.float32(255)
        (expected,) = serve(**{name: tf.constant(values)}).values()
        assert image.probabilities is not None
        np.testing.assert_allclose(decode_float32(image.probabilities), expected.numpy()[0], atol=2e-6)
    assert bundle.source is not None
    kept = bundle.source / "model"
    assert read_source(bundle).model == "model/saved_model.pb"
    assert (kept / "saved_model.pb").read_bytes() == (folder / "saved_model.pb").read_bytes()
    assert tf.saved_model.load(str(kept)).signatures


def test_a_saved_model_is_not_read_without_trust(tmp_path: Path) -> None:
    tf.saved_model.save(make_network(), tmp_path / "m")
    with pytest.raises(UsageError, match="a SavedModel, whose graph may read and write files"):
        export_model(tmp_path / "m", tmp_path / "bundle", preprocessing=GRAY)
