"""Linear classifiers, and networks of dense layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from webparity.export.classifiers.dispatch import (
    Answer,
    Flow,
    answer,
    both,
    from_logits,
    unrounded_decision,
    wide_probabilities,
)
from webparity.export.classifiers.double_float_functions import (
    below_largest,
    wide_relu,
    wide_sigmoid,
    wide_softmax,
    wide_tanh,
)
from webparity.tensor_ops.ops import Ops, T

# Without float64 a wide sum takes some 65 operations on a tensor of this size for each image.
_MANY_WEIGHTS: Final = 2**17


@unrounded_decision.register(LinearDiscriminantAnalysis)
@unrounded_decision.register(LinearSVC)
@unrounded_decision.register(LogisticRegression)
@unrounded_decision.register(RidgeClassifier)
@unrounded_decision.register(SGDClassifier)
def _(classifier: Any, flow: Flow[T]) -> T:
    """`values @ coef + intercept`: [N, 1] or [N, C]."""
    scores = flow.ops.matmul(flow.exact, flow.ops.double_float_constant(np.atleast_2d(classifier.coef_).T))
    return scores + flow.ops.double_float_constant(np.atleast_1d(classifier.intercept_))


@answer.register(LinearDiscriminantAnalysis)
@answer.register(LogisticRegression)
def _(classifier: Any, flow: Flow[T]) -> Answer[T]:
    ops, classes, exact = flow.ops, len(classifier.classes_), unrounded_decision(classifier, flow)
    return from_logits(ops, _real_logits(ops, exact, classes), classes, ops.to_float32(exact))


@answer.register
def _(network: MLPClassifier, flow: Flow[T]) -> Answer[T]:
    """Dense layers; the last gives logits."""
    ops, classes = flow.ops, len(network.classes_)
    return from_logits(ops, _real_logits(ops, _logits(network, flow, wide=False), classes), classes)


@wide_probabilities.register
def _(network: MLPClassifier, flow: Flow[T]) -> T:
    ops = flow.ops
    logits = _logits(network, flow, wide=True)
    if len(network.classes_) > 2:
        return wide_softmax(ops, logits)
    return both(ops, wide_sigmoid(ops, logits))


def _real_logits(ops: Ops[T], logits: T, classes: int) -> T:
    """Wide logits as real ones; of two classes there is one, whose sigmoid is flat far from 0."""
    return below_largest(ops, logits) if classes > 2 else ops.to_float32(logits)


_ACTIVATIONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "identity": lambda _, x: x,
    "relu": wide_relu,
    "tanh": wide_tanh,
    "logistic": wide_sigmoid,
}


def _logits(network: Any, flow: Flow[T], *, wide: bool) -> T:
    """What the last layer gives, wide; of layers with many weights the sums are wide only where asked for."""
    ops, values = flow.ops, flow.exact
    last = len(network.coefs_) - 1
    for place, (weights, bias) in enumerate(zip(network.coefs_, network.intercepts_, strict=True)):
        if wide or weights.size <= _MANY_WEIGHTS:
            values = ops.matmul(values, ops.double_float_constant(weights))
        else:
            values = ops.to_double_float(ops.matmul(ops.to_float32(values), ops.constant(weights)))
        values = values + ops.double_float_constant(bias)
        if place < last:
            values = _ACTIVATIONS[network.activation](ops, values)
    return values
