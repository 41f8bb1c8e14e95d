"""Gaussian naive Bayes."""

from __future__ import annotations

import numpy as np
from sklearn.naive_bayes import GaussianNB

from webparity.export.classifiers.dispatch import Answer, Flow, answer, wide_probabilities
from webparity.export.classifiers.double_float_functions import below_largest, wide_softmax
from webparity.tensor_ops.ops import T


@answer.register
def _(classifier: GaussianNB, flow: Flow[T]) -> Answer[T]:
    """Softmax of joint log-likelihoods, which run to millions and are summed wide."""
    ops = flow.ops
    return Answer(probabilities=ops.softmax(below_largest(ops, _likelihoods(classifier, flow))))


@wide_probabilities.register
def _(classifier: GaussianNB, flow: Flow[T]) -> T:
    return wide_softmax(flow.ops, _likelihoods(classifier, flow))


def _likelihoods(classifier: GaussianNB, flow: Flow[T]) -> T:
    """Logarithms, wide [N, C]."""
    ops, classes = flow.ops, len(classifier.classes_)
    apart = ops.reshape(flow.exact, (-1, 1, flow.width)) - ops.double_float_constant(classifier.theta_)
    squares = apart * apart * ops.double_float_constant(0.5 / classifier.var_.astype(np.float64))
    # At its own mean a class has nothing but its constant, with the rounding that scikit-learn gave it.
    constants = np.diag(classifier.predict_joint_log_proba(classifier.theta_.astype(np.float64)))
    return ops.double_float_constant(constants) - ops.reshape(ops.sum(squares, 2), (-1, classes))
