"""Pairwise coupling gives the class probabilities of LIBSVM, and so those of scikit-learn's support vector machines."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.svm import SVC, NuSVC

from webparity.export.classifiers.features import start_features
from webparity.export.classifiers.numerics import pairwise_coupling
from webparity.export.classifiers.numerics.pairwise_coupling import couple_pairs
from webparity.export.classifiers.registry import choose_lowering
from webparity.tensor_ops.tracers.to_numpy import NumpyOps
from webparity.tensor_ops.tracers.to_tensorflow import TensorFlowOps

# LIBSVM's default limit, which nothing here comes near.
LIMIT = 100


def couple_by_definition(firsts: NDArray[np.float64], classes: int) -> NDArray[np.float64]:
    """Algorithm 2 of Wu, Lin and Weng for one image, ended as LIBSVM ends it; float64 [pairs] to [classes]."""
    wins = np.zeros((classes, classes))
    for (one, other), first in zip(combinations(range(classes), 2), np.clip(firsts, 1e-7, 1 - 1e-7), strict=True):
        wins[one, other], wins[other, one] = first, 1 - first
    quadratic = np.diag((wins**2).sum(axis=0)) - wins * wins.T
    p = np.full(classes, 1 / classes)
    for _ in range(LIMIT):
        if np.abs(quadratic @ p - p @ quadratic @ p).max() < 0.005 / classes:
            return p
        for t in range(classes):
            # Where the condition (Qp)_t = p'Qp holds for the probability not yet brought back to a sum of 1.
            p[t] += (p @ quadratic @ p - quadratic[t] @ p) / quadratic[t, t]
            p /= p.sum()
    raise AssertionError(firsts)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[int, NDArray[np.float64]]:
    """A number of classes, and what each pair of them says of three images, from unsure to beyond LIBSVM's bounds."""
    classes, steep = draw(st.integers(2, 6)), draw(st.sampled_from([1.0, 5.0, 25.0]))
    random = np.random.default_rng(draw(st.integers(0, 2**31)))
    return classes, 1 / (1 + np.exp(-steep * random.normal(size=(3, classes * (classes - 1) // 2))))


@given(pairs())
def test_classes_are_coupled_by_the_book(case: tuple[int, NDArray[np.float64]]) -> None:
    classes, firsts = case
    expected = np.stack([couple_by_definition(row, classes) for row in firsts])
    np.testing.assert_allclose(couple_pairs(NumpyOps(), firsts, classes), expected, rtol=0, atol=1e-12)


@settings(max_examples=10)
@given(pairs())
def test_pairs_of_float32_end_where_float64_does(case: tuple[int, NDArray[np.float64]]) -> None:
    classes, firsts = case
    ops = TensorFlowOps()
    received = couple_pairs(ops, ops.double_float_constant(firsts), classes)
    both = received.high.numpy().astype(np.float64) + received.low.numpy()
    np.testing.assert_allclose(both, couple_pairs(NumpyOps(), firsts, classes), rtol=0, atol=1e-9)


def test_a_sweep_too_few_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    firsts = random.uniform(0.01, 0.99, (50, 45))
    whole = couple_pairs(NumpyOps(), firsts, 10)
    monkeypatch.setattr(pairwise_coupling, "_SWEEPS", 5)
    np.testing.assert_array_equal(couple_pairs(NumpyOps(), firsts, 10), whole)
    monkeypatch.setattr(pairwise_coupling, "_SWEEPS", 2)
    assert np.abs(couple_pairs(NumpyOps(), firsts, 10) - whole).max() > 1e-5


@pytest.mark.filterwarnings("ignore:The `probability` parameter:FutureWarning")
@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize(
    "svm",
    [
        SVC(probability=True, random_state=0),
        SVC(kernel="linear", probability=True, random_state=0, decision_function_shape="ovo"),
        NuSVC(nu=0.3, kernel="poly", probability=True, random_state=0),
    ],
    ids=["rbf", "linear", "nu-poly"],
)
def test_an_svm_gives_its_own_probabilities(svm: Any, classes: int) -> None:
    random = np.random.default_rng(1)
    labels = np.arange(120) % classes
    values = random.normal(size=(120, 6)) + labels[:, None]
    svm.fit(values, labels)
    ops = NumpyOps()
    expected = svm.predict_proba(values)
    lowering, features = choose_lowering(svm), start_features(ops, values, 6)
    np.testing.assert_allclose(lowering.predict(features).probabilities, expected, atol=1e-12)
    np.testing.assert_allclose(lowering.predict_double_float(features), expected, atol=1e-12)
