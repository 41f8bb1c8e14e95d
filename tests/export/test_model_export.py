"""`export_model` takes models in memory, model files and runs; its bundles give the libraries' own probabilities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import skops.io
import xgboost
from numpy.typing import NDArray
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from webparity.bundle.manifest import decode_float32
from webparity.bundle.read import Bundle, read_source
from webparity.decode.contract import decode
from webparity.errors import UnsupportedModelError, UsageError
from webparity.export.model_export import export_model
from webparity.models.baked import open_reference
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing
from webparity.train.trained import Trained, load_run

pytestmark = pytest.mark.slow

SPEC = Preprocessing(height=8, width=6, channels="rgb")
LABELS = ("cat", "dog", "fox")
# Of the size that the models take, so that nothing is resized and the libraries can be asked directly.
IMAGES = np.random.default_rng(0).integers(0, 256, (5, 8, 6, 3), dtype=np.uint8)
VALUES = IMAGES.astype(np.float64) / 255


def _build_network(size: tuple[int | None, int | None] = (8, 6), *begin: Any) -> Any:
    keras.utils.set_random_seed(3)
    layers = [*begin, keras.layers.Conv2D(4, 3), keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")]
    return keras.Sequential([keras.Input((*size, 3)), *layers])


class SubclassedNetwork(keras.Model):
    """A network whose structure is code; its weights exist after the first call only."""

    def __init__(self) -> None:
        super().__init__()
        self.flatten = keras.layers.Flatten()
        self.top = keras.layers.Dense(3, activation="softmax")

    def call(self, values: Any) -> Any:
        return self.top(self.flatten(values))


def _read_answers(bundle: Bundle) -> NDArray[np.float32]:
    """The bundle's probabilities for `IMAGES`, which are the first of its golden images."""
    golden = {each.title: each for each in bundle.manifest.golden}
    return np.stack([decode_float32(golden[f"image {n + 1}"].probabilities) for n in range(len(IMAGES))])


def test_a_network_in_memory(tmp_path: Path) -> None:
    network = _build_network()
    bundle = export_model(network, str(tmp_path / "out"), preprocessing=SPEC, labels=LABELS, golden=IMAGES, page=False)
    np.testing.assert_allclose(_read_answers(bundle), network.predict(VALUES, verbose=0), rtol=0, atol=1e-6)
    assert bundle.manifest.labels == list(LABELS)
    assert bundle.manifest.name == network.name
    assert [artifact.id for artifact in bundle.manifest.artifacts] == [
        "onnx-float32",
        "tfjs-graph-float32",
        "wasm-float32",
    ]
    golden = bundle.site / next(each.file for each in bundle.manifest.golden if each.title == "image 2")
    np.testing.assert_array_equal(decode(golden.read_bytes(), "golden"), IMAGES[1])


def test_a_subclassed_network_goes_from_memory_and_not_from_its_file(tmp_path: Path) -> None:
    network = SubclassedNetwork()
    expected = network.predict(VALUES, verbose=0)
    bundle = export_model(network, tmp_path / "out", preprocessing=SPEC, golden=IMAGES, targets=["onnx"], page=False)
    np.testing.assert_allclose(_read_answers(bundle), expected, rtol=0, atol=1e-6)
    np.testing.assert_allclose(open_reference(bundle)(IMAGES)["probabilities"], expected, rtol=0, atol=1e-6)
    network.save(tmp_path / "model.keras")
    with pytest.raises(UnsupportedModelError, match="a network of Keras's own parts"):
        export_model(tmp_path / "model.keras", tmp_path / "other", preprocessing=SPEC)


@pytest.mark.parametrize("make", [LogisticRegression, lambda: xgboost.XGBClassifier(n_estimators=3)])
def test_a_classifier_in_memory(tmp_path: Path, make: Callable[[], Any]) -> None:
    random = np.random.default_rng(1)
    values, labels = random.random((60, 144), np.float32), np.arange(60) % 3
    classifier = make().fit(values, labels)
    bundle = export_model(
        classifier, tmp_path / "out", preprocessing=SPEC, golden=list(IMAGES), targets=["onnx"], name="mine", page=False
    )
    expected = classifier.predict_proba(VALUES.reshape(5, -1).astype(np.float32))
    np.testing.assert_allclose(_read_answers(bundle), expected, rtol=0, atol=1e-6)
    assert bundle.manifest.name == "mine"
    assert bundle.manifest.labels == ["0", "1", "2"]
    assert [artifact.id for artifact in bundle.manifest.artifacts] == ["onnx-float32"]


def test_a_pipeline_brings_its_preprocessing(tmp_path: Path) -> None:
    pipeline = make_pipeline(ImagePreprocessing(SPEC), LogisticRegression()).fit(IMAGES, ["a", "b", "a", "b", "b"])
    bundle = export_model(pipeline, tmp_path / "out", golden=IMAGES, targets=["onnx"], page=False)
    np.testing.assert_allclose(_read_answers(bundle), pipeline.predict_proba(IMAGES), rtol=0, atol=1e-6)
    assert bundle.manifest.preprocessing == SPEC
    assert bundle.manifest.labels == ["a", "b"]
    with pytest.raises(UsageError, match="Expected preprocessing only for a model without its own"):
        export_model(pipeline, tmp_path / "other", preprocessing=SPEC)


def test_a_file_with_files_beside_it(tmp_path: Path) -> None:
    classifier = LogisticRegression().fit(VALUES.reshape(5, -1), [0, 1, 2, 0, 1])
    skops.io.dump(classifier, tmp_path / "model.skops")
    (tmp_path / "pre.toml").write_text('height = 8\nwidth = 6\nchannels = "rgb"\n')
    (tmp_path / "labels.txt").write_text("cat\ndog\nfox\n")
    (tmp_path / "photos").mkdir()
    Image.fromarray(IMAGES[0]).save(tmp_path / "photos/one.png")
    bundle = export_model(
        str(tmp_path / "model.skops"),
        tmp_path / "out",
        preprocessing=str(tmp_path / "pre.toml"),
        labels=str(tmp_path / "labels.txt"),
        golden=str(tmp_path / "photos"),
        targets=["onnx"],
        page=False,
    )
    (golden,) = bundle.manifest.golden
    expected = classifier.predict_proba(VALUES[:1].reshape(1, -1))[0]
    np.testing.assert_allclose(decode_float32(golden.probabilities), expected, rtol=0, atol=1e-6)
    assert (bundle.manifest.name, bundle.manifest.labels) == ("model", list(LABELS))


def test_a_run_in_memory_and_its_folder_give_the_same_bundle(trained_run: Path, tmp_path: Path) -> None:
    run: Trained = load_run(trained_run)
    one = export_model(run, tmp_path / "one", targets=["onnx"], page=False)
    other = export_model(str(trained_run), tmp_path / "other", targets=["onnx"], page=False)
    assert one.digest == other.digest
    assert one.manifest.labels == list(run.labels)
    assert (read_source(one).recipe, read_source(one).seed) == (run.recipe, run.seed)
    first = next(each for each in one.manifest.golden if each.sample)
    pixels = run.samples[0].image.mean(axis=2, keepdims=True)[np.newaxis] / 255
    np.testing.assert_allclose(
        decode_float32(first.probabilities), run.model.predict(pixels, verbose=0)[0], rtol=0, atol=1e-5
    )


def test_a_run_brings_its_own_labels_and_preprocessing(trained_run: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Expected labels only with a model of your own; received it with a run"):
        export_model(trained_run, tmp_path / "out", labels=LABELS)
    with pytest.raises(UsageError, match="Expected preprocessing only with a model of your own"):
        export_model(load_run(trained_run), tmp_path / "out", preprocessing=SPEC)


def test_weights_of_a_run_are_chosen_on_its_validation_images(trained_run: Path, tmp_path: Path) -> None:
    run = load_run(trained_run)
    bundle = export_model(run, tmp_path / "out", targets=["onnx"], precision="float16", page=False)
    (artifact,) = bundle.manifest.artifacts
    assert artifact.id == "onnx-float16"
    assert artifact.deviation is not None
    assert artifact.deviation.images == len(run.read_validation_images()) + len(bundle.manifest.golden)
    with pytest.raises(UsageError, match="Expected the data that the run was trained on"):
        replace(run, data_digest="0" * 64).read_validation_images()


def test_calibration_goes_with_reduced_weights_only(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="received them with the precision float32"):
        export_model(_build_network(), tmp_path / "out", calibration=IMAGES)
    with pytest.raises(UsageError, match="received a model alone"):
        export_model(_build_network(), tmp_path / "out", precision="auto")


def test_progress_counts_every_step_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calls: list[tuple[str, int, int]] = []
    export_model(_build_network(), tmp_path / "out", targets=["onnx"], progress=lambda *call: calls.append(call))
    assert calls[0] == ("reading the model", 0, 1)
    words, done, totals = zip(*calls[1:], strict=True)
    assert {"writing onnx", "running onnx on the golden set and on random images", "writing the page"} <= {*words}
    assert done == tuple(range(len(words)))
    assert set(totals) == {len(words)}
    assert capsys.readouterr().out == ""


def test_nothing_is_printed_outside_terminals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export_model(_build_network(), tmp_path / "out", targets=["onnx"], page=False)
    assert capsys.readouterr().out == ""


def test_a_terminal_shows_one_bar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    export_model(_build_network(), tmp_path / "out", targets=["onnx"], page=False)
    out, err = capsys.readouterr()
    assert out == ""
    assert "export" in err
    assert "6/6" in err, "the bar is full at the end"


@pytest.mark.parametrize("antialias", [True, False])
def test_a_network_is_left_as_it_was(tmp_path: Path, antialias: bool) -> None:
    network = _build_network((None, None), keras.layers.Resizing(8, 6, antialias=antialias))
    bundle = export_model(network, tmp_path / "out", golden=IMAGES, targets=["onnx"], page=False)
    assert bundle.manifest.preprocessing.like == (None if antialias else "tensorflow")
    assert network.layers[0].antialias is antialias
    np.testing.assert_allclose(_read_answers(bundle), network.predict(IMAGES, verbose=0), rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "golden", [[], [np.zeros((2, 4, 5), np.uint8)], [np.zeros((4, 4, 3))], [np.zeros((0, 4, 3), np.uint8)]]
)
def test_golden_images_are_decoded_images(tmp_path: Path, golden: list[NDArray[Any]]) -> None:
    with pytest.raises(UsageError, match=r"Expected (golden images|an array uint8|an image of 1 to)"):
        export_model(_build_network(), tmp_path / "out", golden=golden)


def test_objects_that_are_no_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="received nowhere"):
        export_model("nowhere", tmp_path / "out")
    with pytest.raises((UsageError, UnsupportedModelError), match="Expected"):
        export_model(object(), tmp_path / "out", preprocessing=SPEC)
    assert not (tmp_path / "out").exists()


def test_an_earlier_bundle_is_replaced_only_by_force(tmp_path: Path) -> None:
    first = export_model(_build_network(), tmp_path / "out", targets=["onnx"], page=False)
    with pytest.raises(UsageError, match="out"):
        export_model(_build_network(), tmp_path / "out", targets=["onnx"], page=False)
    again = export_model(_build_network(), tmp_path / "out", targets=["onnx"], labels=LABELS, page=False, force=True)
    assert (first.manifest.labels, again.manifest.labels) == (["0", "1", "2"], list(LABELS))
