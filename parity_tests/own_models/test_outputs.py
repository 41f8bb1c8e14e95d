"""What a model's numbers are, end to end: exported, verified, and predicted as the library itself predicts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import pytest
from keras import layers
from places import ChromiumPlaces
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.linear_model import (
    LogisticRegression,
    PassiveAggressiveClassifier,
    Perceptron,
    RidgeClassifier,
    RidgeClassifierCV,
    SGDClassifier,
)
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from webparity.bundle.read import Bundle
from webparity.export import export_model
from webparity.parity import verify
from webparity.prediction.prediction import Prediction
from webparity.predictor import Predictor
from webparity.preprocessing.sklearn_transformer import resize_images_in_numpy
from webparity.preprocessing.spec import Preprocessing
from webparity.verification.certificate import list_certificates
from webparity.verification.report import Report

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

SPEC: Final = Preprocessing(height=8, width=8, channels="gray", scale=16 / 255)
PLACES: Final = ("onnxruntime", "tfjs:wasm@node", "webparity@python", "webparity@node")
VALUES, DIGITS = load_digits(return_X_y=True)
IMAGES: Final = [
    np.kron(np.clip(row * 16, 0, 255).astype(np.uint8).reshape(8, 8, 1), np.ones((4, 4, 3), np.uint8))
    for row in VALUES[::150]
]
LOSSES: Final = keras.losses


def build_network(units: int, activation: str | None = None, loss: Any = None) -> Any:
    keras.utils.set_random_seed(3)
    network = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(units, activation=activation, kernel_initializer=keras.initializers.RandomNormal(0.0, 0.1)),
        ]
    )
    if loss is not None:
        network.compile(loss=loss)
    return network


def run_network(network: Any) -> Any:
    """The rows that Keras' own `predict` gives for the golden images."""
    pixels = np.concatenate([resize_images_in_numpy(image[np.newaxis], SPEC) for image in IMAGES])
    return network.predict((pixels * SPEC.scale).astype(np.float32), verbose=0).astype(np.float64)


def verify_everywhere(bundle: Bundle, places: tuple[str, ...]) -> Report:
    report = verify(bundle, runtimes=places, require=places)
    assert report.verdict == "pass", report.reason
    (certificate,) = list_certificates(report)
    assert {place for place in places if place.startswith("webparity")} <= set(certificate.places)
    return report


def predict_golden(bundle: Bundle) -> list[Prediction]:
    """Predictions in the order of the golden images that were given: as PNG, under their digests."""
    predictor = Predictor(bundle, runtime="webparity")
    return [predictor.predict(bundle.site / image.file) for image in bundle.manifest.golden[: len(IMAGES)]]


NETWORKS: Final[dict[str, tuple[Callable[[], Any], dict[str, Any], str]]] = {
    "logits by the loss": (
        lambda: build_network(3, loss=LOSSES.SparseCategoricalCrossentropy(from_logits=True)),
        {},
        "softmax",
    ),
    "logits by the flag": (lambda: build_network(3), {"outputs": "logits"}, "softmax"),
    "one logit by the loss": (
        lambda: build_network(1, loss=LOSSES.BinaryCrossentropy(from_logits=True)),
        {},
        "two",
    ),
    "one logit by the flag": (lambda: build_network(1), {"outputs": "sigmoid"}, "two"),
    "several sigmoids": (
        lambda: build_network(4, "sigmoid"),
        {"outputs": "multilabel", "thresholds": {"1": 0.4, "": 0.45}},
        "as they are",
    ),
    "several logits by the loss": (
        lambda: build_network(4, loss=LOSSES.BinaryCrossentropy(from_logits=True)),
        {},
        "sigmoid",
    ),
    "several sigmoids by the loss": (lambda: build_network(4, "sigmoid", "binary_crossentropy"), {}, "as they are"),
    "one value": (lambda: build_network(1, loss="mse"), {"units": "years", "labels": ["age"]}, "as they are"),
    "values by the flag": (lambda: build_network(3), {"outputs": "values"}, "as they are"),
    "scores": (lambda: build_network(3), {"outputs": "scores"}, "as they are"),
    "one score by the loss": (lambda: build_network(1, loss="hinge"), {}, "as they are"),
}


# One of each kind that classifiers do not have, in `make test`.
QUICK_NETWORKS: Final = {"logits by the loss", "several sigmoids", "one value"}


def expect_rows(rows: Any, form: str) -> Any:
    sigmoids = 1 / (1 + np.exp(-rows))
    match form:
        case "softmax":
            powers = np.exp(rows - rows.max(axis=1, keepdims=True))
            return powers / powers.sum(axis=1, keepdims=True)
        case "sigmoid":
            return sigmoids
        case "two":
            return np.concatenate([1 - sigmoids, sigmoids], axis=1)
        case _:
            return rows


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK_NETWORKS else pytest.mark.full) for name in NETWORKS]
)
def test_numbers_of_a_network(name: str, tmp_path: Path, add_chromium: ChromiumPlaces) -> None:
    build, options, form = NETWORKS[name]
    network = build()
    bundle = export_model(network, tmp_path / "bundle", preprocessing=SPEC, golden=IMAGES, page=False, **options)
    report = verify_everywhere(bundle, add_chromium(PLACES, quick=True))
    kind = bundle.manifest.output.kind
    expected = expect_rows(run_network(network), form)
    for prediction, row in zip(predict_golden(bundle), expected, strict=True):
        given = {"scores": prediction.scores, "values": prediction.values}.get(kind, prediction.probabilities)
        assert given is not None
        assert list(given.values()) == pytest.approx(row, abs=1e-5)
        if kind == "multilabel":
            limits = bundle.manifest.output.thresholds
            names = [label for label, p, limit in zip(bundle.manifest.labels, row, limits, strict=True) if p >= limit]
            assert (prediction.labels, prediction.label) == (names, None)
        elif kind == "values":
            assert (prediction.labels, prediction.label) == (None, None)
        else:
            best = int(row[0] > 0) if len(row) == 1 else int(np.argmax(row))
            assert prediction.label == bundle.manifest.labels[best]
    for run in report.runs:
        stages = (run.scores, run.probabilities, run.values, run.top1, run.labels)
        assert [stage is not None for stage in stages] == {
            "probabilities": [True, True, False, True, False],
            "multilabel": [True, True, False, False, True],
            "scores": [True, False, False, True, False],
            "values": [False, False, True, False, False],
        }[kind]


CLASSIFIERS: Final[dict[str, tuple[Callable[[], Any], str]]] = {
    "SVC as in scikit-learn's digits": (lambda: SVC(gamma=0.001), "votes"),
    "SVC of pairs": (lambda: SVC(gamma=0.001, decision_function_shape="ovo"), "votes"),
    "SVC that breaks ties": (lambda: SVC(gamma=0.001, break_ties=True), "argmax"),
    "SVC-poly": (lambda: SVC(kernel="poly"), "votes"),
    "LinearSVC": (LinearSVC, "argmax"),
    "Ridge": (RidgeClassifier, "argmax"),
    "RidgeCV": (RidgeClassifierCV, "argmax"),
    "SGD": (lambda: SGDClassifier(random_state=0), "argmax"),
    "Perceptron": (Perceptron, "argmax"),
    "PassiveAggressive": (lambda: PassiveAggressiveClassifier(random_state=0), "argmax"),
    "OneVsRest": (lambda: OneVsRestClassifier(LinearSVC()), "argmax"),
    "pipeline": (lambda: make_pipeline(StandardScaler(), LinearSVC()), "argmax"),
    "search": (lambda: GridSearchCV(SVC(), {"gamma": [0.001, 0.002]}, cv=2), "votes"),
    "hard voting": (
        lambda: VotingClassifier(
            [
                ("logistic", LogisticRegression()),
                ("svm", SVC(gamma=0.001)),
                ("forest", RandomForestClassifier(5, random_state=0)),
                ("ridge", RidgeClassifier()),
            ],
            weights=[1, 2, 1, 1],
        ),
        "argmax",
    ),
}
# One of each rule in `make test`.
QUICK: Final = {("SVC as in scikit-learn's digits", 10), ("Ridge", 2), ("hard voting", 10)}


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        pytest.param(name, classes, marks=() if (name, classes) in QUICK else pytest.mark.full)
        for name in CLASSIFIERS
        for classes in (10, 2)
    ],
)
def test_labels_and_scores_of_a_classifier(
    name: str, classes: int, tmp_path: Path, add_chromium: ChromiumPlaces
) -> None:
    build, rule = CLASSIFIERS[name]
    chosen = classes > DIGITS
    model = build().fit(VALUES[chosen], DIGITS[chosen])
    bundle = export_model(model, tmp_path / "bundle", preprocessing=SPEC, golden=IMAGES, page=False)
    votes = name == "hard voting"
    assert (bundle.manifest.output.kind, bundle.manifest.output.rule) == (
        "scores",
        rule if classes > 2 or votes else "sign",
    )
    verify_everywhere(bundle, add_chromium(PLACES, quick=True))
    pixels = np.concatenate([resize_images_in_numpy(image[np.newaxis], SPEC) for image in IMAGES])
    rows = (pixels * SPEC.scale).reshape(len(IMAGES), -1)
    answers = predict_golden(bundle)
    assert [answer.label for answer in answers] == [str(label) for label in model.predict(rows)]
    assert all(answer.probability is None and answer.probabilities is None for answer in answers)
    if not votes and name != "SVC of pairs":
        scores = np.asarray(model.decision_function(rows)).reshape(len(rows), -1)
        given = [list((answer.scores or {}).values()) for answer in answers]
        assert np.max(np.abs(scores - given)) <= 5e-6 * np.ptp(scores)
