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
    both,
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
    logits = _logits(network, flow.ops, flow.values, flow.ops.constant, _REAL)
    return from_logits(flow.ops, logits, len(network.classes_))


@wide_probabilities.register
def _(network: MLPClassifier, flow: Flow[T]) -> T:
    ops = flow.ops
    logits = _logits(network, ops, flow.exact, ops.wide_constant, _WIDE)
    if len(network.classes_) > 2:  # noqa: PLR2004 - of two classes there is one logit
        return wide_softmax(ops, logits)
    return both(ops, wide_sigmoid(ops, logits))


_Functions = dict[str, Callable[[Any, Any], Any]]
_REAL: Final[_Functions] = {
    "identity": lambda _, x: x,
    "relu": lambda ops, x: ops.maximum(x, ops.constant(0.0)),
    "tanh": lambda ops, x: ops.tanh(x),
    "logistic": lambda ops, x: ops.sigmoid(x),
}
_WIDE: Final[_Functions] = {
    "identity": lambda _, x: x,
    "relu": wide_relu,
    "tanh": wide_tanh,
    "logistic": wide_sigmoid,
}


def _logits(network: Any, ops: Ops[T], values: T, constant: Callable[[Any], T], functions: _Functions) -> T:
    """What the last layer gives, real or wide as the values, the constants and the functions are."""
    last = len(network.coefs_) - 1
    for place, (weights, bias) in enumerate(zip(network.coefs_, network.intercepts_, strict=True)):
        values = ops.matmul(values, constant(weights)) + constant(bias)
        if place < last:
            values = functions[network.activation](ops, values)
    return values
