"""Calibrated classifiers, by Platt's sigmoid and by isotonic regression."""

from __future__ import annotations

from functools import reduce
from typing import Any, Final

import numpy as np
from sklearn.calibration import CalibratedClassifierCV

from webparity.export.classifiers.features import (
    TWO_CLASSES,
    ClassifierOutputs,
    Features,
    predict_from_logits,
    take_second_class,
)
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.export.classifiers.numerics.sigmoid_shares import compute_scaled_sigmoids, normalize_shares
from webparity.export.classifiers.registry import choose_lowering, is_discontinuous
from webparity.models import refusals
from webparity.tensor_ops.ops import Ops, T

# As steep as a step for every difference that float32 can hold, and still finite there.
_STEEPEST: Final = 1e30


class Calibration(DefaultLowering):
    """`CalibratedClassifierCV`: the mean of its calibrated classifiers."""

    @property
    def is_discontinuous(self) -> bool:
        """Whether one of the calibrated classifiers is discontinuous."""
        return any(is_discontinuous(each.estimator) for each in self.estimator.calibrated_classifiers_)

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Average the calibrated classifiers; one alone keeps its logits and scores."""
        classes = len(self.estimator.classes_)
        predictions = [_predict_one(each, classes, features) for each in self.estimator.calibrated_classifiers_]
        if len(predictions) == 1:
            return predictions[0]
        total = reduce(lambda a, b: a + b, [each.probabilities for each in predictions])
        return ClassifierOutputs(probabilities=total / float(len(predictions)))


def _predict_one(calibrated: Any, classes: int, features: Features[T]) -> ClassifierOutputs[T]:
    """Predict by one classifier and its calibrators: one per class, or one for the second of two classes."""
    if calibrated.method == "isotonic":
        return _predict_isotonic(calibrated, classes, features)
    if calibrated.method != "sigmoid":
        raise refusals.CALIBRATION(f"method={calibrated.method!r}")
    ops, inner = features.ops, choose_lowering(calibrated.estimator)
    # Platt's sigmoid 1 / (1 + exp(a * score + b)) of each column.
    slope = -np.array([sigmoid.a_ for sigmoid in calibrated.calibrators])
    offset = -np.array([sigmoid.b_ for sigmoid in calibrated.calibrators])
    if classes == TWO_CLASSES:
        scores = inner.decide(features) if inner.has_decision_function else None
        predicted = take_second_class(ops, inner.predict(features).probabilities) if scores is None else scores
        return predict_from_logits(ops, predicted * ops.constant(slope) + ops.constant(offset), classes, scores)
    if inner.has_decision_function:
        exact = inner.decide_double_float(features)
        scores = ops.to_float32(exact)
    else:
        exact, scores = ops.to_double_float(inner.predict(features).probabilities), None
    logits = exact * ops.double_float_constant(slope) + ops.double_float_constant(offset)
    return ClassifierOutputs(
        probabilities=normalize_shares(ops, compute_scaled_sigmoids(ops, logits), classes), scores=scores
    )


def _predict_isotonic(calibrated: Any, classes: int, features: Features[T]) -> ClassifierOutputs[T]:
    ops, inner = features.ops, choose_lowering(calibrated.estimator)
    decides = inner.has_decision_function
    predicted = inner.decide_exactly(features) if decides else inner.predict_double_float(features)
    if classes == TWO_CLASSES and not decides:
        predicted = take_second_class(ops, predicted)
    return ClassifierOutputs(
        probabilities=normalize_shares(ops, _interpolate(ops, predicted, calibrated.calibrators), classes)
    )


def _interpolate(ops: Ops[T], predicted: T, calibrators: Any) -> T:
    """Linear interpolation between knots, of double-float scores, as sums of clipped ramps.

    Some ramps are so steep that they are steps in float32.
    """
    columns = []
    for index, calibrator in enumerate(calibrators):
        x, y = calibrator.X_thresholds_, calibrator.y_thresholds_
        own = ops.take(predicted, ops.constant(np.array([float(index)])), 1)
        if x.dtype == np.float32:
            # scikit-learn rounds the scores to the type of such knots.
            own = ops.to_double_float(ops.to_float32(own))
        if len(x) == 1:
            columns.append(ops.to_float32(own) * 0.0 + float(y[0]))
            continue
        x = x.astype(np.float64)
        along = (own - ops.double_float_constant(x[:-1])) * ops.double_float_constant(
            np.minimum(1.0 / np.diff(x), _STEEPEST)
        )
        part = ops.minimum(ops.maximum(ops.to_float32(along), ops.constant(0.0)), ops.constant(1.0))
        columns.append(ops.sum(part * ops.constant(np.diff(y)), 1) + float(y[0]))
    return ops.concat(columns, 1)


FAMILY = Family(name="calibration", lowerings={CalibratedClassifierCV: Calibration})
