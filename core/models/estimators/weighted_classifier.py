"""Class weights chosen on validation data, as part of a scikit-learn model."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin


class WeightedClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """A fitted classifier whose probabilities are multiplied by class weights and normalized.

    Args:
        estimator: fitted, with `predict_proba`.
        weights: above 0, one per class; a weight twice as high moves the decision by log 2 in log-odds.
    """

    def __init__(self, estimator: Any, weights: NDArray[np.float64]) -> None:
        self.estimator = estimator
        self.weights = weights

    def fit(self, values: object, labels: object = None) -> Self:
        """Do nothing: the classifier is fitted and the weights are chosen."""
        del values, labels
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    @property
    def classes_(self) -> NDArray[Any]:
        """The classifier's classes."""
        classes: NDArray[Any] = self.estimator.classes_
        return classes

    @property
    def n_features_in_(self) -> int:
        """The classifier's number of features."""
        return int(self.estimator.n_features_in_)

    def weigh(self, probabilities: NDArray[Any]) -> NDArray[np.float64]:
        """Multiply probabilities [N, C] by the class weights, and normalize each row."""
        weighed: NDArray[np.float64] = probabilities.astype(np.float64) * self.weights
        total: NDArray[np.float64] = weighed.sum(axis=1, keepdims=True)
        return weighed / total

    def predict_proba(self, values: Any) -> NDArray[np.float64]:
        """Predict weighted probabilities [N, C] of values [N, D]."""
        return self.weigh(np.asarray(self.estimator.predict_proba(values)))

    def predict(self, values: Any) -> NDArray[Any]:
        """Predict the class of the highest weighted probability, the first on ties."""
        labels: NDArray[Any] = self.classes_[self.predict_proba(values).argmax(axis=1)]
        return labels
