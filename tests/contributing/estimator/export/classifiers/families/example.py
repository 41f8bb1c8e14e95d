"""Multinomial naive Bayes."""

from __future__ import annotations

from sklearn.naive_bayes import MultinomialNB

from webparity.export.classifiers.features import ClassifierOutputs, Features, predict_from_logits
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.tensor_ops.ops import T


class MultinomialNaiveBayes(DefaultLowering):
    """Log-likelihoods are linear in the features; they are large, so they are summed in double-float."""

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Softmax of log-likelihoods."""
        ops, classifier = features.ops, self.estimator
        products = ops.reshape(features.exact, (-1, 1, features.width)) * ops.double_float_constant(
            classifier.feature_log_prob_
        )
        classes = len(classifier.classes_)
        sums = ops.reshape(ops.sum(products, 2), (-1, classes))
        logits = ops.to_float32(sums + ops.double_float_constant(classifier.class_log_prior_))
        return predict_from_logits(ops, logits, classes)


FAMILY = Family(name="multinomial naive Bayes", lowerings={MultinomialNB: MultinomialNaiveBayes})
