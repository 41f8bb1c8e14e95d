"""Any fitted classifier behind its preprocessing, as the taps of an artifact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

import webparity.export.classifiers.families  # noqa: F401 - registers what is known
from webparity.errors import UnsupportedModelError
from webparity.export.classifiers.dispatch import Answer, answer, from_logits, started
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
        values: what preprocessing made of them, real [N, *values_shape].
        baked: the classifier.

    Returns:
        `scores` and `probabilities`, real [N, C], as `EstimatorBaked.predict_features` gives them.

    Raises:
        UnsupportedModelError: a step or a setting that is not written here.
    """
    spec, flat = baked.preprocessing, ops.reshape(values, (-1, baked.features))
    flow = started(ops, flat, baked.features)
    if spec.hog is None:
        shape = (-1, spec.height, spec.width, spec.depth)
        flow = replace(
            flow,
            origin=ops.reshape(pixels, (-1, baked.features)),
            through=lambda rows: extract_features(rows.reshape(shape), spec).astype(np.float64),
        )
    return taps(ops, answer(unwrap_weighted(baked.estimator), flow), baked)


def taps(ops: Ops[T], plain: Answer[T], baked: EstimatorBaked) -> dict[Tap, T]:
    """Map each tap to what a classifier gives, with its chosen decision, as `EstimatorBaked.predict_features` does."""
    unscored = baked.kind == "sklearn" and find_scorer(unwrap_weighted(baked.estimator)) is None
    scores = plain.probabilities if plain.scores is None or unscored else plain.scores
    probabilities = plain.probabilities
    if isinstance(baked.estimator, WeightedClassifier):
        probabilities = _weighed(ops, plain, baked.estimator.weights)
    return {"scores": scores, "probabilities": probabilities}


def _weighed(ops: Ops[T], plain: Answer[T], weights: NDArray[np.float64]) -> T:
    """Probabilities times a weight a class, [C], in shares of their sum; by a shift of the logits where there are."""
    if plain.logits is None:
        shares = plain.probabilities * ops.constant(weights)
        return shares / ops.sum(shares, 1)
    shift = np.log(weights)
    # Of two classes there is one logit.
    moved = plain.logits + ops.constant(shift if len(shift) > 2 else shift[1:] - shift[:1])
    return from_logits(ops, moved, len(shift)).probabilities


def refusal(baked: EstimatorBaked) -> str | None:
    """Why a classifier cannot be traced, told by tracing it on one black image in NumPy; or None."""
    spec, ops = baked.preprocessing, NumpyOps()
    pixels = np.zeros((1, spec.height, spec.width, spec.depth))
    try:
        lower_classifier(ops, pixels, np.zeros((1, *spec.values_shape)), baked)
    except UnsupportedModelError as error:
        return str(error)
    return None
