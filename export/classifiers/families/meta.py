"""Voting and stacking."""

from __future__ import annotations

from functools import reduce

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import StackingClassifier, VotingClassifier

from webparity.export.classifiers.features import (
    TWO_CLASSES,
    ClassifierOutputs,
    Features,
    start_features,
    take_second_class,
)
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.export.classifiers.registry import choose_lowering, is_discontinuous
from webparity.models import refusals
from webparity.tensor_ops.ops import T


class Voting(DefaultLowering):
    """`VotingClassifier` with `voting="soft"`: the weighted mean of its members' probabilities."""

    @property
    def is_discontinuous(self) -> bool:
        """Whether a member is discontinuous."""
        return any(map(is_discontinuous, self.estimator.estimators_))

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Average the members' probabilities."""
        members, weights = self.estimator.estimators_, self._get_weights()
        shares = [
            choose_lowering(member).predict(features).probabilities * float(weight)
            for member, weight in zip(members, weights / weights.sum(), strict=True)
        ]
        return ClassifierOutputs(probabilities=reduce(lambda a, b: a + b, shares))

    def _get_weights(self) -> NDArray[np.float64]:
        """One weight for each member that is not left out."""
        voting = self.estimator
        if voting.weights is None:
            return np.ones(len(voting.estimators_))
        given = zip(voting.estimators, voting.weights, strict=True)
        return np.array([weight for (_, member), weight in given if not isinstance(member, str)], np.float64)


class Stacking(DefaultLowering):
    """`StackingClassifier`: its final classifier on the outputs of its members."""

    @property
    def is_discontinuous(self) -> bool:
        """Whether a member or the final classifier is discontinuous."""
        return any(map(is_discontinuous, [*self.estimator.estimators_, self.estimator.final_estimator_]))

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Predict by the final classifier."""
        stack, ops, classes = self.estimator, features.ops, len(self.estimator.classes_)
        outputs, width = [], 0
        for member, method in zip(stack.estimators_, stack.stack_method_, strict=True):
            if method == "predict":
                raise refusals.STACKING("stack_method='predict'")
            # Of two classes the second's only.
            columns = classes if classes > TWO_CLASSES else 1
            if method == "predict_proba":
                probabilities = choose_lowering(member).predict(features).probabilities
                outputs.append(probabilities if columns > 1 else take_second_class(ops, probabilities))
            else:
                outputs.append(choose_lowering(member).decide(features))
            width += columns
        if stack.passthrough:
            outputs.append(features.values)
            width += features.width
        return choose_lowering(stack.final_estimator_).predict(start_features(ops, ops.concat(outputs, 1), width))


FAMILY = Family(
    name="meta-estimators",
    lowerings={StackingClassifier: Stacking, VotingClassifier: Voting},
)
