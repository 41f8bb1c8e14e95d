"""Linear classifiers, and networks of dense layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import (
    ARDRegression,
    BayesianRidge,
    ElasticNet,
    ElasticNetCV,
    HuberRegressor,
    Lars,
    LarsCV,
    Lasso,
    LassoCV,
    LassoLars,
    LassoLarsCV,
    LinearRegression,
    LogisticRegression,
    OrthogonalMatchingPursuit,
    QuantileRegressor,
    Ridge,
    RidgeClassifier,
    RidgeClassifierCV,
    RidgeCV,
    SGDRegressor,
    TheilSenRegressor,
)
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.svm import LinearSVC, LinearSVR

from webparity.export.classifiers.features import (
    TWO_CLASSES,
    ClassifierOutputs,
    Features,
    append_complement,
    predict_from_logits,
)
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.export.classifiers.numerics.double_float_functions import relu, sigmoid, softmax, subtract_largest, tanh
from webparity.tensor_ops.ops import Ops, T

# Without float64 a double-float product takes some 65 operations on a tensor of this size for each image.
_MOST_EXACT_WEIGHTS: Final = 2**17


class LinearDecision(DefaultLowering):
    """Classifiers with a linear decision function, whose probabilities come from a calibration around them."""

    def decide_double_float(self, features: Features[T]) -> T:
        """`features @ coef + intercept`: [N, 1] or [N, C]."""
        ops, classifier = features.ops, self.estimator
        scores = ops.matmul(features.exact, ops.double_float_constant(np.atleast_2d(classifier.coef_).T))
        return scores + ops.double_float_constant(np.atleast_1d(classifier.intercept_))


class LinearRegressor(LinearDecision):
    """Regressors of one or several numbers that are linear in the features."""

    def regress(self, features: Features[T]) -> T:
        """`features @ coef + intercept`."""
        return self.decide_double_float(features)


class LogisticDecision(LinearDecision):
    """Linear classifiers whose probabilities are the softmax or sigmoid of the decision function."""

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Softmax or sigmoid of the decision function."""
        ops, classes = features.ops, len(self.estimator.classes_)
        exact = self.decide_double_float(features)
        return predict_from_logits(ops, _round_logits(ops, exact, classes), classes, ops.to_float32(exact))


_ACTIVATIONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "identity": lambda _, x: x,
    "relu": relu,
    "tanh": tanh,
    "logistic": sigmoid,
}


class DenseNetwork(DefaultLowering):
    """`MLPClassifier` and `MLPRegressor`: dense layers, of which the last gives logits, or values."""

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Softmax or sigmoid in float32."""
        ops, classes = features.ops, len(self.estimator.classes_)
        logits = self._compute_logits(features, exact=False)
        return predict_from_logits(ops, _round_logits(ops, logits, classes), classes)

    def predict_double_float(self, features: Features[T]) -> T:
        """Softmax or sigmoid in double-float, of layers in double-float."""
        ops = features.ops
        logits = self._compute_logits(features, exact=True)
        if len(self.estimator.classes_) > TWO_CLASSES:
            return softmax(ops, logits)
        return append_complement(ops, sigmoid(ops, logits))

    def label_each(self, features: Features[T]) -> T:
        """Sigmoids in double-float, of layers in double-float."""
        return sigmoid(features.ops, self._compute_logits(features, exact=True))

    def regress(self, features: Features[T]) -> T:
        """The last layer, in double-float; large layers before it are multiplied in float32."""
        return self._compute_logits(features, exact=False)

    def _compute_logits(self, features: Features[T], *, exact: bool) -> T:
        """Logits as double-float; large layers are multiplied in float32 unless `exact`."""
        ops, values, network = features.ops, features.exact, self.estimator
        last = len(network.coefs_) - 1
        for index, (weights, bias) in enumerate(zip(network.coefs_, network.intercepts_, strict=True)):
            if exact or weights.size <= _MOST_EXACT_WEIGHTS:
                values = ops.matmul(values, ops.double_float_constant(weights))
            else:
                values = ops.to_double_float(ops.matmul(ops.to_float32(values), ops.constant(weights)))
            values = values + ops.double_float_constant(bias)
            if index < last:
                values = _ACTIVATIONS[network.activation](ops, values)
        return values


def _round_logits(ops: Ops[T], logits: T, classes: int) -> T:
    """Round logits to float32; a softmax needs only their distance from the largest."""
    return subtract_largest(ops, logits) if classes > TWO_CLASSES else ops.to_float32(logits)


_REGRESSORS: Final[tuple[type, ...]] = (
    ARDRegression,
    BayesianRidge,
    ElasticNet,
    ElasticNetCV,
    HuberRegressor,
    Lars,
    LarsCV,
    Lasso,
    LassoCV,
    LassoLars,
    LassoLarsCV,
    LinearRegression,
    LinearSVR,
    OrthogonalMatchingPursuit,
    QuantileRegressor,
    Ridge,
    RidgeCV,
    SGDRegressor,
    TheilSenRegressor,
)
FAMILY = Family(
    name="linear",
    lowerings=dict.fromkeys(_REGRESSORS, LinearRegressor)
    | {
        LinearDiscriminantAnalysis: LogisticDecision,
        LinearSVC: LinearDecision,
        LogisticRegression: LogisticDecision,
        MLPClassifier: DenseNetwork,
        MLPRegressor: DenseNetwork,
        RidgeClassifier: LinearDecision,
        RidgeClassifierCV: LinearDecision,
    },
)
