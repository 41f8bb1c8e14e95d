"""Linear classifiers, and networks of dense layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from webparity.export.lowering.dispatch import (
    Answer,
    Flow,
    answer,
    decision,
    from_logits,
    wide_decision,
    wide_probabilities,
)
from webparity.export.lowering.wide import wide_relu, wide_sigmoid, wide_softmax, wide_tanh
from webparity.ops import Ops, T


@wide_decision.register(LinearDiscriminantAnalysis)
@wide_decision.register(LinearSVC)
@wide_decision.register(LogisticRegression)
@wide_decision.register(RidgeClassifier)
@wide_decision.register(SGDClassifier)
def _(classifier: Any, flow: Flow[T]) -> T:
    """`values @ coef + intercept`: [N, 1] or [N, C]."""
    scores = flow.ops.matmul(flow.exact, flow.ops.wide_constant(np.atleast_2d(classifier.coef_).T))
    return scores + flow.ops.wide_constant(np.atleast_1d(classifier.intercept_))


@decision.register(LinearDiscriminantAnalysis)
@decision.register(LinearSVC)
@decision.register(LogisticRegression)
@decision.register(RidgeClassifier)
@decision.register(SGDClassifier)
def _(classifier: Any, flow: Flow[T]) -> T:
    return flow.ops.narrow(wide_decision(classifier, flow))


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


@wide_probabilities.register
def _(network: MLPClassifier, flow: Flow[T]) -> T:
    ops, values = flow.ops, flow.exact
    last = len(network.coefs_) - 1
    for place, (weights, bias) in enumerate(zip(network.coefs_, network.intercepts_, strict=True)):
        values = ops.matmul(values, ops.wide_constant(weights)) + ops.wide_constant(bias)
        if place < last and network.activation in _WIDE:
            values = _WIDE[network.activation](ops, values)
    if len(network.classes_) > 2:  # noqa: PLR2004 - of two classes there is one logit
        return wide_softmax(ops, values)
    positive = wide_sigmoid(ops, values)
    return ops.concat([1.0 - positive, positive], 1)


_WIDE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "relu": wide_relu,
    "tanh": wide_tanh,
    "logistic": wide_sigmoid,
}


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
