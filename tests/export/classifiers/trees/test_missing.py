"""Missing values of boosted trees: the library's own answers, in NumPy and in ONNX."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from catboost import CatBoostClassifier, Pool
from hypothesis import given, settings
from hypothesis import strategies as st
from lightgbm import LGBMClassifier
from scipy.sparse import csr_matrix
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from xgboost import XGBClassifier

from webparity.errors import UnsupportedModelError, UsageError
from webparity.export.checks.reference_answers import make_flat_batches
from webparity.export.classifiers.classifier import lower_classifier
from webparity.export.classifiers.features import FeatureTransform
from webparity.export.classifiers.trees.ensemble import Tree, join_trees
from webparity.export.classifiers.trees.missing import add_missing_columns
from webparity.export.classifiers.trees.scores import sum_leaves
from webparity.export.onnx.build import build_onnx_model
from webparity.models.estimators.baked import EstimatorBaked
from webparity.models.estimators.file import load_estimator, serialize_estimator
from webparity.models.estimators.missing_values import read_missing, set_missing
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing, extract_features
from webparity.preprocessing.spec import Preprocessing
from webparity.tensor_ops.tracers.to_numpy import NumpyOps

SPEC = Preprocessing(height=6, width=5, scale=1 / 255)
RANDOM = np.random.default_rng(0)
# Drawings: most pixels are black.
IMAGES = RANDOM.integers(0, 256, (240, 6, 5, 3), dtype=np.uint8) * (RANDOM.random((240, 6, 5, 1)) > 0.6)
VALUES = ImagePreprocessing(SPEC).transform(IMAGES)
LABELS = (VALUES[:, :15].sum(axis=1) > VALUES[:, 15:].sum(axis=1)).astype(int) + (VALUES[:, 3] == 0)
MEASURED = 1e-6


def _fit_xgboost(**settings: Any) -> Any:
    return XGBClassifier(n_estimators=8, n_jobs=1, **settings)


def _make_sparse() -> Any:
    return _fit_xgboost().fit(csr_matrix(VALUES), LABELS)


def _state_missing(value: float) -> Any:
    model = _make_sparse()
    set_missing(model, value)
    return model


def _fit_lightgbm(**settings: Any) -> Any:
    return LGBMClassifier(n_estimators=8, n_jobs=1, verbose=-1, **settings)


MODELS: dict[str, Callable[[], Any]] = {
    "zeros": lambda: _fit_xgboost(missing=0.0).fit(VALUES, LABELS),
    "zeros of two classes": lambda: _fit_xgboost(missing=0.0).fit(VALUES, LABELS == 0),
    "white": lambda: _fit_xgboost(missing=float(VALUES.max())).fit(VALUES, LABELS),
    "a sparse matrix, zeros missing": lambda: _state_missing(0.0),
    "a sparse matrix, zeros counted": lambda: _state_missing(math.nan),
    "behind a scaler": lambda: make_pipeline(MinMaxScaler(), _fit_xgboost(missing=0.0)).fit(VALUES, LABELS),
    "lightgbm": lambda: _fit_lightgbm(zero_as_missing=True).fit(VALUES, LABELS),
    "lightgbm without missing values": lambda: _fit_lightgbm(use_missing=False).fit(VALUES, LABELS),
    "lightgbm of a sparse matrix": lambda: _fit_lightgbm().fit(csr_matrix(VALUES), LABELS),
    "catboost of a sparse pool": lambda: CatBoostClassifier(
        iterations=8, verbose=False, allow_writing_files=False, thread_count=1, nan_mode="Max"
    ).fit(Pool(csr_matrix(VALUES), LABELS)),
}


def _run_onnx(baked: EstimatorBaked, images: np.ndarray) -> dict[str, np.ndarray]:
    model = build_onnx_model(baked, tuple("abc"[: baked.classes]))
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (given_,) = session.get_inputs()
    return dict(
        zip([each.name for each in session.get_outputs()], session.run(None, {given_.name: images}), strict=True)
    )


@pytest.mark.parametrize("name", MODELS)
def test_answers_are_the_librarys_own(name: str) -> None:
    model = MODELS[name]()
    baked = EstimatorBaked(model, SPEC)
    for images in (IMAGES.astype(np.uint8), *make_flat_batches("xgboost")):
        received = _run_onnx(baked, images)
        values = extract_features(received["pixels"], SPEC)
        expected = model.predict_proba(values.astype(np.float64))
        assert np.abs(received["probabilities"] - expected).max() <= MEASURED
        pixels = received["pixels"].astype(np.float64)
        lowered = lower_classifier(NumpyOps(), pixels, values.astype(np.float64), baked)
        assert np.abs(lowered["probabilities"] - expected).max() <= MEASURED


@pytest.mark.parametrize("name", ["zeros", "lightgbm", "a sparse matrix, zeros missing"])
def test_a_file_keeps_what_is_missing(name: str, tmp_path: Path) -> None:
    model = MODELS[name]()
    kind = "lightgbm" if name == "lightgbm" else "xgboost"
    (tmp_path / "model.json").write_bytes(data := serialize_estimator(model))
    if kind == "lightgbm":
        (tmp_path / "model.json").rename(tmp_path / "model.txt")
    read = load_estimator(next(tmp_path.iterdir()), kind)
    assert np.array_equal(read.predict_proba(VALUES), model.predict_proba(VALUES))
    assert serialize_estimator(model) == data


def test_without_knowing_it_answers_would_be_far_off() -> None:
    model = MODELS["zeros"]()
    right = model.predict_proba(VALUES)
    assert np.abs(model.set_params(missing=np.nan).predict_proba(VALUES) - right).max() > 0.1


def test_a_model_that_does_not_say_it_is_refused_until_it_does() -> None:
    model = _make_sparse()
    for unsaid in (model, make_pipeline(MinMaxScaler(), _fit_xgboost()).fit(csr_matrix(VALUES).toarray(), LABELS)):
        if unsaid is not model:
            unsaid.steps[-1] = ("classifier", model)
        with pytest.raises(UnsupportedModelError, match=r"send missing values to both sides, .*--missing 0"):
            EstimatorBaked(unsaid, SPEC)
    set_missing(model, 0.0)
    EstimatorBaked(model, SPEC)


@pytest.mark.parametrize("settings", [{"tree_method": "hist"}, {"tree_method": "exact"}, {"max_depth": 1}])
def test_dense_training_needs_no_word(settings: dict[str, Any]) -> None:
    EstimatorBaked(_fit_xgboost(**settings).fit(VALUES, LABELS), SPEC)


def test_no_infinite_and_no_other_word_is_taken_for_a_number() -> None:
    model = MODELS["zeros"]()
    with pytest.raises(UsageError, match="finite number or nan"):
        set_missing(model, math.inf)
    for word in ("zero", "inf"):
        model.get_booster().set_attr(webparity_missing=word)
        with pytest.raises(UnsupportedModelError, match=f"webparity_missing='{word}'"):
            read_missing(model)


FLOATS = st.floats(-(2.0**90), 2.0**90, width=32, allow_subnormal=False)


@settings(deadline=None)
@given(
    st.lists(st.tuples(FLOATS | st.just(0.0), st.sampled_from([-1, 1])), min_size=1, max_size=8),
    FLOATS | st.just(0.0),
)
def test_every_stump_sends_every_value_where_it_should(stumps: list[tuple[float, int]], missing: float) -> None:
    trees = [
        Tree(
            feature=np.array([0, 0, 0]),
            threshold=np.array([threshold, 0.0, 0.0]),
            left=np.array([1, -1, -1]),
            right=np.array([2, -1, -1]),
            value=np.outer([0.0, 0.0, 1.0], np.arange(len(stumps)) == place),
            missing=np.array([side, 0, 0], np.int8),
        )
        for place, (threshold, side) in enumerate(stumps)
    ]
    ensemble = join_trees(trees, base=np.zeros(len(stumps)), slope=None, missing_range=(missing, missing))
    near = [np.nextafter(np.float32(missing), np.float32(end)) for end in (-np.inf, np.inf)]
    values = np.array([missing, *near, *(threshold for threshold, _ in stumps), 1.0, -1.0], np.float32)
    values = np.where(np.abs(values) < np.finfo(np.float32).tiny, np.float32(0), values)[:, np.newaxis]
    unchanged = FeatureTransform(function=lambda rows: rows, columns=np.array([0]), width=1)
    given_values, moved = add_missing_columns(NumpyOps(), values.astype(np.float64), ensemble, ensemble, unchanged)
    right = sum_leaves(NumpyOps(), given_values, moved)
    for place, (threshold, side) in enumerate(stumps):
        expected = np.where(values[:, 0] == np.float32(missing), side > 0, values[:, 0] > threshold)
        assert np.array_equal(right[:, place], expected)
