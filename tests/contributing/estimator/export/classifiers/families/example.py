"""Nearest centroid."""

from __future__ import annotations

import numpy as np
from sklearn.neighbors import NearestCentroid

from webparity.export.classifiers.features import ClassifierOutputs, Features, predict_from_logits
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.tensor_ops.ops import T


class NearestCentroidLowering(DefaultLowering):
    """Discriminant scores are squared distances from centroids; they are large, so they are summed in double-float."""

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Softmax of the scores."""
        ops, classifier = features.ops, self.estimator
        deviations = np.where(classifier.within_class_std_dev_ == 0, 1.0, classifier.within_class_std_dev_)
        differences = ops.reshape(features.exact, (-1, 1, features.width)) - ops.double_float_constant(
            classifier.centroids_
        )
        squares = differences * differences * ops.double_float_constant(deviations**-2.0)
        classes = len(classifier.classes_)
        distances = ops.reshape(ops.sum(squares, 2), (-1, classes))
        logits = ops.to_float32(ops.double_float_constant(2.0 * np.log(classifier.class_prior_)) - distances)
        return predict_from_logits(ops, logits, classes)


FAMILY = Family(name="nearest centroid", lowerings={NearestCentroid: NearestCentroidLowering})
