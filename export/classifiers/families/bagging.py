"""Bagging: classifiers on drawn images and columns."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np
from sklearn.ensemble import BaggingClassifier, BaggingRegressor
from sklearn.tree import BaseDecisionTree

from webparity.export.classifiers.features import ClassifierOutputs, Features
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.export.classifiers.registry import choose_lowering, is_discontinuous
from webparity.export.classifiers.trees.bagged import BaggedTrees
from webparity.export.classifiers.votes import trace_label
from webparity.tensor_ops.ops import T


class Bagging(DefaultLowering):
    """`BaggingClassifier`: the mean of its members' probabilities, or of the votes of such as have none."""

    @property
    def is_discontinuous(self) -> bool:
        """Whether a member is discontinuous or votes."""
        members = getattr(self.estimator, "estimators_", ())
        return any(is_discontinuous(member) or _votes(member) for member in members)

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Average the members' probabilities; those of trees as one ensemble."""
        bagging, ops = self.estimator, features.ops
        members = bagging.estimators_
        if all(isinstance(member, BaseDecisionTree) for member in members):
            return BaggedTrees(bagging).predict(features)
        parts = []
        for member, columns in zip(members, bagging.estimators_features_, strict=True):
            seen = np.asarray(columns, np.int64)
            everything = np.array_equal(seen, np.arange(features.width))
            own = features if everything else features.take_columns(seen)
            if hasattr(member, "predict_proba"):
                answers = choose_lowering(member).predict(own).probabilities
            else:
                answers = trace_label(member, own, len(member.classes_))
            if len(member.classes_) < len(bagging.classes_):
                # A member that saw some of the classes only gives their indices as its labels.
                place = np.eye(len(bagging.classes_))[np.asarray(member.classes_, np.int64)]
                answers = ops.matmul(answers, ops.constant(place))
            parts.append(answers)
        return ClassifierOutputs(probabilities=reduce(lambda a, b: a + b, parts) * (1.0 / len(parts)))

    def regress(self, features: Features[T]) -> T:
        """Average the members' values."""
        bagging = self.estimator
        parts = [
            choose_lowering(member).regress(features.take_columns(np.asarray(columns, np.int64)))
            for member, columns in zip(bagging.estimators_, bagging.estimators_features_, strict=True)
        ]
        return reduce(lambda a, b: a + b, parts) * features.ops.double_float_constant(1.0 / len(parts))


def _votes(member: Any) -> bool:
    return hasattr(member, "classes_") and not hasattr(member, "predict_proba")


FAMILY = Family(name="bagging", lowerings={BaggingClassifier: Bagging, BaggingRegressor: Bagging})
