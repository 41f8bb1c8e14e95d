"""Every export is compared with the library's own predict or predict_proba; differing labels are counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import pytest
from catboost import CatBoostClassifier
from click.testing import CliRunner
from keras import layers, ops
from lightgbm import LGBMClassifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from webparity.bundle.manifest import OwnLabels
from webparity.bundle.read import open_bundle, read_source
from webparity.cli.main import cli
from webparity.errors import ExportError
from webparity.export.checks import reference_answers
from webparity.export.checks.library_predictions import compare_with_library, count_differing_labels
from webparity.export.checks.reference_answers import Answers
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import make_golden_set
from webparity.export.pipeline import write_bundle
from webparity.models.baked import Baked, bake
from webparity.models.estimators.baked import EstimatorBaked
from webparity.models.estimators.weighted_classifier import WeightedClassifier
from webparity.models.keras.baked import KerasBaked
from webparity.models.model_file import serialize_model
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing
from webparity.taps import TAPS

SPEC: Final = Preprocessing(height=6, width=5, channels="rgb", scale=1 / 255)
RANDOM: Final = np.random.default_rng(0)
IMAGES: Final = RANDOM.integers(0, 256, (4, 9, 8, 3), dtype=np.uint8)
TARGETS: Final = ("onnx", "tfjs-graph", "tfjs-layers")


def softmax(values: Any) -> Any:
    """Named like Keras's, and another function."""
    return ops.softmax(values / 3.0)


def _build_network(head: Callable[[Any], Any]) -> Any:
    keras.utils.set_random_seed(3)
    inputs = keras.Input((6, 5, 3))
    row = layers.Flatten()(layers.Conv2D(4, 3, activation="relu")(inputs))
    return keras.Model(inputs, head(row))


def _make_exportable(baked: Baked, images: Any = IMAGES) -> Exportable:
    model = baked.given if isinstance(baked, KerasBaked) else baked.estimator
    labels = [str(label) for label in getattr(model, "classes_", range(baked.classes))]
    golden = make_golden_set([(image, f"image {number}") for number, image in enumerate(images)])
    return Exportable(name="model", baked=baked, source=serialize_model(model), labels=tuple(labels), golden=golden)


def _compute_answers(baked: Baked, images: Any = IMAGES) -> list[Answers]:
    return [baked(images, TAPS)]


def _hold(baked: Baked) -> None:
    compare_with_library(baked, _compute_answers(baked))


def _apply_dense_twice(values: Any) -> Any:
    shared = layers.Dense(3, "softmax")
    return layers.Dropout(0.5)(shared(shared(layers.Dense(3)(values))))


HEADS: Final[dict[str, Callable[[], Any]]] = {
    "nested": lambda: keras.Sequential(
        [keras.Input((6, 5, 3)), layers.Rescaling(2.0), _build_network(layers.Dense(1, "sigmoid"))]
    ),
    "Dense used twice, dropout behind": lambda: _build_network(_apply_dense_twice),
    "average of sigmoids": lambda: _build_network(
        lambda x: layers.Average()([layers.Dense(1, "sigmoid")(x), layers.Dense(1, "sigmoid")(x)])
    ),
    "hard sigmoid": lambda: _build_network(layers.Dense(1, "hard_sigmoid")),
}


def test_large_images_are_compared_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    network = _build_network(layers.Dense(3, "softmax"))
    baked = KerasBaked(network, SPEC)
    answers = [baked(image[np.newaxis], TAPS) for image in IMAGES]
    seen: list[int] = []
    monkeypatch.setattr(reference_answers, "_BATCH_BYTES", 3 * 4 * 6 * 5 * 3)
    own = type(network).predict
    monkeypatch.setattr(type(network), "predict", lambda self, x, **more: seen.append(len(x)) or own(self, x, **more))
    compare_with_library(baked, answers)
    assert seen == [3, 1]
    answers[3]["probabilities"] = answers[3]["probabilities"][:, ::-1]
    with pytest.raises(ExportError, match="from the baked model for the same pixels"):
        compare_with_library(baked, answers)


@pytest.mark.slow
@pytest.mark.parametrize("name", HEADS)
def test_every_target_gives_the_networks_own_predictions(name: str, tmp_path: Path) -> None:
    from webparity.parity import verify

    network = HEADS[name]()
    baked = KerasBaked(network, SPEC)
    write_bundle(_make_exportable(baked), tmp_path / "bundle", target_names=TARGETS, page=False)
    bundle = open_bundle(tmp_path / "bundle")
    assert [artifact.target for artifact in bundle.manifest.artifacts] == list(TARGETS)
    assert bundle.manifest.own_labels is None
    report = verify(tmp_path / "bundle", runtimes=["onnxruntime", "tfjs:cpu@node"])
    report.raise_for_verdict()
    assert {run.artifact for run in report.runs} == {each.id for each in bundle.manifest.artifacts}


@pytest.mark.slow
def test_an_activation_named_softmax_is_exported_as_it_computes_and_its_file_is_no_reference(tmp_path: Path) -> None:
    baked = KerasBaked(_build_network(layers.Dense(3, softmax)), SPEC)
    write_bundle(_make_exportable(baked), tmp_path / "bundle", target_names=["onnx", "tfjs-graph"], page=False)
    assert "softmax of dense" in read_source(open_bundle(tmp_path / "bundle")).unreadable


def test_an_activation_named_softmax_is_not_written_as_tfjs_own() -> None:
    from webparity.export.target_selection import discover_targets

    reason = discover_targets()["tfjs-layers"].refusal(KerasBaked(_build_network(layers.Dense(3, softmax)), SPEC))
    assert reason is not None
    assert "activation=softmax, not of keras.activations" in reason


def test_a_baked_network_with_other_predictions_is_refused(tmp_path: Path) -> None:
    baked = KerasBaked(_build_network(layers.Dense(3, "softmax")), SPEC)
    _hold(baked)
    baked.given = keras.models.clone_model(baked.network)
    baked.given.set_weights(baked.network.get_weights())
    _hold(baked)
    moved = baked.given.layers[-1].bias
    moved.assign_add([0.0, 0.0, 1e-3])
    with pytest.raises(
        ExportError, match=r"Expected the probability that the model's own predict gives, 0\.\d+ .* 0\.\d+"
    ):
        write_bundle(_make_exportable(baked), tmp_path / "bundle", target_names=["onnx"], page=False)
    assert not (tmp_path / "bundle").exists()


@pytest.mark.parametrize(
    "wrong",
    [lambda rows: rows[:, ::-1], lambda rows: rows + np.float32(1e-5), lambda rows: rows * np.float32(np.nan)],
    ids=["classes in another order", "a shift", "NaN"],
)
def test_a_baked_classifier_with_other_predictions_is_refused(wrong: Any) -> None:
    class ShiftedModel(EstimatorBaked):
        def predict_features(self, values: Any) -> Any:
            given = super().predict_features(values)
            return {**given, "probabilities": wrong(given["probabilities"])}

    classifier = LogisticRegression().fit(ImagePreprocessing(SPEC).transform(IMAGES), [0, 1, 0, 1])
    _hold(EstimatorBaked(classifier, SPEC))
    with pytest.raises(ExportError, match=r"the model's own predict_proba gives, 0\.\d+ .* received"):
        _hold(ShiftedModel(classifier, SPEC))


def test_another_number_of_classes_is_refused() -> None:
    baked = KerasBaked(_build_network(layers.Dense(3, "softmax")), SPEC)
    baked.given = _build_network(layers.Dense(4, "softmax"))
    with pytest.raises(ExportError, match=r"shape of the model's own predict, \[4, 4\]; received \[4, 3\]"):
        _hold(baked)


def test_a_discontinuous_classifier_is_compared_on_identical_pixels() -> None:
    spec = Preprocessing(height=5, width=5, channels="gray")
    values = ImagePreprocessing(spec).transform(IMAGES)
    # Thresholds that lie on the values of the images themselves.
    tree = DecisionTreeClassifier(random_state=0).fit(values, [0, 1, 2, 3])
    tree.tree_.threshold[tree.tree_.feature >= 0] = values[0, tree.tree_.feature[tree.tree_.feature >= 0]]
    _hold(bake(tree, spec))


class DiscontinuousNetwork(keras.Model):
    """A network whose probabilities are made by a `predict_step` of its own."""

    def predict_step(self, data: Any) -> Any:
        return ops.softmax(4.0 * super().predict_step(data))


class FailingNetwork(keras.Model):
    """A network whose own `predict` fails."""

    def predict(self, *_: Any, **__: Any) -> Any:
        raise TypeError("not on this machine")


def _convert_to(kind: Any) -> Any:
    graph = _build_network(layers.Dense(3, "softmax"))
    return kind(graph.inputs[0], graph.outputs[0])


def test_a_custom_predict_step_is_refused_and_the_remedy_works() -> None:
    network = _convert_to(DiscontinuousNetwork)
    with pytest.raises(ExportError, match=r"predict_step is your own, put what it adds into the network as layers"):
        _hold(KerasBaked(network, SPEC))
    mended = keras.Model(network.inputs, ops.softmax(4.0 * network.outputs[0]))
    _hold(KerasBaked(mended, SPEC))
    _hold(KerasBaked(keras.Model(network.inputs, network.outputs), SPEC))


def test_a_predict_that_fails_is_named() -> None:
    network = _convert_to(FailingNetwork)
    with pytest.raises(
        ExportError, match=r"own predict; received an error: not on this machine\. .* keras\.Model\(model\.inputs"
    ):
        _hold(KerasBaked(network, SPEC))
    _hold(KerasBaked(keras.Model(network.inputs, network.outputs), SPEC))


class TrainingPhaseNetwork(keras.Model):
    """Keras's Resizing trains by default, and with it all that follows, unless `training` is handed on."""

    def __init__(self) -> None:
        super().__init__()
        self.resizing, self.flat = layers.Resizing(6, 5), layers.Flatten()
        self.norm, self.dense = layers.BatchNormalization(), layers.Dense(3)

    def call(self, inputs: Any) -> Any:
        return ops.softmax(self.dense(self.norm(self.flat(self.resizing(inputs)))))


class InferencePhaseNetwork(TrainingPhaseNetwork):
    """`TrainingPhaseNetwork` with `training` handed on, as the message says."""

    def call(self, inputs: Any, training: Any = None) -> Any:
        return ops.softmax(self.dense(self.norm(self.flat(self.resizing(inputs)), training=training)))


def test_predictions_that_depend_on_other_images_are_refused_and_the_remedy_works() -> None:
    keras.utils.set_random_seed(0)
    with pytest.raises(ExportError, match=r"one answer for an image; received two .* hand training on"):
        _hold(KerasBaked(TrainingPhaseNetwork(), SPEC))
    _hold(KerasBaked(InferencePhaseNetwork(), SPEC))


def test_the_comparison_leaves_the_network_unchanged() -> None:
    network = _build_network(layers.Dense(3, "softmax"))
    network.predict(np.zeros((1, 6, 5, 3)), verbose=0)
    before = network.run_eagerly, network.predict_function
    _hold(KerasBaked(network, SPEC))
    assert (network.run_eagerly, network.predict_function) == before


DIGITS: Final = load_digits()
TINY: Final = Preprocessing(height=8, width=8)
PHOTOS: Final = np.repeat((DIGITS.images * 15.9).astype(np.uint8)[..., np.newaxis], 3, axis=-1)
VALUES: Final = ImagePreprocessing(TINY).transform(PHOTOS)
NAMES: Final = np.array([f"digit {label}" for label in DIGITS.target])
FITTED: Final = 900


def _make_svm() -> Any:
    return SVC(probability=True, random_state=0)


CLASSIFIERS: Final[dict[str, tuple[Callable[[], Any], bool]]] = {
    "a support vector machine": (_make_svm, True),
    "one behind a scaler": (lambda: make_pipeline(StandardScaler(), _make_svm()), True),
    "modified Huber": (lambda: SGDClassifier("modified_huber", random_state=0), True),
    "logistic regression": (lambda: LogisticRegression(max_iter=20), False),
    "calibrated": (lambda: CalibratedClassifierCV(LinearSVC(random_state=0), cv=2, ensemble=False), False),
    "tree": (lambda: DecisionTreeClassifier(max_depth=6, random_state=0), False),
    "XGBoost": (lambda: XGBClassifier(n_estimators=3, n_jobs=1), False),
    "LightGBM": (lambda: LGBMClassifier(n_estimators=3, n_jobs=1, verbose=-1), False),
    "CatBoost": (
        lambda: CatBoostClassifier(iterations=4, thread_count=1, verbose=0, allow_writing_files=False),
        False,
    ),
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_labels_that_differ_from_the_librarys_own_are_counted(name: str) -> None:
    make, differs = CLASSIFIERS[name]
    labels = DIGITS.target if name == "XGBoost" else NAMES
    classifier = make().fit(VALUES[:FITTED], labels[:FITTED])
    baked = bake(classifier, TINY)
    answers = _compute_answers(baked, PHOTOS[FITTED:])
    own = np.ravel(classifier.predict(VALUES[FITTED:].astype(np.float64)))
    largest = classifier.classes_[classifier.predict_proba(VALUES[FITTED:].astype(np.float64)).argmax(axis=1)]
    counted = count_differing_labels(baked, answers)
    assert counted == OwnLabels(images=897, differing=int(np.sum(own.astype(str) != largest.astype(str))))
    assert (counted.differing > 0) == differs
    compare_with_library(baked, answers)


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_a_chosen_decision_is_the_classifiers_own() -> None:
    svm = _make_svm().fit(VALUES[:FITTED], NAMES[:FITTED])
    baked = bake(WeightedClassifier(svm, np.ones(10)), TINY)
    counted = count_differing_labels(baked, _compute_answers(baked, PHOTOS[FITTED:]))
    assert counted == OwnLabels(images=897, differing=0)


def test_networks_have_no_labels_of_their_own() -> None:
    baked = KerasBaked(_build_network(layers.Dense(3, "softmax")), SPEC)
    assert count_differing_labels(baked, _compute_answers(baked)) is None


# scikit-learn says so where the baked model asks it.
@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
def test_a_classifier_fitted_on_a_data_frame_gets_its_column_names() -> None:
    import pandas as pd

    class NamedColumnsTree(DecisionTreeClassifier):
        def predict(self, values: Any, check_input: bool = True) -> Any:
            assert list(values.columns) == list(self.feature_names_in_)
            return super().predict(values, check_input)

    table = pd.DataFrame(VALUES[:200], columns=[f"pixel {number}" for number in range(64)])
    baked = bake(NamedColumnsTree(max_depth=3, random_state=0).fit(table, NAMES[:200]), TINY)
    answers = _compute_answers(baked, PHOTOS[:20])
    compare_with_library(baked, answers)
    assert count_differing_labels(baked, answers) == OwnLabels(images=20, differing=0)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_differing_labels_are_printed_and_stored(tmp_path: Path) -> None:
    svm = _make_svm().fit(VALUES[:FITTED], NAMES[:FITTED])
    shares = svm.predict_proba(VALUES[FITTED:].astype(np.float64))
    differing = FITTED + np.flatnonzero(svm.predict(VALUES[FITTED:]) != svm.classes_[shares.argmax(axis=1)])
    pictures = [*PHOTOS[differing[:3]], *PHOTOS[:2]]
    (tmp_path / "photos").mkdir()
    for file in make_golden_set([(image, str(number)) for number, image in enumerate(pictures)])[:5]:
        (tmp_path / "photos" / f"{file.title}{file.suffix}").write_bytes(file.data)
    (tmp_path / "model.skops").write_bytes(serialize_model(make_pipeline(ImagePreprocessing(TINY), svm)))
    arguments = ["export", str(tmp_path / "model.skops"), "--golden", str(tmp_path / "photos"), "--no-page"]
    said = CliRunner().invoke(cli, [*arguments, "--out", str(tmp_path / "bundle"), "--target", "onnx"])
    assert said.exit_code == 0, said.output
    own = open_bundle(tmp_path / "bundle").manifest.own_labels
    assert own is not None
    assert own.images == 5
    assert own.differing >= 3
    sentence = f"on {own.differing} of 5 golden images the classifier's own predict gives another label"
    shown = CliRunner().invoke(cli, ["inspect", str(tmp_path / "bundle")])
    assert sentence in shown.output
    assert sentence in " ".join(said.output.split())
