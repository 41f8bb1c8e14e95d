"""Voting and stacking."""

from __future__ import annotations

from functools import reduce

from sklearn.ensemble import StackingClassifier, VotingClassifier, VotingRegressor

from webparity.export.classifiers.features import (
    TWO_CLASSES,
    ClassifierOutputs,
    Features,
    start_features,
    take_second_class,
)
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.export.classifiers.registry import choose_lowering, is_discontinuous
from webparity.export.classifiers.votes import trace_label
from webparity.models import refusals
from webparity.models.estimators.decision import get_vote_weights
from webparity.tensor_ops.ops import T


class Voting(DefaultLowering):
    """`VotingClassifier`: the weighted mean of its members' probabilities, or the weighted votes for their labels."""

    @property
    def is_discontinuous(self) -> bool:
        """Whether labels are counted, or a member is discontinuous."""
        return self.estimator.voting == "hard" or any(map(is_discontinuous, self.estimator.estimators_))

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Average the members' probabilities."""
        if self.estimator.voting == "hard":
            raise refusals.PREDICT_PROBA("VotingClassifier with voting='hard'")
        members, weights = self.estimator.estimators_, get_vote_weights(self.estimator)
        shares = [
            choose_lowering(member).predict(features).probabilities * float(weight)
            for member, weight in zip(members, weights / weights.sum(), strict=True)
        ]
        return ClassifierOutputs(probabilities=reduce(lambda a, b: a + b, shares))

    def decide_double_float(self, features: Features[T]) -> T:
        """Count the weighted votes for each class."""
        ops, classes = features.ops, len(self.estimator.classes_)
        votes = [
            ops.to_double_float(trace_label(member, features, classes)) * ops.double_float_constant(float(weight))
            for member, weight in zip(self.estimator.estimators_, get_vote_weights(self.estimator), strict=True)
        ]
        return reduce(lambda a, b: a + b, votes)


class VotingOfValues(DefaultLowering):
    """`VotingRegressor`: the weighted mean of its members' values."""

    @property
    def is_discontinuous(self) -> bool:
        """Whether a member is discontinuous."""
        return any(map(is_discontinuous, self.estimator.estimators_))

    def regress(self, features: Features[T]) -> T:
        """Average the members' values."""
        members, weights = self.estimator.estimators_, get_vote_weights(self.estimator)
        parts = [
            choose_lowering(member).regress(features) * features.ops.double_float_constant(float(weight))
            for member, weight in zip(members, weights / weights.sum(), strict=True)
        ]
        return reduce(lambda a, b: a + b, parts)


class Stacking(DefaultLowering):
    """`StackingClassifier`: its final classifier on the outputs of its members."""

    @property
    def is_discontinuous(self) -> bool:
        """Whether a member or the final classifier is discontinuous."""
        return any(map(is_discontinuous, [*self.estimator.estimators_, self.estimator.final_estimator_]))

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Predict by the final classifier."""
        return choose_lowering(self.estimator.final_estimator_).predict(self._stack(features))

    def decide_double_float(self, features: Features[T]) -> T:
        """Decide by the final classifier."""
        return choose_lowering(self.estimator.final_estimator_).decide_double_float(self._stack(features))

    def decide_exactly(self, features: Features[T]) -> T:
        """Decide by the final classifier."""
        return choose_lowering(self.estimator.final_estimator_).decide_exactly(self._stack(features))

    def _stack(self, features: Features[T]) -> Features[T]:
        """Put the members' outputs side by side."""
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
        return start_features(ops, ops.concat(outputs, 1), width)


FAMILY = Family(
    name="meta-estimators",
    lowerings={StackingClassifier: Stacking, VotingClassifier: Voting, VotingRegressor: VotingOfValues},
)
