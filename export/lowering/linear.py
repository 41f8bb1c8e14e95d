"""Linear classifiers, and networks of dense layers."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from webparity.export.lowering.dispatch import Answer, Flow, answer, decision, from_logits
from webparity.ops import Ops, T


@decision.register(LinearDiscriminantAnalysis)
@decision.register(LinearSVC)
@decision.register(LogisticRegression)
@decision.register(RidgeClassifier)
@decision.register(SGDClassifier)
def linear_decision(classifier: Any, flow: Flow[T]) -> T:
    """`values @ coef + intercept`, summed wide: [N, 1] or [N, C]."""
    ops = flow.ops
    scores = ops.matmul(flow.exact, ops.wide_constant(np.atleast_2d(classifier.coef_).T))
    return ops.narrow(scores + ops.wide_constant(np.atleast_1d(classifier.intercept_)))


@answer.register(LinearDiscriminantAnalysis)
@answer.register(LogisticRegression)
def _(classifier: Any, flow: Flow[T]) -> Answer[T]:
    scores = decision(classifier, flow)
    return from_logits(flow.ops, scores, len(classifier.classes_), scores)


@answer.register
def _(network: MLPClassifier, flow: Flow[T]) -> Answer[T]:
    """Dense layers; the last gives logits."""
    ops, values = flow.ops, flow.values
    last = len(network.coefs_) - 1
    for place, (weights, bias) in enumerate(zip(network.coefs_, network.intercepts_, strict=True)):
        values = ops.matmul(values, ops.constant(weights)) + ops.constant(bias)
        if place < last:
            values = _activated(ops, values, network.activation)
    return from_logits(ops, values, len(network.classes_))


def _activated(ops: Ops[T], values: T, activation: str) -> T:
    match activation:
        case "relu":
            return ops.maximum(values, ops.constant(0.0))
        case "tanh":
            return ops.tanh(values)
        case "logistic":
            return ops.sigmoid(values)
        case _:
            return values
