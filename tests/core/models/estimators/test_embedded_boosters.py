"""Boosted models inside scikit-learn models: saved, read back, and checked like single ones."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
import skops.io
from catboost import CatBoostClassifier
from lightgbm import LGBMClassifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from xgboost import XGBClassifier

from webparity.errors import UnsupportedModelError, UsageError
from webparity.export.inputs.load import load_user_model
from webparity.models.estimators.baked import EstimatorBaked
from webparity.models.estimators.file import load_estimator, serialize_estimator
from webparity.models.model_wrappers import extract_model, unwrap_search
from webparity.preprocessing.spec import Preprocessing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:X does not have valid feature names:UserWarning"),
]

SPEC = Preprocessing(height=2, width=3, scale=1.0)
VALUES = np.random.default_rng(0).integers(0, 256, (80, 6)).astype(np.float64)
LABELS = (VALUES[:, 0] > 128).astype(int) + (VALUES[:, 3] > 128)
SETTINGS = {"preprocessing": None, "labels": None, "golden": None}


def _fit_xgboost(**settings: Any) -> Any:
    return XGBClassifier(n_estimators=3, max_depth=2, n_jobs=1, **settings)


def _fit_lightgbm() -> Any:
    return LGBMClassifier(n_estimators=3, min_child_samples=5, verbose=-1, n_jobs=1)


def _fit_catboost() -> Any:
    return CatBoostClassifier(iterations=3, depth=2, verbose=False, allow_writing_files=False, thread_count=1)


MODELS: dict[str, Callable[[], Any]] = {
    "XGBoost in a pipeline": lambda: make_pipeline(StandardScaler(), _fit_xgboost()),
    "XGBoost of zeros that are missing": lambda: make_pipeline(_fit_xgboost(missing=VALUES[0, 0])),
    "LightGBM in a pipeline": lambda: make_pipeline(StandardScaler(), _fit_lightgbm()),
    "CatBoost in a pipeline": lambda: make_pipeline(StandardScaler(), _fit_catboost()),
    "XGBoost calibrated": lambda: CalibratedClassifierCV(_fit_xgboost(), ensemble=False, cv=2),
    "LightGBM calibrated": lambda: CalibratedClassifierCV(_fit_lightgbm(), method="isotonic", cv=2),
    "all in a vote": lambda: VotingClassifier(
        [("x", _fit_xgboost()), ("l", _fit_lightgbm()), ("c", _fit_catboost())], voting="soft"
    ),
    "all stacked": lambda: StackingClassifier([("x", _fit_xgboost()), ("l", _fit_lightgbm())], _fit_catboost(), cv=2),
    "searched": lambda: GridSearchCV(
        make_pipeline(StandardScaler(), _fit_xgboost()), {"xgbclassifier__max_depth": [2]}
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_file_gives_the_models_answers(name: str, tmp_path: Path) -> None:
    model = MODELS[name]().fit(VALUES, LABELS)
    expected = model.predict_proba(VALUES)
    (tmp_path / "model.skops").write_bytes(data := serialize_estimator(model))
    assert serialize_estimator(model) == data
    read = load_estimator(tmp_path / "model.skops", "sklearn")
    assert np.array_equal(read.predict_proba(VALUES), expected)
    pixels = VALUES.reshape(-1, 2, 3, 1).astype(np.float32)
    for each in (model, read):
        assert np.abs(EstimatorBaked(each, SPEC).predict_from_pixels(pixels)["probabilities"] - expected).max() <= 1e-6


@pytest.mark.parametrize("make", [_fit_xgboost, _fit_lightgbm, _fit_catboost], ids=["xgboost", "lightgbm", "catboost"])
def test_a_file_as_skops_writes_it_is_read(make: Callable[[], Any], tmp_path: Path) -> None:
    model = make_pipeline(StandardScaler(), make()).fit(VALUES, LABELS)
    skops.io.dump(model, tmp_path / "model.skops")
    read = load_estimator(tmp_path / "model.skops", "sklearn")
    assert np.array_equal(read.predict_proba(VALUES), model.predict_proba(VALUES))


@pytest.mark.parametrize("library", ["xgboost", "lightgbm", "catboost"])
@pytest.mark.parametrize("how", ["ours", "skops"])
def test_a_damaged_booster_inside_is_refused(library: str, how: str, tmp_path: Path) -> None:
    make = {"xgboost": _fit_xgboost, "lightgbm": _fit_lightgbm, "catboost": _fit_catboost}[library]
    model = make_pipeline(StandardScaler(), make()).fit(VALUES, LABELS)
    data = serialize_estimator(model) if how == "ours" else skops.io.dumps(model)
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(tmp_path / "model.skops", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith(".bin"):
                content = content[: len(content) // 2]
            if name == "schema.json" and library == "lightgbm" and how == "skops":
                content = content.replace(b"split_feature=0", b"split_feature=99999", 1)
                assert content != old.read(name)
            new.writestr(name, content)
    with pytest.raises(UnsupportedModelError):
        load_estimator(tmp_path / "model.skops", "sklearn")


def test_a_search_is_its_best_model(tmp_path: Path) -> None:
    machine = CalibratedClassifierCV(SVC(), ensemble=False, cv=2)
    for search in (
        GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression()), {"logisticregression__C": [0.1, 1.0]}),
        RandomizedSearchCV(GaussianNB(), {"var_smoothing": [1e-9, 1e-3]}, n_iter=2, scoring="accuracy", random_state=0),
        make_pipeline(StandardScaler(), GridSearchCV(machine, {"estimator__C": [0.1, 1.0]}, cv=2)),
    ):
        search.fit(VALUES, LABELS)
        skops.io.dump(search, tmp_path / "model.skops")
        (tmp_path / "pre.toml").write_text("height = 2\nwidth = 3\nscale = 1.0\n")
        exportable = load_user_model(tmp_path / "model.skops", **{**SETTINGS, "preprocessing": tmp_path / "pre.toml"})
        pixels = VALUES.reshape(-1, 2, 3, 1).astype(np.float32)
        received = exportable.baked.predict_from_pixels(pixels)["probabilities"]
        assert np.abs(received - search.predict_proba(VALUES)).max() <= 1e-6


def test_a_search_that_kept_no_model_is_refused_and_its_remedy_works() -> None:
    search = GridSearchCV(GaussianNB(), {"var_smoothing": [1e-9, 1e-3]}, refit=False).fit(VALUES, LABELS)
    with pytest.raises(UsageError, match="Fit it with refit=True"):
        unwrap_search(search)
    EstimatorBaked(search.set_params(refit=True).fit(VALUES, LABELS), SPEC)


def test_a_dictionary_with_one_model_is_taken(tmp_path: Path) -> None:
    model = make_pipeline(StandardScaler(), _fit_xgboost()).fit(VALUES, LABELS)
    joblib.dump({"model": model, "labels": ["a", "b", "c"], "accuracy": 0.9}, tmp_path / "model.joblib")
    (tmp_path / "pre.toml").write_text("height = 2\nwidth = 3\nscale = 1.0\n")
    given = {**SETTINGS, "preprocessing": tmp_path / "pre.toml"}
    baked = load_user_model(tmp_path / "model.joblib", **given, trust=True).baked
    received = baked.predict_from_pixels(VALUES.reshape(-1, 2, 3, 1).astype(np.float32))["probabilities"]
    assert np.abs(received - model.predict_proba(VALUES)).max() <= 1e-6


@pytest.mark.parametrize("content", [{}, {"a": LogisticRegression(), "b": SVC()}, [1, 2]])
def test_no_model_and_several_are_refused(content: Any) -> None:
    with pytest.raises(UsageError, match=r"Expected one fitted model in model\.pkl; .*Save the model alone"):
        extract_model(content, "model.pkl")
