"""Gaussian naive Bayes."""

from __future__ import annotations

import numpy as np
from sklearn.naive_bayes import GaussianNB

from webparity.export.classifiers.double_float_functions import softmax, subtract_largest
from webparity.export.classifiers.features import ClassifierOutputs, Features
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.tensor_ops.ops import T


class GaussianNaiveBayes(DefaultLowering):
    """`GaussianNB`: softmax of joint log-likelihoods, whose terms reach millions and are summed in double-float."""

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Softmax in float32."""
        ops = features.ops
        return ClassifierOutputs(
            probabilities=ops.softmax(subtract_largest(ops, self._compute_log_likelihoods(features)))
        )

    def predict_double_float(self, features: Features[T]) -> T:
        """Softmax in double-float."""
        return softmax(features.ops, self._compute_log_likelihoods(features))

    def _compute_log_likelihoods(self, features: Features[T]) -> T:
        """Joint log-likelihoods, double-float [N, C]."""
        classifier, ops = self.estimator, features.ops
        differences = ops.reshape(features.exact, (-1, 1, features.width)) - ops.double_float_constant(
            classifier.theta_
        )
        squares = differences * differences * ops.double_float_constant(0.5 / classifier.var_.astype(np.float64))
        # At its own mean a class has only its constant term, rounded as scikit-learn rounds it.
        constants = np.diag(classifier.predict_joint_log_proba(classifier.theta_.astype(np.float64)))
        return ops.double_float_constant(constants) - ops.reshape(ops.sum(squares, 2), (-1, len(classifier.classes_)))


FAMILY = Family(name="naive Bayes", lowerings={GaussianNB: GaussianNaiveBayes})
