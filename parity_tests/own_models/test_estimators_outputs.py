"""Regressors and classifiers of several labels: exported, verified, and predicted as the library itself predicts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from catboost import CatBoostClassifier, CatBoostRegressor
from lightgbm import LGBMRegressor
from places import ChromiumPlaces
from sklearn.datasets import load_digits
from sklearn.ensemble import (
    BaggingRegressor,
    ExtraTreesRegressor,
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    VotingRegressor,
)
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from xgboost import XGBClassifier, XGBRegressor

from webparity.export import export_model
from webparity.parity import verify
from webparity.predictor import Predictor
from webparity.preprocessing.sklearn_transformer import resize_images_in_numpy
from webparity.preprocessing.spec import Preprocessing

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")]

SPEC: Final = Preprocessing(height=8, width=8, channels="gray", scale=16 / 255)
EVERYWHERE: Final = ("onnxruntime", "tfjs:wasm@node", "webparity@python", "webparity@node")
VALUES, DIGITS = load_digits(return_X_y=True)
VALUES, DIGITS = VALUES[:600], DIGITS[:600]
IMAGES: Final = [
    np.kron(np.clip(row * 16, 0, 255).astype(np.uint8).reshape(8, 8, 1), np.ones((4, 4, 3), np.uint8))
    for row in VALUES[::100]
]
INK: Final = VALUES.mean(axis=1)
LABELS: Final = np.stack([DIGITS % 2 == 0, DIGITS > 4, DIGITS % 3 == 0], axis=1).astype(int)
CATBOOST: Final = {"iterations": 8, "depth": 3, "verbose": 0, "allow_writing_files": False}
REGRESSORS: Final[dict[str, Callable[[], Any]]] = {
    "LinearRegression": LinearRegression,
    "Ridge": lambda: make_pipeline(StandardScaler(), Ridge()),
    "Lasso": lambda: Lasso(0.01),
    "SVR": SVR,
    "KNeighbors": lambda: KNeighborsRegressor(4, weights="distance"),
    "KNeighbors-cosine": lambda: KNeighborsRegressor(3, metric="cosine"),
    "MLP": lambda: make_pipeline(StandardScaler(), MLPRegressor(hidden_layer_sizes=(8,), max_iter=40, random_state=0)),
    "DecisionTree": lambda: DecisionTreeRegressor(random_state=0),
    "RandomForest": lambda: RandomForestRegressor(6, random_state=0),
    "ExtraTrees": lambda: ExtraTreesRegressor(6, random_state=0),
    "GradientBoosting": lambda: GradientBoostingRegressor(n_estimators=8, random_state=0),
    "HistGradientBoosting": lambda: HistGradientBoostingRegressor(max_iter=8),
    "HistGradientBoosting-poisson": lambda: HistGradientBoostingRegressor(max_iter=8, loss="poisson"),
    "Bagging": lambda: BaggingRegressor(n_estimators=4, max_features=0.5, random_state=0),
    "Voting": lambda: VotingRegressor([("a", Ridge()), ("b", DecisionTreeRegressor(max_depth=4))], weights=[2, 1]),
    "XGBoost": lambda: XGBRegressor(n_estimators=6, max_depth=3),
    "XGBoost-poisson": lambda: XGBRegressor(n_estimators=6, max_depth=3, objective="count:poisson"),
    "XGBoost-logistic": lambda: XGBRegressor(n_estimators=6, max_depth=3, objective="reg:logistic"),
    "LightGBM": lambda: LGBMRegressor(n_estimators=6, verbose=-1),
    "LightGBM-poisson": lambda: LGBMRegressor(n_estimators=6, verbose=-1, objective="poisson"),
    "LightGBM-forest": lambda: LGBMRegressor(
        n_estimators=6, verbose=-1, boosting_type="rf", subsample=0.5, subsample_freq=1
    ),
    "CatBoost": lambda: CatBoostRegressor(**CATBOOST),
    "CatBoost-poisson": lambda: CatBoostRegressor(**CATBOOST, loss_function="Poisson"),
}
REGRESSORS_OF_TWO: Final[dict[str, Callable[[], Any]]] = {
    "Ridge": Ridge,
    "KNeighbors": lambda: KNeighborsRegressor(3),
    "RandomForest": lambda: RandomForestRegressor(6, random_state=0),
    "MLP": lambda: MLPRegressor(hidden_layer_sizes=(8,), max_iter=40, random_state=0),
    "MultiOutput": lambda: MultiOutputRegressor(GradientBoostingRegressor(n_estimators=5, random_state=0)),
    "XGBoost": lambda: XGBRegressor(n_estimators=6, max_depth=3),
    "CatBoost": lambda: CatBoostRegressor(**CATBOOST, loss_function="MultiRMSE"),
}
OF_SEVERAL_LABELS: Final[dict[str, Callable[[], Any]]] = {
    "MultiOutput": lambda: make_pipeline(StandardScaler(), MultiOutputClassifier(LogisticRegression())),
    "MultiOutput-forests": lambda: MultiOutputClassifier(RandomForestClassifier(4, random_state=0)),
    "OneVsRest": lambda: make_pipeline(StandardScaler(), OneVsRestClassifier(LogisticRegression())),
    "MLP": lambda: MLPClassifier((8,), max_iter=40, random_state=0),
    # Of an even number of neighbours or trees, half may have a label: the libraries do not give it then.
    "KNeighbors": lambda: KNeighborsClassifier(4),
    "KNeighbors-cosine": lambda: KNeighborsClassifier(3, metric="cosine"),
    "RandomForest": lambda: RandomForestClassifier(6, random_state=0),
    "DecisionTree": lambda: DecisionTreeClassifier(random_state=0),
    "XGBoost": lambda: XGBClassifier(n_estimators=6, max_depth=3),
    "CatBoost": lambda: CatBoostClassifier(**CATBOOST, loss_function="MultiLogloss"),
}
# A smooth one and one of trees in `make test`.
QUICK: Final = {("Ridge", 1), ("XGBoost", 2)}
QUICK_LABELS: Final = {"OneVsRest", "RandomForest"}


def _export_and_verify(model: Any, out: Path, places: tuple[str, ...], **settings: Any) -> tuple[Any, list[Any], Any]:
    """Export and verify in these places; the bundle, its predictions, and the values that the model saw."""
    targets = ("onnx", "tfjs-graph", "wasm")
    bundle = export_model(model, out, preprocessing=SPEC, golden=IMAGES, page=False, targets=targets, **settings)
    report = verify(bundle, runtimes=places, require=places)
    assert report.verdict == "pass", report.reason
    assert report.reference.stand_in is None
    predictor = Predictor(bundle, runtime="webparity")
    answers = [predictor.predict(bundle.site / image.file) for image in bundle.manifest.golden[: len(IMAGES)]]
    pixels = np.concatenate([resize_images_in_numpy(image[np.newaxis], SPEC) for image in IMAGES])
    return bundle, answers, (pixels * SPEC.scale).reshape(len(IMAGES), -1)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        pytest.param(name, count, marks=() if (name, count) in QUICK else pytest.mark.full)
        for count, models in ((1, REGRESSORS), (2, REGRESSORS_OF_TWO))
        for name in models
    ],
)
def test_values_of_a_regressor(tmp_path: Path, name: str, count: int, add_chromium: ChromiumPlaces) -> None:
    targets = INK / 16 if "logistic" in name else DIGITS + INK if count == 1 else np.stack([DIGITS, INK], axis=1)
    model = (REGRESSORS if count == 1 else REGRESSORS_OF_TWO)[name]().fit(VALUES, targets)
    names = ["size", "ink"][:count]
    bundle, answers, rows = _export_and_verify(
        model, tmp_path / "bundle", add_chromium(EVERYWHERE, quick=True), labels=names, units={"size": "mm"}
    )
    assert (bundle.manifest.output.kind, bundle.manifest.output.units) == ("values", ("mm", "")[:count])
    expected = np.asarray(model.predict(rows)).reshape(len(rows), -1)
    given = np.array([[answer.values[name] for name in names] for answer in answers])
    assert np.abs(given - expected).max() <= 5e-6 * np.ptp(expected)
    assert all(answer.label is None and answer.labels is None for answer in answers)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in QUICK_LABELS else pytest.mark.full) for name in OF_SEVERAL_LABELS],
)
def test_labels_of_a_classifier_of_several(tmp_path: Path, name: str, add_chromium: ChromiumPlaces) -> None:
    model = OF_SEVERAL_LABELS[name]().fit(VALUES, LABELS)
    names = ["even", "large", "of three"]
    bundle, answers, rows = _export_and_verify(
        model, tmp_path / "bundle", add_chromium(EVERYWHERE, quick=True), labels=names
    )
    assert bundle.manifest.output.kind == "multilabel"
    assert bundle.manifest.own_labels is not None
    assert bundle.manifest.own_labels.differing == 0
    given = model.predict_proba(rows)
    # Of the classes 0 and 1, of which some classifiers give both.
    expected = np.stack([each[:, 1] for each in given], axis=1) if isinstance(given, list) else np.asarray(given)
    received = np.array([[answer.probabilities[name] for name in names] for answer in answers])
    assert np.abs(received - expected).max() <= 5e-6
    own = [[label for label, present in zip(names, row, strict=True) if present] for row in model.predict(rows)]
    assert [answer.labels for answer in answers] == own


def test_a_label_that_every_image_had_is_constant(tmp_path: Path) -> None:
    labels = np.stack([LABELS[:, 0], np.ones(len(VALUES), int), np.zeros(len(VALUES), int)], axis=1)
    model = RandomForestClassifier(3, random_state=0).fit(VALUES, labels)
    bundle = export_model(model, tmp_path / "bundle", preprocessing=SPEC, golden=IMAGES, page=False, targets=["wasm"])
    answer = bundle.predict(IMAGES[0], runtime="webparity")
    assert list((answer.probabilities or {}).values())[1:] == [1.0, 0.0]
