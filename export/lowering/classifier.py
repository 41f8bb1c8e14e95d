"""Any fitted classifier in ONNX: its scores, and how probabilities come of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from webparity.baked_estimator import EstimatorBaked, last_step, scorer, unweighed
from webparity.bundle.manifest import Tap
from webparity.errors import UnsupportedModelError
from webparity.export.lowering.converted import converted_probabilities, converted_values
from webparity.export.lowering.linear import linear_scores
from webparity.export.lowering.neighbours import has_plain_distance, neighbour_probabilities
from webparity.export.lowering.svm import kernel_scores
from webparity.export.lowering.trees import tree_scores
from webparity.tracers.to_onnx import OnnxOps, OnnxTensor


def lower_classifier(ops: OnnxOps, values: OnnxTensor, baked: EstimatorBaked) -> dict[Tap, OnnxTensor]:
    """Add a classifier's nodes.

    Linear classifiers, kernel machines and nearest neighbours are written in standard operators, trees in one tree
    ensemble; whatever else scikit-learn has goes through skl2onnx.

    Args:
        ops: the graph under construction.
        values: its features, float32 [N, D].
        baked: the classifier.

    Returns:
        `scores` and `probabilities`, float32 [N, C], as `EstimatorBaked.head` gives them.

    Raises:
        UnsupportedModelError: a step that cannot be converted.
    """
    estimator = unweighed(baked.estimator)
    shift = np.log(baked.estimator.weights) if estimator is not baked.estimator else np.zeros(baked.classes)
    if baked.kind in {"xgboost", "catboost"}:
        scores = tree_scores(ops, values, estimator)
        return _from_logits(ops, scores, scores, shift)
    raw, last = scorer(estimator), last_step(estimator)
    if raw is not None:
        scores = _decision(ops, _prepared(ops, values, estimator), last_step(raw))
        if not isinstance(last, CalibratedClassifierCV):
            return _from_logits(ops, scores, scores, shift)
        logits = _calibrated(ops, scores, last)
        if baked.classes == 2:  # noqa: PLR2004 - one column for both
            return _from_logits(ops, scores, logits, shift)
        return {"scores": scores, "probabilities": _weighed(ops, ops.node("Sigmoid", logits), shift)}
    _refuse_votes(last)
    if isinstance(last, KNeighborsClassifier) and has_plain_distance(last):
        probabilities = neighbour_probabilities(ops, _prepared(ops, values, estimator), last)
    else:
        probabilities = converted_probabilities(ops, values, estimator)
    return {"scores": probabilities, "probabilities": _weighed(ops, probabilities, shift)}


def _prepared(ops: OnnxOps, values: OnnxTensor, estimator: Any) -> OnnxTensor:
    """What the last step of a pipeline sees."""
    if not isinstance(estimator, Pipeline):
        return values
    steps = [step for _, step in estimator.steps[:-1]]
    if not all(isinstance(step, StandardScaler) for step in steps):
        return converted_values(ops, values, estimator[:-1])
    for scaler in steps:
        if scaler.with_mean:
            values = values - ops.constant(scaler.mean_)
        if scaler.with_std:
            values = values / ops.constant(scaler.scale_)
    return values


def _refuse_votes(classifier: Any) -> None:
    calibrates_machine = isinstance(classifier, CalibratedClassifierCV) and isinstance(classifier.estimator, SVC)
    if calibrates_machine and len(classifier.classes_) > 2:  # noqa: PLR2004 - two classes have one pair
        raise UnsupportedModelError(
            "Expected a calibrated SVC of two classes, or of each class against the rest; received one of "
            f"{len(classifier.classes_)}, whose scores count votes of pairs. "
            "Calibrate OneVsRestClassifier(SVC(…)) instead."
        )


def _decision(ops: OnnxOps, values: OnnxTensor, classifier: Any) -> OnnxTensor:
    """Decision function, [N, 1] for two classes and [N, C] for more."""
    machines = getattr(classifier, "estimators_", [classifier])
    if isinstance(machines[0], SVC) and machines[0].kernel == "rbf":
        return kernel_scores(ops, values, machines)
    return linear_scores(ops, values, machines)


def _calibrated(ops: OnnxOps, scores: OnnxTensor, calibrated: CalibratedClassifierCV) -> OnnxTensor:
    """The exponent of Platt's sigmoid `1 / (1 + exp(a * score + b))` of each column, negated."""
    sigmoids = calibrated.calibrated_classifiers_[0].calibrators
    slope = np.array([sigmoid.a_ for sigmoid in sigmoids])
    offset = np.array([sigmoid.b_ for sigmoid in sigmoids])
    return scores * ops.constant(-slope) + ops.constant(-offset)


def _weighed(ops: OnnxOps, probabilities: OnnxTensor, shift: NDArray[np.float64]) -> OnnxTensor:
    """Multiply by the classes' weights and make the sum 1."""
    weighed = probabilities * ops.constant(np.exp(shift)) if shift.any() else probabilities
    return weighed / ops.sum(weighed, 1)


def _from_logits(
    ops: OnnxOps, scores: OnnxTensor, logits: OnnxTensor, shift: NDArray[np.float64]
) -> dict[Tap, OnnxTensor]:
    """Softmax for more than two classes; for two, the one score d becomes [0, d], its sigmoid p [1 - p, p]."""
    if len(shift) > 2:  # noqa: PLR2004 - see above
        return {"scores": scores, "probabilities": ops.node("Softmax", logits + ops.constant(shift), axis=1)}
    positive = ops.node("Sigmoid", logits + ops.constant(shift[1] - shift[0]))
    return {
        "scores": ops.node("Concat", scores * 0.0, scores, axis=1),
        "probabilities": ops.node("Concat", 1.0 - positive, positive, axis=1),
    }
