"""One classifier for each class against the rest, and one for each pair of classes."""

from __future__ import annotations

import numpy as np
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.svm import SVC

from webparity.export.classifiers.families.svm import compute_svm_scores
from webparity.export.classifiers.features import (
    TWO_CLASSES,
    ClassifierOutputs,
    Features,
    make_constant_column,
    take_second_class,
)
from webparity.export.classifiers.lowering import (
    DefaultLowering,
    DiscontinuousLowering,
    Family,
    make_unknown_refusal,
)
from webparity.export.classifiers.numerics.pair_votes import count_pair_votes
from webparity.export.classifiers.numerics.sigmoid_shares import compute_scaled_sigmoids, normalize_shares
from webparity.export.classifiers.registry import choose_lowering, is_discontinuous
from webparity.tensor_ops.ops import T


class OneVsRest(DefaultLowering):
    """`OneVsRestClassifier`: the outputs of its members side by side; probabilities over their sum."""

    @property
    def is_discontinuous(self) -> bool:
        """Whether a member is discontinuous."""
        return any(map(is_discontinuous, self.estimator.estimators_))

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Each member's probability of its class, over the sum; of sigmoids that all underflow too."""
        ops, classes = features.ops, len(self.estimator.classes_)
        outputs = [choose_lowering(member).predict(features) for member in self.estimator.estimators_]
        if len(outputs) == 1:
            return outputs[0]
        logits = [output.logits for output in outputs if output.logits is not None]
        if len(logits) == len(outputs):
            each = compute_scaled_sigmoids(ops, ops.to_double_float(ops.concat(logits, 1)))
        else:
            each = ops.concat([take_second_class(ops, output.probabilities) for output in outputs], 1)
        return ClassifierOutputs(probabilities=normalize_shares(ops, each, classes, equal_if_none=False))

    def predict_double_float(self, features: Features[T]) -> T:
        """Shares in double-float."""
        ops = features.ops
        members = [choose_lowering(member).predict_double_float(features) for member in self.estimator.estimators_]
        if len(members) == 1:
            return members[0]
        each = ops.concat([take_second_class(ops, member) for member in members], 1)
        total = ops.sum(each, 1)
        none = ops.to_double_float(ops.greater_equal(ops.constant(0.0), ops.to_float32(total)))
        return each / (total + none)

    def label_each(self, features: Features[T]) -> T:
        """Each member's probability of its label by itself."""
        ops, columns = features.ops, []
        for member in self.estimator.estimators_:
            if hasattr(member, "classes_"):
                columns.append(take_second_class(ops, choose_lowering(member).predict_double_float(features)))
            else:
                # scikit-learn's constant in the place of a member all of whose images had the label, or none had.
                columns.append(make_constant_column(features, float(np.ravel(member.y_)[0])))
        return ops.concat(columns, 1)

    def decide_double_float(self, features: Features[T]) -> T:
        """Decide by each member."""
        return self._decide(features, exact=False)

    def decide_exactly(self, features: Features[T]) -> T:
        """Decide by each member, exactly."""
        return self._decide(features, exact=True)

    def _decide(self, features: Features[T], *, exact: bool) -> T:
        members = self.estimator.estimators_
        if isinstance(members[0], SVC):
            return compute_svm_scores(members, features, exact_terms=exact)
        lowered = [choose_lowering(member) for member in members]
        scores = [each.decide_exactly(features) if exact else each.decide_double_float(features) for each in lowered]
        return features.ops.concat(scores, 1)


class OneVsOne(DiscontinuousLowering):
    """`OneVsOneClassifier`: votes of its members and, below 1/3, their confidence."""

    def decide_double_float(self, features: Features[T]) -> T:
        """Count the votes of pairs; of two classes those for the second."""
        ops, classes = features.ops, len(self.estimator.classes_)
        members = [choose_lowering(member) for member in self.estimator.estimators_]
        if members[0].has_decision_function:
            confidences, threshold = [member.decide_exactly(features) for member in members], 0.0
        elif classes > TWO_CLASSES:
            # A member's confidence is its probability, and its label changes at one half.
            probabilities = [member.predict_double_float(features) for member in members]
            confidences, threshold = [take_second_class(ops, each) for each in probabilities], -0.5
        else:
            raise make_unknown_refusal(self.estimator)
        pairs = ops.concat(confidences, 1) * -1.0
        votes = count_pair_votes(ops, pairs, classes, threshold=threshold)
        return votes if classes > TWO_CLASSES else ops.take(votes, ops.constant(np.ones(1)), 1)


FAMILY = Family(name="pairs and rest", lowerings={OneVsOneClassifier: OneVsOne, OneVsRestClassifier: OneVsRest})
