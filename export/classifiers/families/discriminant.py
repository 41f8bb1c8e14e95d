"""Quadratic discriminant analysis."""

from __future__ import annotations

import numpy as np
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis

from webparity.export.classifiers.features import TWO_CLASSES, ClassifierOutputs, Features
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.export.classifiers.numerics.double_float_functions import softmax, subtract_largest
from webparity.tensor_ops.ops import T


class QuadraticDiscriminant(DefaultLowering):
    """`QuadraticDiscriminantAnalysis`: log-posteriors of a normal distribution for each class, and their softmax."""

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Softmax in float32."""
        ops = features.ops
        return ClassifierOutputs(probabilities=ops.softmax(subtract_largest(ops, self._compute_posteriors(features))))

    def predict_double_float(self, features: Features[T]) -> T:
        """Softmax in double-float."""
        return softmax(features.ops, self._compute_posteriors(features))

    def decide_double_float(self, features: Features[T]) -> T:
        """Log-posteriors; of two classes the second's less the first's."""
        ops, posteriors = features.ops, self._compute_posteriors(features)
        if len(self.estimator.classes_) > TWO_CLASSES:
            return posteriors
        first, second = (ops.take(posteriors, ops.constant(np.array([index])), 1) for index in (0.0, 1.0))
        return second - first

    def _compute_posteriors(self, features: Features[T]) -> T:
        """Log-posteriors but for a term that all classes share, double-float [N, C]."""
        analysis, ops = self.estimator, features.ops
        columns = []
        constants = np.log(np.asarray(analysis.priors_, np.float64))
        for index, (mean, rotation, scale) in enumerate(
            zip(analysis.means_, analysis.rotations_, analysis.scalings_, strict=True)
        ):
            axes = rotation.astype(np.float64) * scale.astype(np.float64) ** -0.5
            projected = ops.matmul(
                features.exact - ops.double_float_constant(mean.astype(np.float64)), ops.double_float_constant(axes)
            )
            columns.append(ops.sum(projected * projected, 1))
            constants[index] -= 0.5 * np.log(scale.astype(np.float64)).sum()
        return ops.double_float_constant(constants) - ops.concat(columns, 1) * 0.5


FAMILY = Family(
    name="quadratic discriminant analysis", lowerings={QuadraticDiscriminantAnalysis: QuadraticDiscriminant}
)
