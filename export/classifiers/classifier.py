"""Lowering of a fitted classifier behind its preprocessing, to the taps of an artifact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from webparity.errors import UnsupportedModelError
from webparity.export.classifiers.features import TWO_CLASSES, ClassifierOutputs, predict_from_logits, start_features
from webparity.export.classifiers.registry import choose_lowering
from webparity.models.estimators.baked import EstimatorBaked, find_scorer, unwrap_weighted
from webparity.models.estimators.weighted_classifier import WeightedClassifier
from webparity.preprocessing.sklearn_transformer import extract_features
from webparity.taps import Tap
from webparity.tensor_ops.ops import Ops, T
from webparity.tensor_ops.tracers.to_numpy import NumpyOps


def lower_classifier(ops: Ops[T], pixels: T, values: T, baked: EstimatorBaked) -> dict[Tap, T]:
    """Trace a classifier.

    Args:
        ops: the adapter.
        pixels: real [N, height, width, depth], the tap.
        values: the preprocessed pixels, real [N, *values_shape].
        baked: the classifier.

    Returns:
        The taps of `EstimatorBaked.predict_features`, real [N, C]: `values`, or `scores`, and `probabilities` where it
        has them.

    Raises:
        UnsupportedModelError: a step or a setting that no family lowers.
    """
    spec = baked.preprocessing
    inputs = start_features(ops, ops.reshape(values, (-1, baked.features)), baked.features)
    if spec.hog is None:
        shape = (-1, spec.height, spec.width, spec.depth)
        inputs = replace(
            inputs,
            source=ops.reshape(pixels, (-1, baked.features)),
            from_source=replace(
                inputs.from_source, function=lambda rows: extract_features(rows.reshape(shape), spec).astype(np.float64)
            ),
        )
    match baked.output.kind:
        case "scores":
            return {"scores": ops.to_float32(choose_lowering(baked.scorer).decide_exactly(inputs))}
        case "values":
            return {"values": ops.to_float32(choose_lowering(baked.estimator).regress(inputs))}
        case "multilabel":
            # There are no other scores that every family has.
            each = ops.to_float32(choose_lowering(baked.estimator).label_each(inputs))
            return {"scores": each, "probabilities": each}
    return add_decision(ops, choose_lowering(unwrap_weighted(baked.estimator)).predict(inputs), baked)


def add_decision(ops: Ops[T], plain: ClassifierOutputs[T], baked: EstimatorBaked) -> dict[Tap, T]:
    """Apply the class weights of a `WeightedClassifier` to a prediction, and name its taps."""
    without_scores = baked.kind == "sklearn" and find_scorer(unwrap_weighted(baked.estimator)) is None
    scores = plain.probabilities if plain.scores is None or without_scores else plain.scores
    probabilities = plain.probabilities
    if isinstance(baked.estimator, WeightedClassifier):
        probabilities = _multiply_by_weights(ops, plain, baked.estimator.weights)
    return {"scores": scores, "probabilities": probabilities}


def _multiply_by_weights(ops: Ops[T], plain: ClassifierOutputs[T], weights: NDArray[np.float64]) -> T:
    """Probabilities times a weight per class, [C], over their sum; where there are logits, these are shifted."""
    if plain.logits is None:
        shares = plain.probabilities * ops.constant(weights)
        return shares / ops.sum(shares, 1)
    shift = np.log(weights)
    # Of two classes there is one logit.
    shifted = plain.logits + ops.constant(shift if len(shift) > TWO_CLASSES else shift[1:] - shift[:1])
    return predict_from_logits(ops, shifted, len(shift)).probabilities


def find_refusal(baked: EstimatorBaked) -> str | None:
    """Explain why a classifier cannot be traced, by tracing it on one black image in NumPy; None if it can."""
    spec, ops = baked.preprocessing, NumpyOps()
    pixels = np.zeros((1, spec.height, spec.width, spec.depth))
    try:
        lower_classifier(ops, pixels, np.zeros((1, *spec.values_shape)), baked)
    except UnsupportedModelError as error:
        return str(error)
    return None
