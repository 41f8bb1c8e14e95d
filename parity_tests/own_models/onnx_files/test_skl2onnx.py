"""Files that skl2onnx made of scikit-learn's estimators, exported to `onnx` and `wasm`: the reference is the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from keras_models import load_photographs
from places import ChromiumPlaces
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
)
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import MultinomialNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import Binarizer, MinMaxScaler, Normalizer, PowerTransformer, StandardScaler
from sklearn.svm import SVC, SVR, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from webparity.export import export_model
from webparity.parity import verify
from webparity.preprocessing.spec import Preprocessing

pytestmark = [
    pytest.mark.slow,
    # What the two libraries say of these small fits, of forms that files still have, and of protobuf's types.
    pytest.mark.filterwarnings("ignore"),
]

SIDE = 6
GRAY = Preprocessing(height=SIDE, width=SIDE)
PLACES = ("onnxruntime", "webparity@python", "webparity@node")
OPSETS = {"": 17, "ai.onnx.ml": 3}

CLASSIFIERS: dict[str, Callable[[], Any]] = {
    "logistic regression": LogisticRegression,
    "scaled": lambda: make_pipeline(StandardScaler(), LogisticRegression()),
    "normalized": lambda: make_pipeline(Normalizer("l1"), LogisticRegression()),
    "selected": lambda: make_pipeline(SelectKBest(k=9), LogisticRegression()),
    "imputed": lambda: make_pipeline(SimpleImputer(), LogisticRegression()),
    "powers": lambda: make_pipeline(PowerTransformer(), LogisticRegression()),
    "side by side": lambda: make_pipeline(make_union(StandardScaler(), PCA(4)), LogisticRegression()),
    "vector machine": lambda: make_pipeline(MinMaxScaler(), SVC(probability=True)),
    "calibrated": lambda: CalibratedClassifierCV(LinearSVC(), cv=2),
    "tree": lambda: DecisionTreeClassifier(max_depth=5),
    "forest": lambda: make_pipeline(StandardScaler(), RandomForestClassifier(10, random_state=0)),
    "gradient boosting": lambda: GradientBoostingClassifier(n_estimators=5),
    "histogram boosting": lambda: HistGradientBoostingClassifier(max_iter=5),
    "adaptive boosting": lambda: AdaBoostClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=5),
    "binarized naive Bayes": lambda: make_pipeline(Binarizer(threshold=0.5), MultinomialNB()),
    "dense network": lambda: MLPClassifier((8,), max_iter=50),
    "one against the rest": lambda: OneVsRestClassifier(LogisticRegression()),
    "votes": lambda: VotingClassifier(
        [("linear", LogisticRegression()), ("tree", DecisionTreeClassifier(max_depth=3))],
        voting="soft",
        flatten_transform=False,
    ),
    "stacked": lambda: StackingClassifier([("linear", LogisticRegression()), ("tree", DecisionTreeClassifier())], cv=2),
}
QUICK = ("scaled", "vector machine", "forest")
REGRESSORS: dict[str, Callable[[], Any]] = {
    "ridge": Ridge,
    "forest": lambda: RandomForestRegressor(5, random_state=0),
    "vector machine": SVR,
    # As estimators they are refused, with this way.
    "stacked": lambda: StackingRegressor([("linear", Ridge())]),
    "adaptive boosting": lambda: AdaBoostRegressor(n_estimators=3, random_state=0),
}


def mark_others_full(names: Any) -> list[Any]:
    return [name if name in QUICK else pytest.param(name, marks=pytest.mark.full) for name in names]


def draw_rows(dtype: type[np.floating[Any]] = np.float32) -> Any:
    """Rows of grey levels over 255, with three classes that some columns tell."""
    random = np.random.default_rng(0)
    rows = (random.integers(0, 256, (240, SIDE * SIDE)) / 255).astype(dtype)
    return rows, (rows[:, :4].sum(axis=1) * 1.5 % 3).astype(int)


def check_file(model: Any, rows: Any, folder: Path, places: tuple[str, ...], **options: Any) -> Any:
    """Convert a fitted estimator, export the file and verify it."""
    from skl2onnx import to_onnx

    (folder / "model.onnx").write_bytes(to_onnx(model, rows[:1], **options).SerializeToString())
    outputs = "values" if not hasattr(model, "classes_") else None
    if any("raw_scores" in each for each in options.get("options", {}).values()):
        outputs = "scores"
    bundle = export_model(
        folder / "model.onnx",
        folder / "bundle",
        preprocessing=GRAY,
        golden=load_photographs()[:3],
        page=False,
        outputs=outputs,
        targets=["onnx", "wasm"],
    )
    report = verify(bundle, runtimes=places, require=places)
    assert report.reference.runtime == "onnx"
    assert {run.verdict for run in report.runs} == {"pass"}
    return bundle


@pytest.mark.parametrize("zipmap", [True, False], ids=["maps of probabilities", "a tensor"])
@pytest.mark.parametrize("name", mark_others_full(CLASSIFIERS))
def test_classifiers(name: str, zipmap: bool, tmp_path: Path, add_chromium: ChromiumPlaces) -> None:
    rows, classes = draw_rows()
    model = CLASSIFIERS[name]().fit(rows, classes)
    places = add_chromium(PLACES, quick=name == "scaled" and zipmap)
    bundle = check_file(model, rows, tmp_path, places, options={id(model): {"zipmap": zipmap}}, target_opset=OPSETS)
    assert len(bundle.manifest.labels) == 3


@pytest.mark.full
@pytest.mark.parametrize("name", ["logistic regression", "vector machine", "forest", "dense network"])
def test_classifiers_of_two_classes(name: str, tmp_path: Path, add_chromium: ChromiumPlaces) -> None:
    rows, classes = draw_rows()
    model = CLASSIFIERS[name]().fit(rows, classes == 1)
    check_file(model, rows, tmp_path, add_chromium(PLACES), options={id(model): {"zipmap": False}}, target_opset=OPSETS)


@pytest.mark.full
@pytest.mark.parametrize("name", ["scaled", "vector machine", "forest", "dense network"])
def test_files_of_float64(name: str, tmp_path: Path, add_chromium: ChromiumPlaces) -> None:
    rows, classes = draw_rows(np.float64)
    model = CLASSIFIERS[name]().fit(rows, classes)
    check_file(model, rows, tmp_path, add_chromium(PLACES), options={id(model): {"zipmap": False}}, target_opset=OPSETS)


@pytest.mark.full
@pytest.mark.parametrize("make", [SVC, RidgeClassifier], ids=["vector machine", "ridge"])
def test_scores(make: Callable[[], Any], tmp_path: Path, add_chromium: ChromiumPlaces) -> None:
    rows, classes = draw_rows()
    model = make().fit(rows, classes)
    check_file(
        model,
        rows,
        tmp_path,
        add_chromium(PLACES),
        options={id(model): {"zipmap": False, "raw_scores": True}},
        target_opset=OPSETS,
    )


@pytest.mark.full
@pytest.mark.parametrize("name", REGRESSORS)
def test_regressors(name: str, tmp_path: Path, add_chromium: ChromiumPlaces) -> None:
    rows, _ = draw_rows()
    check_file(
        REGRESSORS[name]().fit(rows, rows[:, :5].sum(axis=1)), rows, tmp_path, add_chromium(PLACES), target_opset=OPSETS
    )
