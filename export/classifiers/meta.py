"""Classifiers around classifiers: calibrated, voting, stacked, one against the rest."""

from __future__ import annotations

from functools import reduce
from typing import Any, Final

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import SVC

from webparity.export.classifiers.dispatch import (
    Answer,
    Flow,
    answer,
    both,
    decision,
    from_logits,
    has_decision,
    started,
    unrounded_decision,
    wide_decision,
    wide_probabilities,
)
from webparity.export.classifiers.svm import machine_scores
from webparity.models import refusals
from webparity.tensor_ops.ops import Ops, T

# scikit-learn's sigmoid 1 / (1 + e^-x) is 0 from here on, since e^-x is beyond float64.
_GONE: Final = -np.log(np.finfo(np.float64).max)
# A step for all that float32 can tell, and not yet infinite there.
_STEEPEST: Final = 1e30


@unrounded_decision.register
def _(rest: OneVsRestClassifier, flow: Flow[T]) -> T:
    machines = rest.estimators_
    if isinstance(machines[0], SVC):
        return machine_scores(machines, flow)
    return flow.ops.concat([unrounded_decision(each, flow) for each in machines], 1)


@answer.register
def _(vote: VotingClassifier, flow: Flow[T]) -> Answer[T]:
    weights = np.ones(len(vote.estimators_)) if vote.weights is None else np.asarray(vote._weights_not_none)  # noqa: SLF001
    shares = [
        answer(each, flow).probabilities * float(w)
        for each, w in zip(vote.estimators_, weights / weights.sum(), strict=True)
    ]
    return Answer(probabilities=reduce(lambda a, b: a + b, shares))


@answer.register
def _(stack: StackingClassifier, flow: Flow[T]) -> Answer[T]:
    ops, classes = flow.ops, len(stack.classes_)
    parts, width = [], 0
    for each, method in zip(stack.estimators_, stack.stack_method_, strict=True):
        if method == "predict":
            raise refusals.STACKING("stack_method='predict'")
        columns = classes if classes > 2 else 1
        if method == "predict_proba":
            said = answer(each, flow).probabilities
            parts.append(said if columns > 1 else second(ops, said))
        else:
            parts.append(decision(each, flow))
        width += columns
    if stack.passthrough:
        parts.append(flow.values)
        width += flow.width
    return answer(stack.final_estimator_, started(ops, ops.concat(parts, 1), width))


def second(ops: Ops[T], probabilities: T) -> T:
    """The second column of [N, 2]."""
    return ops.take(probabilities, ops.constant(np.array([1.0])), 1)


@answer.register
def _(calibrated: CalibratedClassifierCV, flow: Flow[T]) -> Answer[T]:
    classes = len(calibrated.classes_)
    answers = [_calibrated(each, classes, flow) for each in calibrated.calibrated_classifiers_]
    if len(answers) == 1:
        return answers[0]
    total = reduce(lambda a, b: a + b, [each.probabilities for each in answers])
    return Answer(probabilities=total / float(len(answers)))


def _calibrated(calibrated: Any, classes: int, flow: Flow[T]) -> Answer[T]:
    """One classifier and its calibrators, one a class, or one for the second of two classes."""
    ops, inner = flow.ops, calibrated.estimator
    if calibrated.method == "isotonic":
        predicted = wide_decision(inner, flow) if has_decision(inner) else wide_probabilities(inner, flow)
        if classes == 2 and not has_decision(inner):
            predicted = second(ops, predicted)
        return Answer(probabilities=_shares(ops, _isotonic(ops, predicted, calibrated.calibrators), classes))
    if calibrated.method != "sigmoid":
        raise refusals.CALIBRATION(f"method={calibrated.method!r}")
    # Platt's sigmoid 1 / (1 + exp(a * score + b)) of each column.
    slope = -np.array([sigmoid.a_ for sigmoid in calibrated.calibrators])
    offset = -np.array([sigmoid.b_ for sigmoid in calibrated.calibrators])
    if classes == 2:
        scores = decision(inner, flow) if has_decision(inner) else None
        predicted = second(ops, answer(inner, flow).probabilities) if scores is None else scores
        return from_logits(ops, predicted * ops.constant(slope) + ops.constant(offset), classes, scores)
    if has_decision(inner):
        exact = unrounded_decision(inner, flow)
        scores = ops.to_float32(exact)
    else:
        exact, scores = ops.to_double_float(answer(inner, flow).probabilities), None
    logits = exact * ops.double_float_constant(slope) + ops.double_float_constant(offset)
    return Answer(probabilities=_shares(ops, _sigmoids(ops, logits), classes), scores=scores)


def _sigmoids(ops: Ops[T], logits: T) -> T:
    """Sigmoids of wide logits, real, times the same number, which keeps the largest from vanishing.

    Their shares are what counts, and where all are below e^-700 float32 would have none of them.
    """
    rounded, nothing = ops.to_float32(logits), ops.constant(0.0)
    top = ops.minimum(ops.max(rounded, 1), nothing)
    # The logit itself below 0, and 0 above.
    negative = ops.minimum(ops.to_float32(logits - ops.to_double_float(top)), nothing - top)
    powers = ops.exp(negative) / (ops.exp(nothing - ops.abs(rounded)) + 1.0)
    return powers * ops.greater_equal(rounded, ops.constant(_GONE))


def _shares(ops: Ops[T], each: T, classes: int) -> T:
    """Each class's own probability as a share of their sum; alike where all are 0."""
    if classes == 2:
        return both(ops, each)
    total = ops.sum(each, 1)
    none = ops.greater_equal(ops.constant(0.0), total)
    return (each + none / float(classes)) / (total + none)


def _isotonic(ops: Ops[T], predicted: T, calibrators: Any) -> T:
    """Lines between knots, of wide scores: sums of clipped ramps, some so steep that they are steps in float32."""
    columns = []
    for place, calibrator in enumerate(calibrators):
        x, y = calibrator.X_thresholds_, calibrator.y_thresholds_
        own = ops.take(predicted, ops.constant(np.array([float(place)])), 1)
        if x.dtype == np.float32:
            # As scikit-learn rounds what it looks up among such knots.
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
