"""Small random classifiers on random data: both traced forms equal the library on the same pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnxruntime
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, Normalizer, RobustScaler, StandardScaler
from sklearn.svm import SVC, LinearSVC, NuSVC
from sklearn.tree import DecisionTreeClassifier

from webparity.errors import UnsupportedModelError
from webparity.export.classifiers.classifier import find_refusal
from webparity.export.onnx.build import build_onnx_model
from webparity.export.tensorflow.estimator import build_estimator_function
from webparity.models.estimators.baked import EstimatorBaked
from webparity.models.estimators.weighted_classifier import WeightedClassifier
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing
from webparity.taps import TAPS
from webparity.verification.score_span import compute_score_span
from webparity.verification.tolerance import TOLERANCES

STEPS: dict[str, Callable[[], list[Any]]] = {
    "nothing": list,
    "StandardScaler": lambda: [StandardScaler()],
    "MinMaxScaler": lambda: [MinMaxScaler(clip=True)],
    "MaxAbsScaler": lambda: [MaxAbsScaler()],
    "RobustScaler": lambda: [RobustScaler()],
    "Normalizer": lambda: [Normalizer()],
    "l1 Normalizer": lambda: [Normalizer("l1")],
    "SelectKBest": lambda: [SelectKBest(f_classif, k=5), StandardScaler()],
    "PCA": lambda: [PCA(4), StandardScaler()],
}
# Their scores crowd together, so that lines between knots become steps.
STEEP: dict[str, Callable[[], Any]] = {
    "SVM": lambda: SVC(decision_function_shape="ovr"),
    "poly SVM": lambda: SVC(kernel="poly"),
    "GaussianNB": GaussianNB,
    "ReLU": lambda: MLPClassifier((6,), max_iter=30, random_state=0),
    "tanh": lambda: MLPClassifier((6,), activation="tanh", max_iter=30, random_state=0),
    "GradientBoosting": lambda: GradientBoostingClassifier(n_estimators=4, random_state=0),
}


def calibrate_isotonic(model: Callable[[], Any]) -> Callable[[], Any]:
    """Wrap the model in isotonic calibration."""
    return lambda: CalibratedClassifierCV(model(), method="isotonic", cv=2)


CLASSIFIERS: dict[str, Callable[[], Any]] = {
    "LogisticRegression": lambda: LogisticRegression(max_iter=500),
    "LDA": LinearDiscriminantAnalysis,
    "LinearSVC": lambda: CalibratedClassifierCV(LinearSVC(), ensemble=False, cv=2),
    "SVC": lambda: CalibratedClassifierCV(SVC(C=2.0), ensemble=False, cv=2),
    "poly": lambda: CalibratedClassifierCV(SVC(kernel="poly", degree=2, coef0=0.5), ensemble=False, cv=2),
    "SVC of its own probabilities": lambda: SVC(probability=True, random_state=0),
    "NuSVC of its own probabilities": lambda: NuSVC(nu=0.2, kernel="poly", probability=True, random_state=0),
    "linear SVMs": lambda: CalibratedClassifierCV(OneVsRestClassifier(SVC(kernel="linear")), ensemble=False, cv=2),
    "KNeighbors": lambda: KNeighborsClassifier(3),
    "near KNeighbors": lambda: KNeighborsClassifier(4, weights="distance"),
    "GaussianNB": GaussianNB,
    "MLP": lambda: MLPClassifier((6,), max_iter=30, random_state=0),
    "DecisionTree": lambda: DecisionTreeClassifier(random_state=0),
    "RandomForest": lambda: RandomForestClassifier(5, random_state=0),
    "ExtraTrees": lambda: ExtraTreesClassifier(5, random_state=0),
    "GradientBoosting": lambda: GradientBoostingClassifier(n_estimators=4, random_state=0),
    "AdaBoost": lambda: AdaBoostClassifier(n_estimators=4, random_state=0),
    "isotonic forest": lambda: CalibratedClassifierCV(
        RandomForestClassifier(5, random_state=0), method="isotonic", cv=2
    ),
    **{f"isotonic {name}": calibrate_isotonic(model) for name, model in STEEP.items()},
    "Voting": lambda: VotingClassifier([("a", GaussianNB()), ("b", LogisticRegression())], voting="soft"),
}
LIMITS = TOLERANCES["cpu"]


def make_random_case(seed: int, classes: int, spread: int) -> tuple[Any, Any, Preprocessing]:
    """Images uint8 [60, 5, 6, 3] with labels that depend on them, and a preprocessing of 3 x 4 values."""
    random = np.random.default_rng(seed)
    labels = np.arange(60) % classes
    images = random.integers(0, 256 - spread, (60, 5, 6, 3), dtype=np.uint8)
    images[:, :2] += (labels * (spread // classes)).astype(np.uint8)[:, np.newaxis, np.newaxis, np.newaxis]
    return images, labels, Preprocessing(height=3, width=4, scale=float(random.choice([1.0, 1 / 255])))


def assert_answers(baked: EstimatorBaked, images: Any, received: dict[str, Any]) -> None:
    """On the very pixels that a graph had, the trained model's answer."""
    expected = baked.predict_from_pixels(received["pixels"])
    span = compute_score_span(expected["scores"], expected["probabilities"])
    assert np.abs(baked(images, ("pixels",))["pixels"] - received["pixels"]).max() <= LIMITS.pixels
    assert np.abs(expected["scores"] - received["scores"]).max() <= LIMITS.scores * span
    assert np.abs(expected["probabilities"] - received["probabilities"]).max() <= LIMITS.probabilities
    sure = np.diff(np.sort(expected["probabilities"], axis=1)[:, -2:]).ravel() > 2 * LIMITS.probabilities
    labels = [each["probabilities"].argmax(axis=1)[sure] for each in (expected, received)]
    np.testing.assert_array_equal(*labels)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore:The `probability` parameter:FutureWarning")
@settings(max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(sorted(CLASSIFIERS)), st.booleans()),
    st.integers(0, 2**31),
    st.integers(2, 4),
    st.integers(20, 120),
)
def test_both_targets_equal_the_library(kind: tuple[str, str, bool], seed: int, classes: int, spread: int) -> None:
    step, classifier, weighed = kind
    images, labels, spec = make_random_case(seed, classes, spread)
    values = ImagePreprocessing(spec).fit_transform(images)
    model = make_pipeline(*STEPS[step](), CLASSIFIERS[classifier]()).fit(values, labels)
    if weighed:
        model = WeightedClassifier(model, np.linspace(0.5, 2.0, classes))
    baked = EstimatorBaked(model, spec)
    assert find_refusal(baked) is None

    traced = build_estimator_function(baked)(tf.constant(images))
    assert_answers(baked, images, {tap: value.numpy() for tap, value in traced.items()})
    session = onnxruntime.InferenceSession(build_onnx_model(baked, list(map(str, range(classes)))).SerializeToString())
    assert_answers(baked, images, dict(zip(TAPS, session.run(list(TAPS), {"image": images}), strict=True)))


def fit_by(model: Any) -> tuple[Any, Any, Preprocessing]:
    """Images, the model fitted on them, and the preprocessing between."""
    images, labels, spec = make_random_case(0, 2, 60)
    return images, model.fit(ImagePreprocessing(spec).fit_transform(images), labels), spec


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (KNeighborsClassifier(metric="chebyshev"), "metric chebyshev"),
        (CalibratedClassifierCV(SVC(kernel=lambda a, b: a @ b.T), ensemble=False, cv=2), "kernel"),
        (CalibratedClassifierCV(LinearSVC(), ensemble=False, cv=2, method="temperature"), "temperature"),
    ],
    ids=["other distance", "own kernel", "temperature"],
)
def test_a_setting_that_no_family_lowers_is_refused_with_its_reason(model: Any, reason: str) -> None:
    images, fitted, spec = fit_by(model)
    baked = EstimatorBaked(fitted, spec)
    with pytest.raises(UnsupportedModelError, match=reason) as refused:
        build_estimator_function(baked)(tf.constant(images))
    assert find_refusal(baked) == str(refused.value)
