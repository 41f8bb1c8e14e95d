"""Images far outside the training data: scores of large size, whose differences still decide."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import SVC, LinearSVC

from webparity.export.classifiers.features import start_features
from webparity.export.classifiers.numerics.sigmoid_shares import compute_scaled_sigmoids, normalize_shares
from webparity.export.classifiers.registry import choose_lowering
from webparity.tensor_ops.tracers.to_numpy import NumpyOps
from webparity.tensor_ops.tracers.to_tensorflow import TensorFlowOps
from webparity.verification.tolerance import TOLERANCES

CLASSES = 4
FITTED = {
    "LogisticRegression": LogisticRegression(),
    "LDA": LinearDiscriminantAnalysis(),
    "calibrated LinearSVC": CalibratedClassifierCV(LinearSVC(dual=False), ensemble=False, cv=2),
    "calibrated linear SVMs": CalibratedClassifierCV(OneVsRestClassifier(SVC(kernel="linear")), ensemble=False, cv=2),
    "calibrated poly SVMs": CalibratedClassifierCV(
        OneVsRestClassifier(SVC(kernel="poly", degree=2)), ensemble=False, cv=2
    ),
}


def make_values(count: int, labels: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.float32]:
    """Features around their class's number, float32 [count, 6]."""
    return (random.normal(size=(count, 6)) + labels[:, None]).astype(np.float32)


@pytest.mark.parametrize("far", [1.0, 30.0, 3000.0])
@pytest.mark.parametrize("name", FITTED)
def test_probabilities_of_large_scores_stay_within_tolerance(name: str, far: float) -> None:
    random = np.random.default_rng(0)
    labels = np.arange(200) % CLASSES
    classifier: Any = FITTED[name].fit(make_values(200, labels, random).astype(np.float64), labels)
    asked = (far * random.normal(size=(300, 6))).astype(np.float32)
    expected = classifier.predict_proba(asked.astype(np.float64))
    traced = choose_lowering(classifier).predict(start_features(TensorFlowOps(), tf.constant(asked), 6)).probabilities
    assert np.abs(np.asarray(traced) - expected).max() <= TOLERANCES["cpu"].probabilities


@pytest.mark.parametrize("top", [5.0, -0.5, -80.0, -300.0, -705.0, -712.0])
def test_sigmoids_vanish_where_scikit_learns_do(top: float) -> None:
    logits = top + np.array([[0.0, -1.0, -30.0]])
    with np.errstate(over="ignore"):
        own = 1.0 / (1.0 + np.exp(-logits))
    expected = own / own.sum() if own.any() else np.full((1, 3), 1 / 3)
    ops, numpy = TensorFlowOps(), NumpyOps()
    np.testing.assert_allclose(normalize_shares(numpy, compute_scaled_sigmoids(numpy, logits), 3), expected, atol=1e-12)
    received = normalize_shares(ops, compute_scaled_sigmoids(ops, ops.double_float_constant(logits)), 3)
    np.testing.assert_allclose(received, expected, atol=2e-7)
