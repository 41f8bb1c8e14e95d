"""Extraction of every library's trees: the leaves that the library reaches, and their sum in every adapter."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
import tensorflow as tf
from catboost import CatBoostClassifier
from lightgbm import LGBMClassifier, early_stopping
from onnx import TensorProto, helper
from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from webparity.export.classifiers.registry import choose_lowering
from webparity.export.classifiers.trees.ensemble import Ensemble, Tree, join_trees
from webparity.export.classifiers.trees.lowering import TreeLowering
from webparity.export.classifiers.trees.scores import sum_leaves
from webparity.export.onnx.model import make_float_output, make_model_proto
from webparity.tensor_ops.tracers.to_numpy import NumpyOps
from webparity.tensor_ops.tracers.to_onnx import OnnxOps, OnnxTensor
from webparity.tensor_ops.tracers.to_tensorflow import TensorFlowOps

COLUMNS = 6
RANDOM = np.random.default_rng(0)
TRAINING = RANDOM.normal(size=(400, COLUMNS)).astype(np.float32)
# Of pixels: many values are equal, and thresholds lie on whole numbers and halves.
TRAINING[:, 3:] = np.rint(TRAINING[:, 3:] * 40 + 128)
NAMES = np.array(["ant", "bee", "cow"])
TINY = np.finfo(np.float32).tiny
QUIET: dict[str, Any] = {"verbose": False, "allow_writing_files": False, "thread_count": 1}

CLASSIFIERS: dict[str, Callable[[], Any]] = {
    "decision tree": lambda: DecisionTreeClassifier(max_depth=6, random_state=0),
    "random forest": lambda: RandomForestClassifier(12, random_state=0),
    "extra trees": lambda: ExtraTreesClassifier(12, max_depth=8, random_state=0),
    "gradient boosting": lambda: GradientBoostingClassifier(n_estimators=12, random_state=0),
    "gradient boosting from zero": lambda: GradientBoostingClassifier(n_estimators=5, init="zero", random_state=0),
    "histogram gradient boosting": lambda: HistGradientBoostingClassifier(max_iter=6, random_state=0),
    "adaboost": lambda: AdaBoostClassifier(n_estimators=12, random_state=0),
    "adaboost of deeper trees": lambda: AdaBoostClassifier(
        DecisionTreeClassifier(max_depth=3), n_estimators=6, random_state=0
    ),
    "xgboost": lambda: XGBClassifier(n_estimators=12, n_jobs=1),
    "xgboost forests": lambda: XGBClassifier(n_estimators=4, num_parallel_tree=3, subsample=0.5, n_jobs=1),
    "catboost": lambda: CatBoostClassifier(iterations=12, **QUIET),
    "catboost by leaves": lambda: CatBoostClassifier(iterations=12, grow_policy="Lossguide", **QUIET),
    "lightgbm": lambda: LGBMClassifier(n_estimators=12, verbose=-1, n_jobs=1),
    "lightgbm forest": lambda: LGBMClassifier(
        n_estimators=12, boosting_type="rf", bagging_freq=1, bagging_fraction=0.5, verbose=-1, n_jobs=1
    ),
    "lightgbm of another slope": lambda: LGBMClassifier(n_estimators=5, sigmoid=0.7, verbose=-1, n_jobs=1),
}


@cache
def _fit(name: str, classes: int) -> Any:
    rising = TRAINING[:, 0] + TRAINING[:, 3] / 50 + RANDOM.normal(size=len(TRAINING)) / 4
    labels = np.digitize(rising, np.quantile(rising, np.arange(1, classes) / classes))
    return CLASSIFIERS[name]().fit(TRAINING, labels if name.startswith("xgboost") else NAMES[labels])


def _extract(classifier: Any) -> Ensemble:
    lowering = choose_lowering(classifier)
    assert isinstance(lowering, TreeLowering)
    return lowering.extract_ensemble()


def _make_values(ensemble: Ensemble) -> np.ndarray:
    """Random rows, and rows around a threshold each, or just above or below it."""
    inner = ensemble.inner
    rows = TRAINING[np.arange(inner.sum()) % len(TRAINING)].copy()
    rows[np.arange(len(rows)), ensemble.feature[inner]] = ensemble.threshold[inner]
    near = [np.nextafter(rows, np.float32(end)) for end in (-np.inf, np.inf)]
    random = RANDOM.normal(size=(500, COLUMNS)).astype(np.float32) * np.float32([1, 1, 1, 80, 80, 80])
    values = np.concatenate([random, rows, *near])
    return np.where(np.abs(values) < TINY, np.float32(0), values)


def _compute_scores(classifier: Any, values: np.ndarray) -> np.ndarray:
    """Return the library's own sums of trees."""
    kind = type(classifier).__name__
    if kind == "XGBClassifier":
        raw = classifier.predict(values, output_margin=True)
    elif kind == "CatBoostClassifier":
        raw = classifier.predict(values, prediction_type="RawFormulaVal")
    elif kind == "LGBMClassifier":
        raw = classifier.booster_.predict(values, raw_score=True)
    else:
        raw = getattr(classifier, "decision_function", classifier.predict_proba)(values)
    return np.asarray(raw).reshape(len(values), -1)


def _run_onnx(ensemble: Ensemble, values: np.ndarray) -> np.ndarray:
    ops = OnnxOps("trees")
    ops.add_node("Identity", sum_leaves(ops, OnnxTensor(ops, "values"), ensemble))
    ops.nodes[-1].output[0] = "scores"
    given = helper.make_tensor_value_info("values", TensorProto.FLOAT, ["N", COLUMNS])
    wanted = make_float_output("scores", (len(ensemble.base),))
    graph = helper.make_graph(ops.nodes, "trees", [given], [wanted], list(ops.initializers.values()))
    session = ort.InferenceSession(make_model_proto(graph).SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"values": values})[0])


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_sums_are_the_librarys_own(name: str, classes: int) -> None:
    classifier = _fit(name, classes)
    ensemble = _extract(classifier)
    values = _make_values(ensemble)
    expected = _compute_scores(classifier, values)
    truth = sum_leaves(NumpyOps(), values.astype(np.float64), ensemble)
    # XGBoost alone adds in float32.
    assert np.abs(truth - expected).max() <= (1e-6 if name.startswith("xgboost") else 1e-13) * np.ptp(expected)
    for received in (
        _run_onnx(ensemble, values),
        sum_leaves(TensorFlowOps(), tf.constant(values), ensemble).numpy(),
    ):
        np.testing.assert_array_max_ulp(received, truth.astype(np.float32), 1)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_probabilities_follow_from_sums(name: str, classes: int) -> None:
    classifier = _fit(name, classes)
    ensemble = _extract(classifier)
    values = _make_values(ensemble)
    received = sum_leaves(NumpyOps(), values.astype(np.float64), ensemble)
    if ensemble.slope is not None:
        logits = received * ensemble.slope
        shares = np.exp(np.concatenate([0 * logits, logits], axis=1) if logits.shape[1] == 1 else logits)
        received = shares / shares.sum(axis=1, keepdims=True)
    assert np.abs(received - classifier.predict_proba(values)).max() <= 5e-7


@pytest.mark.parametrize("classes", [2, 3])
def test_leaves_are_those_that_xgboost_names(classes: int) -> None:
    classifier = _fit("xgboost", classes)
    ensemble = _extract(classifier)
    values = _make_values(ensemble)
    reached = classifier.apply(values).reshape(len(values), -1).astype(int) + ensemble.roots
    expected = ensemble.base + ensemble.value[reached].sum(axis=1)
    received = sum_leaves(NumpyOps(), values.astype(np.float64), ensemble)
    assert np.abs(received - expected).max() <= 1e-12


TWO_LOGITS: dict[str, Callable[[], Any]] = {
    "xgboost": lambda: XGBClassifier(n_estimators=5, objective="multi:softprob", num_class=2, n_jobs=1),
    "catboost": lambda: CatBoostClassifier(iterations=5, loss_function="MultiClass", **QUIET),
    "lightgbm": lambda: LGBMClassifier(n_estimators=5, objective="multiclass", num_class=2, verbose=-1, n_jobs=1),
}


@pytest.mark.parametrize("name", TWO_LOGITS)
def test_two_classes_with_a_sum_each(name: str) -> None:
    classifier = TWO_LOGITS[name]().fit(TRAINING, (TRAINING[:, 0] > 0).astype(int))
    ensemble = _extract(classifier)
    received = sum_leaves(NumpyOps(), TRAINING.astype(np.float64), ensemble)
    shares = np.exp(received)
    assert received.shape == (len(TRAINING), 2)
    assert np.abs(received - _compute_scores(classifier, TRAINING)).max() <= 1e-6
    assert np.abs(shares / shares.sum(axis=1, keepdims=True) - classifier.predict_proba(TRAINING)).max() <= 1e-6


@pytest.mark.parametrize("name", ["gradient boosting", "lightgbm", "xgboost"])
def test_one_image_alone_gives_what_it_gives_among_others(name: str) -> None:
    ensemble = _extract(_fit(name, 3))
    together = sum_leaves(TensorFlowOps(), tf.constant(TRAINING[:20]), ensemble).numpy()
    for number in range(20):
        alone = sum_leaves(TensorFlowOps(), tf.constant(TRAINING[number : number + 1]), ensemble).numpy()
        assert np.array_equal(alone[0], together[number])


def test_early_stopping_ends_the_ensemble() -> None:
    noise = RANDOM.integers(0, 2, len(TRAINING))
    one = LGBMClassifier(n_estimators=40, verbose=-1, n_jobs=1).fit(
        TRAINING, noise, eval_X=TRAINING[:50], eval_y=1 - noise[:50], callbacks=[early_stopping(2, verbose=False)]
    )
    other = XGBClassifier(n_estimators=40, early_stopping_rounds=2, n_jobs=1).fit(
        TRAINING, noise, eval_set=[(TRAINING[:50], 1 - noise[:50])], verbose=False
    )
    for classifier, iterations in ((one, one.best_iteration_), (other, other.best_iteration + 1)):
        ensemble = _extract(classifier)
        assert len(ensemble.roots) == iterations < 40
        received = sum_leaves(NumpyOps(), TRAINING.astype(np.float64), ensemble)
        assert np.abs(received - _compute_scores(classifier, TRAINING)).max() <= 1e-6


def test_a_tie_of_votes_stays_a_tie() -> None:
    votes = [
        Tree(
            feature=np.zeros(3, int),
            threshold=np.zeros(3),
            left=np.array([1, -1, -1]),
            right=np.array([2, -1, -1]),
            value=np.array([[0.0, 0.0], np.eye(2)[number % 2], np.eye(2)[1 - number % 2]]) / 100,
        )
        for number in range(100)
    ]
    ensemble = join_trees(votes, base=np.zeros(2), slope=None)
    values = np.array([[-1.0], [1.0]], np.float32)
    for received in (
        _run_onnx(ensemble, np.repeat(values, COLUMNS, axis=1)),
        sum_leaves(TensorFlowOps(), tf.constant(values), ensemble).numpy(),
    ):
        assert (received == 0.5).all()


def test_trees_are_known_by_their_class() -> None:
    assert all(isinstance(choose_lowering(make()), TreeLowering) for make in CLASSIFIERS.values())
    assert not isinstance(choose_lowering(LogisticRegression()), TreeLowering)
