"""Linear classifiers by stochastic gradient descent, of which two losses give probabilities."""

from __future__ import annotations

from sklearn.linear_model import PassiveAggressiveClassifier, Perceptron, SGDClassifier

from webparity.export.classifiers.families.linear import LinearDecision
from webparity.export.classifiers.features import TWO_CLASSES, ClassifierOutputs, Features, predict_from_logits
from webparity.export.classifiers.lowering import Family, make_unknown_refusal
from webparity.export.classifiers.numerics.double_float_functions import clip
from webparity.export.classifiers.numerics.sigmoid_shares import compute_scaled_sigmoids, normalize_shares
from webparity.tensor_ops.ops import T


class GradientDescent(LinearDecision):
    """`SGDClassifier`: of each class the sigmoid of its score, or its score from -1 to 1, over the sum of all."""

    @property
    def is_discontinuous(self) -> bool:
        """Whether shares of scores are taken, which may all be 0."""
        loss = getattr(self.estimator, "loss", "hinge")
        return loss == "modified_huber" and len(getattr(self.estimator, "classes_", ())) > TWO_CLASSES

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Probabilities of the losses log_loss and modified_huber."""
        ops, classes, loss = features.ops, len(self.estimator.classes_), self.estimator.loss
        exact = self.decide_double_float(features)
        if loss == "log_loss":
            if classes == TWO_CLASSES:
                scores = ops.to_float32(exact)
                return predict_from_logits(ops, scores, classes, scores)
            shares = normalize_shares(ops, compute_scaled_sigmoids(ops, exact), classes)
            return ClassifierOutputs(probabilities=shares, scores=ops.to_float32(exact))
        if loss == "modified_huber":
            inside = ops.to_float32((clip(ops, exact, -1.0, 1.0) + 1.0) * 0.5)
            return ClassifierOutputs(probabilities=normalize_shares(ops, inside, classes))
        raise make_unknown_refusal(self.estimator)


FAMILY = Family(
    name="gradient descent",
    lowerings={
        PassiveAggressiveClassifier: LinearDecision,
        Perceptron: LinearDecision,
        SGDClassifier: GradientDescent,
    },
)
