"""Support vector machines, for two classes and one-vs-one for more, and for values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.svm import SVC, SVR, NuSVC, NuSVR

from webparity.export.classifiers.features import TWO_CLASSES, ClassifierOutputs, Features
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.export.classifiers.numerics.double_float_functions import sigmoid
from webparity.export.classifiers.numerics.kernels import Kernel, compute_kernel
from webparity.export.classifiers.numerics.pair_votes import count_pair_votes
from webparity.export.classifiers.numerics.pairwise_coupling import couple_pairs
from webparity.export.classifiers.sklearn_state import get_gamma, get_platt_coefficients
from webparity.models import refusals
from webparity.models.estimators.decision import LEAST_SCORE
from webparity.tensor_ops.ops import Ops, T

_KERNELS: Final = ("linear", "rbf", "poly", "sigmoid")


class SupportVectorMachine(DefaultLowering):
    """`SVC` and `NuSVC`, with probabilities of their own if fitted with `probability=True`."""

    @property
    def is_discontinuous(self) -> bool:
        """Whether pairs vote, or LIBSVM's coupling ends where it is near enough to the optimum."""
        svm = self.estimator
        votes = len(svm.classes_) > TWO_CLASSES and svm.decision_function_shape == "ovr"
        return votes or hasattr(svm, "predict_proba")

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Round the coupled probabilities."""
        return ClassifierOutputs(probabilities=features.ops.to_float32(self.predict_double_float(features)))

    def predict_double_float(self, features: Features[T]) -> T:
        """Couple the sigmoids of all pairs."""
        svm, ops, classes = self.estimator, features.ops, len(self.estimator.classes_)
        scores = compute_svm_scores([svm], features, exact_terms=True)
        slopes, intercepts = get_platt_coefficients(svm)
        # For two classes scikit-learn reverses the sign of LIBSVM's scores.
        slopes = slopes if classes == TWO_CLASSES else -slopes
        logits = scores * ops.double_float_constant(slopes) - ops.double_float_constant(intercepts)
        return couple_pairs(ops, sigmoid(ops, logits), classes)

    def decide_double_float(self, features: Features[T]) -> T:
        """Sum float32 kernels in double-float."""
        return self._decide(features, exact_terms=False)

    def decide_exactly(self, features: Features[T]) -> T:
        """Sum double-float kernels in double-float."""
        return self._decide(features, exact_terms=True)

    def _decide(self, features: Features[T], *, exact_terms: bool) -> T:
        svm, classes = self.estimator, len(self.estimator.classes_)
        pairs = compute_svm_scores([svm], features, exact_terms=exact_terms)
        if classes == TWO_CLASSES:
            return raise_zeros(features.ops, pairs)
        if svm.decision_function_shape == "ovo":
            return pairs
        return count_pair_votes(features.ops, pairs, classes)


def raise_zeros(ops: Ops[T], scores: T) -> T:
    """Replace double-float scores of exactly 0 by the least above it: LIBSVM gives them the second label."""
    first = ops.to_float32(scores)
    zero = ops.constant(0.0)
    is_zero = ops.greater_equal(first, zero) * ops.greater_equal(zero, first)
    return scores + ops.to_double_float(is_zero * LEAST_SCORE)


class SupportVectorRegression(DefaultLowering):
    """`SVR` and `NuSVR`."""

    def regress(self, features: Features[T]) -> T:
        """Sum double-float kernels in double-float."""
        return compute_svm_scores([self.estimator], features, exact_terms=True)


def compute_svm_scores(svms: Sequence[Any], features: Features[T], *, exact_terms: bool = False) -> T:
    """Decision functions of each pair of classes, of SVMs with the same kernel side by side.

    Thousands of terms nearly cancel, so they are summed in double-float.

    Args:
        svms: fitted on the same rows, so that they share support vectors.
        features: the input.
        exact_terms: compute the kernels in double-float too.

    Returns:
        Double-float [N, pairs].

    Raises:
        UnsupportedModelError: a kernel that is a function or a matrix.
    """
    kernel = svms[0].kernel
    if kernel not in _KERNELS:
        raise refusals.KERNEL(kernel if isinstance(kernel, str) else "a function")
    ops = features.ops
    intercepts = ops.double_float_constant(np.concatenate([svm.intercept_ for svm in svms]))
    if kernel == "linear":
        weights = np.concatenate([np.asarray(svm.coef_) for svm in svms])
        return ops.matmul(features.exact, ops.double_float_constant(weights.T)) + intercepts
    first = svms[0]
    described = Kernel(name=kernel, gamma=get_gamma(first), coef0=first.coef0, degree=first.degree)
    if len(svms) == 1 and len(first.n_support_) > TWO_CLASSES:
        kernels = compute_kernel(features, first.support_vectors_, described, exact=exact_terms)
        return _sum_by_class(ops, kernels, first) + intercepts
    vectors, places = np.unique(np.concatenate([svm.support_vectors_ for svm in svms]), axis=0, return_inverse=True)
    coefficients, start = [], 0
    for svm in svms:
        own = _extract_pair_coefficients(svm)
        spread = np.zeros((len(vectors), own.shape[1]))
        np.add.at(spread, places[start : start + len(own)], own)
        coefficients.append(spread)
        start += len(own)
    kernels = compute_kernel(features, vectors, described, exact=exact_terms)
    return ops.matmul(kernels, ops.double_float_constant(np.concatenate(coefficients, axis=1))) + intercepts


def _sum_by_class(ops: Ops[T], kernels: T, svm: Any) -> T:
    """Sum each class's support vectors in the C - 1 pairs that they take part in, and add the two sums of a pair.

    A table of every vector in every pair would be C / 2 times as large, and zeros but for these.

    Args:
        ops: the adapter.
        kernels: double-float [N, vectors], in LIBSVM's order by class.
        svm: of C classes, more than two.

    Returns:
        Double-float [N, pairs].
    """
    dual, counts = np.asarray(svm.dual_coef_, np.float64), np.asarray(svm.n_support_)
    classes, ends = len(counts), np.cumsum(counts)
    parts = []
    for own in range(classes):
        vectors = np.arange(ends[own] - counts[own], ends[own])
        if len(vectors):
            mine = ops.take(kernels, ops.constant(vectors), 1)
            parts.append(ops.matmul(mine, ops.double_float_constant(dual[:, vectors].T)))
        else:
            parts.append(ops.take(kernels, ops.constant(np.zeros(classes - 1)), 1) * 0.0)
    sums = ops.concat(parts, 1)
    pairs = list(combinations(range(classes), 2))
    firsts = np.array([one * (classes - 1) + other - 1 for one, other in pairs])
    seconds = np.array([other * (classes - 1) + one for one, other in pairs])
    return ops.take(sums, ops.constant(firsts), 1) + ops.take(sums, ops.constant(seconds), 1)


def _extract_pair_coefficients(svm: Any) -> NDArray[np.float64]:
    """Coefficients of each support vector in each pair of classes, [vectors, pairs], from LIBSVM's layout by class."""
    dual, counts = np.asarray(svm.dual_coef_), svm.n_support_
    if len(dual) == 1:
        return dual.T
    ends = np.cumsum(counts)
    pairs = list(combinations(range(len(counts)), 2))
    coefficients = np.zeros((dual.shape[1], len(pairs)))
    for column, (one, other) in enumerate(pairs):
        for own, row in ((one, other - 1), (other, one)):
            vectors = slice(ends[own] - counts[own], ends[own])
            coefficients[vectors, column] = dual[row, vectors]
    return coefficients


FAMILY = Family(
    name="support vector machines",
    lowerings={
        SVC: SupportVectorMachine,
        SVR: SupportVectorRegression,
        NuSVC: SupportVectorMachine,
        NuSVR: SupportVectorRegression,
    },
)
