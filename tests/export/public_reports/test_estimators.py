"""Classifiers of public bug reports: the libraries' own answers, in ONNX and in the graph for TF.js.

Each case names the report. What is wanted is the user's own `predict_proba` on the same pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import onnxruntime as ort
import pandas as pd
import pytest
import tensorflow as tf
from catboost import CatBoostClassifier
from lightgbm import LGBMClassifier, early_stopping
from scipy.sparse import csr_matrix
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import RandomForestClassifier, StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, QuantileTransformer, StandardScaler
from sklearn.svm import SVC
from xgboost import XGBClassifier, XGBRFClassifier

from webparity.errors import UnsupportedModelError
from webparity.export.inputs.load import load_user_model
from webparity.export.onnx.build import build_onnx_model
from webparity.export.target_selection import discover_targets
from webparity.export.tensorflow.estimator import build_estimator_function
from webparity.models.estimators.baked import EstimatorBaked
from webparity.models.estimators.file import serialize_estimator
from webparity.preprocessing.sklearn_transformer import extract_features
from webparity.preprocessing.spec import Preprocessing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:X does not have valid feature names:UserWarning"),
    pytest.mark.filterwarnings("ignore:Bins whose width are too small:UserWarning"),
    # LightGBM 4.6 has no other name for it.
    pytest.mark.filterwarnings("ignore:The argument 'eval_set' is deprecated"),
    pytest.mark.filterwarnings("ignore:`XGBRFClassifier` is deprecated:FutureWarning"),
]

SPEC = Preprocessing(height=4, width=5, scale=1 / 255)
RANDOM = np.random.default_rng(0)
VALUES = RANDOM.random((150, 20)) * (RANDOM.random((150, 20)) > 0.4)
RISING = VALUES[:, 0] + VALUES[:, 7] + (VALUES[:, 3] == 0)
LABELS = np.digitize(RISING, np.quantile(RISING, [0.33, 0.66]))
NAMES = np.array(["ant", "bee", "cow"])[LABELS]
IMAGES = RANDOM.integers(0, 256, (40, 6, 7, 3), dtype=np.uint8) * (RANDOM.random((40, 6, 7, 1)) > 0.3).astype(np.uint8)
# A page's runtimes add in float32.
MEASURED = 2e-6
QUIET: dict[str, Any] = {"verbose": False, "allow_writing_files": False, "thread_count": 1}


def _fit_xgboost(**settings: Any) -> Any:
    return XGBClassifier(n_estimators=6, max_depth=3, n_jobs=1, **settings)


def _fit_lightgbm(**settings: Any) -> Any:
    return LGBMClassifier(n_estimators=6, min_child_samples=5, verbose=-1, n_jobs=1, **settings)


def _stop_early(model: Any) -> Any:
    half = len(VALUES) // 2
    given: dict[str, Any] = {"eval_set": [(VALUES[half:], LABELS[half:])]}
    if isinstance(model, XGBClassifier):
        return model.fit(VALUES[:half], LABELS[:half], **given, verbose=False)
    return model.fit(VALUES[:half], LABELS[:half], **given, callbacks=[early_stopping(2, verbose=False)])


REPORTS: dict[str, Callable[[], Any]] = {
    "sklearn-onnx 1246, 301: a calibrated pipeline": lambda: CalibratedClassifierCV(
        make_pipeline(StandardScaler(), SVC()), ensemble=False, cv=3
    ).fit(VALUES, NAMES),
    "sklearn-onnx 1151: isotonic on a forest": lambda: CalibratedClassifierCV(
        RandomForestClassifier(8, random_state=0), method="isotonic", cv=2
    ).fit(VALUES, LABELS),
    "sklearn-onnx 1129: logistic regression on integers": lambda: LogisticRegression(max_iter=500).fit(
        (VALUES * 4).astype(int), LABELS
    ),
    "sklearn-onnx 1253: where a forest sends NaN": lambda: RandomForestClassifier(8, random_state=0).fit(
        np.where(VALUES == 0, np.nan, VALUES), LABELS
    ),
    "sklearn-onnx 662: a search around a machine": lambda: GridSearchCV(
        CalibratedClassifierCV(SVC(), ensemble=False, cv=2), {"estimator__C": [0.1, 1.0]}, cv=2
    ).fit(VALUES, LABELS),
    "sklearn-onnx 1076, 807: XGBoost in a pipeline": lambda: make_pipeline(StandardScaler(), _fit_xgboost()).fit(
        VALUES, LABELS
    ),
    "onnxmltools 609: LightGBM in a pipeline": lambda: make_pipeline(StandardScaler(), _fit_lightgbm()).fit(
        VALUES, NAMES
    ),
    "sklearn-onnx 1173: XGBoost calibrated": lambda: CalibratedClassifierCV(_fit_xgboost(), ensemble=False, cv=2).fit(
        VALUES, LABELS
    ),
    "sklearn-onnx 1076: LightGBM calibrated": lambda: CalibratedClassifierCV(_fit_lightgbm(), cv=2).fit(VALUES, LABELS),
    "sklearn-onnx 807: boosters stacked": lambda: StackingClassifier(
        [("x", _fit_xgboost()), ("l", _fit_lightgbm())], LogisticRegression(max_iter=500), cv=2
    ).fit(VALUES, LABELS),
    "sklearn-onnx 1212: neighbours with weights": lambda: KNeighborsClassifier(
        5, weights="distance", algorithm="brute"
    ).fit(VALUES, NAMES),
    "sklearn-onnx 85: neighbours by another metric": lambda: KNeighborsClassifier(
        5, metric="manhattan", algorithm="brute"
    ).fit(VALUES, NAMES),
    "sklearn-onnx 85: neighbours by Manhattan distance with weights": lambda: make_pipeline(
        StandardScaler(), KNeighborsClassifier(5, metric="manhattan", weights="distance", algorithm="brute")
    ).fit(VALUES, NAMES),
    "onnxmltools 663: random forests of XGBoost": lambda: XGBRFClassifier(n_estimators=6, max_depth=3, n_jobs=1).fit(
        VALUES, LABELS
    ),
    "onnxmltools 728: LightGBM stopped early": lambda: _stop_early(_fit_lightgbm()),
    "onnxruntime 5450: XGBoost stopped early": lambda: _stop_early(_fit_xgboost(early_stopping_rounds=2)),
    "onnxruntime 11892: base_score": lambda: _fit_xgboost(base_score=0.2).fit(VALUES, LABELS > 0),
    "xgboost 5960: zeros learnt as missing": lambda: _fit_xgboost(missing=0.0).fit(VALUES, LABELS),
    "xgboost 5136: zeros learnt as missing, two classes": lambda: _fit_xgboost(missing=0.0).fit(VALUES, LABELS > 0),
    "xgboost, a DataFrame": lambda: _fit_xgboost().fit(pd.DataFrame(VALUES).add_prefix("pixel "), LABELS),
    "LightGBM, a DataFrame": lambda: _fit_lightgbm().fit(pd.DataFrame(VALUES).add_prefix("pixel_"), LABELS),
    "catboost 472: text labels": lambda: CatBoostClassifier(iterations=6, **QUIET).fit(VALUES, NAMES),
    "catboost 523: class weights": lambda: CatBoostClassifier(iterations=6, class_weights=[1, 5, 2], **QUIET).fit(
        VALUES, LABELS
    ),
}


def _assert_agreement(baked: EstimatorBaked, model: Any, run: Callable[[], dict[str, np.ndarray]]) -> None:
    received = run()
    values = extract_features(received["pixels"], SPEC).astype(np.float64)
    assert np.abs(received["probabilities"] - model.predict_proba(values)).max() <= MEASURED
    assert baked.classes == received["probabilities"].shape[1]


def _run_onnx(baked: EstimatorBaked) -> dict[str, np.ndarray]:
    session = ort.InferenceSession(
        build_onnx_model(baked, tuple("abc"[: baked.classes])).SerializeToString(), providers=["CPUExecutionProvider"]
    )
    names = [each.name for each in session.get_outputs()]
    return dict(zip(names, session.run(None, {session.get_inputs()[0].name: IMAGES}), strict=True))


def _run_tensorflow(baked: EstimatorBaked) -> dict[str, np.ndarray]:
    return {name: np.asarray(tensor) for name, tensor in build_estimator_function(baked)(tf.constant(IMAGES)).items()}


@pytest.mark.parametrize("report", REPORTS)
def test_the_answers_are_the_users_own(report: str) -> None:
    model = REPORTS[report]()
    baked = EstimatorBaked(model, SPEC)
    _assert_agreement(baked, model, lambda: _run_onnx(baked))
    _assert_agreement(baked, model, lambda: _run_tensorflow(baked))
    assert serialize_estimator(model)


@pytest.mark.parametrize("how", ["2488, 341: a sparse matrix", "5287: missing=0"])
def test_a_file_of_xgboost_needs_the_missing_value_and_then_predicts_right(how: str, tmp_path: Path) -> None:
    sparse = "sparse" in how
    model = _fit_xgboost(**{} if sparse else {"missing": 0.0}).fit(csr_matrix(VALUES) if sparse else VALUES, LABELS)
    model.save_model(tmp_path / "model.json")
    (tmp_path / "pre.toml").write_text("height = 4\nwidth = 5\nscale = 0.00392156862745098\n")
    given: dict[str, Any] = {"preprocessing": tmp_path / "pre.toml", "labels": None, "golden": None}
    with pytest.raises(UnsupportedModelError, match="Give --missing 0 if it was trained"):
        load_user_model(tmp_path / "model.json", **given)
    baked: Any = load_user_model(tmp_path / "model.json", **given, missing=0.0).baked
    # What the user's own model says of such values, however they are handed to it.
    own = model if not sparse else model.set_params(missing=0.0)
    assert np.array_equal(own.predict_proba(VALUES), model.predict_proba(csr_matrix(VALUES)))
    for run in (_run_onnx, _run_tensorflow):
        _assert_agreement(baked, own, lambda run=run: run(baked))
    counted: Any = load_user_model(tmp_path / "model.json", **given, missing=float("nan")).baked
    received = _run_onnx(counted)["probabilities"]
    assert np.abs(received - _run_onnx(baked)["probabilities"]).max() > 0.05


def test_a_file_of_a_model_that_was_fitted_on_a_dataframe_is_read(tmp_path: Path) -> None:
    model = REPORTS["xgboost, a DataFrame"]()
    (tmp_path / "pre.toml").write_text("height = 4\nwidth = 5\nscale = 0.00392156862745098\n")
    model.save_model(tmp_path / "model.json")
    model.save_model(tmp_path / "model.ubj")
    joblib.dump(model, tmp_path / "model.joblib")
    for name in ("model.json", "model.ubj", "model.joblib"):
        baked: Any = load_user_model(
            tmp_path / name, preprocessing=tmp_path / "pre.toml", labels=None, golden=None, trust=True
        ).baked
        _assert_agreement(baked, model, lambda baked=baked: _run_onnx(baked))


STEPS: dict[str, Callable[[], Any]] = {
    "sklearn-onnx 437: bins": lambda: KBinsDiscretizer(
        3, encode="onehot-dense", quantile_method="averaged_inverted_cdf", random_state=0
    ),
    "sklearn-onnx 608: quantiles": lambda: QuantileTransformer(n_quantiles=20),
}


@pytest.mark.parametrize("report", STEPS)
def test_an_unsupported_step_is_refused_with_a_remedy_that_works(report: str) -> None:
    model = make_pipeline(STEPS[report](), LogisticRegression(max_iter=500)).fit(VALUES, LABELS)
    baked = EstimatorBaked(model, SPEC)
    reason = discover_targets()["tfjs-graph"].refusal(baked)
    if reason is not None:
        assert "give --target onnx" in reason
    onnx = discover_targets()["onnx"].refusal(baked)
    assert onnx is None or "Take those that the guide lists" in onnx
    # A step that the guide lists in its place.
    other = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(VALUES, LABELS)
    assert all(discover_targets()[name].refusal(EstimatorBaked(other, SPEC)) is None for name in ("onnx", "tfjs-graph"))
    assert serialize_estimator(model)


def test_one_against_all_of_lightgbm_is_refused_with_a_remedy_that_works() -> None:
    baked = EstimatorBaked(_fit_lightgbm(objective="multiclassova", num_class=3).fit(VALUES, LABELS), SPEC)
    for name in ("onnx", "tfjs-graph"):
        assert "Train with binary or multiclass" in str(discover_targets()[name].refusal(baked))
        assert discover_targets()[name].refusal(EstimatorBaked(_fit_lightgbm().fit(VALUES, LABELS), SPEC)) is None
