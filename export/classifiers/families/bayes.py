"""Naive Bayes: Gaussian, Bernoulli, multinomial and complement."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final

import numpy as np
from sklearn.naive_bayes import BernoulliNB, ComplementNB, GaussianNB, MultinomialNB

from webparity.export.classifiers.features import ClassifierOutputs, Features
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.export.classifiers.numerics.double_float_functions import softmax, subtract_largest
from webparity.export.classifiers.thresholds import find_values_above
from webparity.tensor_ops.ops import T

# The logarithm of a probability of 0, which is minus infinity: below every other, and finite in float32.
_NEVER: Final = -1e30


class NaiveBayes(DefaultLowering, ABC):
    """Softmax of joint log-likelihoods, whose terms reach millions and are summed in double-float."""

    @abstractmethod
    def _compute_log_likelihoods(self, features: Features[T]) -> T:
        """Joint log-likelihoods, double-float [N, C]."""

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Softmax in float32."""
        ops = features.ops
        return ClassifierOutputs(
            probabilities=ops.softmax(subtract_largest(ops, self._compute_log_likelihoods(features)))
        )

    def predict_double_float(self, features: Features[T]) -> T:
        """Softmax in double-float."""
        return softmax(features.ops, self._compute_log_likelihoods(features))


class GaussianNaiveBayes(NaiveBayes):
    """`GaussianNB`: squared distances from the means of each class, over its variances."""

    def _compute_log_likelihoods(self, features: Features[T]) -> T:
        classifier, ops = self.estimator, features.ops
        differences = ops.reshape(features.exact, (-1, 1, features.width)) - ops.double_float_constant(
            classifier.theta_
        )
        squares = differences * differences * ops.double_float_constant(0.5 / classifier.var_.astype(np.float64))
        # At its own mean a class has only its constant term, rounded as scikit-learn rounds it.
        with np.errstate(divide="ignore"):
            own = np.diag(classifier.predict_joint_log_proba(classifier.theta_.astype(np.float64)))
        constants = np.maximum(own, _NEVER)
        return ops.double_float_constant(constants) - ops.reshape(ops.sum(squares, 2), (-1, len(classifier.classes_)))


class CountingNaiveBayes(NaiveBayes):
    """`MultinomialNB` and `ComplementNB`: a logarithm for each feature and class, times the feature."""

    def _compute_log_likelihoods(self, features: Features[T]) -> T:
        classifier, ops = self.estimator, features.ops
        weights = np.maximum(classifier.feature_log_prob_.astype(np.float64), _NEVER)
        scores = ops.matmul(features.exact, ops.double_float_constant(weights.T))
        if isinstance(classifier, ComplementNB) and len(classifier.classes_) > 1:
            return scores
        return scores + ops.double_float_constant(np.maximum(classifier.class_log_prior_, _NEVER))


class BernoulliNaiveBayes(NaiveBayes):
    """`BernoulliNB`: whether each feature is above a threshold, and the logarithms of both cases."""

    @property
    def is_discontinuous(self) -> bool:
        """Whether there is a threshold."""
        return getattr(self.estimator, "binarize", 0.0) is not None

    def _compute_log_likelihoods(self, features: Features[T]) -> T:
        classifier, ops, exact = self.estimator, features.ops, features.exact
        if classifier.binarize is not None:
            thresholds = np.full((features.width, 1), float(classifier.binarize))
            above = find_values_above(features, thresholds)
            exact = ops.to_double_float(ops.reshape(above, (-1, features.width)))
        present = np.maximum(classifier.feature_log_prob_.astype(np.float64), _NEVER)
        with np.errstate(divide="ignore"):
            absent = np.maximum(np.log(1 - np.exp(classifier.feature_log_prob_.astype(np.float64))), _NEVER)
        prior = np.maximum(classifier.class_log_prior_, _NEVER) + absent.sum(axis=1)
        return ops.matmul(exact, ops.double_float_constant((present - absent).T)) + ops.double_float_constant(prior)


FAMILY = Family(
    name="naive Bayes",
    lowerings={
        BernoulliNB: BernoulliNaiveBayes,
        ComplementNB: CountingNaiveBayes,
        GaussianNB: GaussianNaiveBayes,
        MultinomialNB: CountingNaiveBayes,
    },
)
