"""Any fitted classifier behind its preprocessing, as the taps of an artifact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import webparity.export.lowering.families  # noqa: F401 - registers what is known
from webparity.baked_estimator import EstimatorBaked, scorer, unweighed
from webparity.bundle.manifest import Tap
from webparity.errors import UnsupportedModelError
from webparity.export.lowering.dispatch import Answer, answer, started
from webparity.image_preprocessing import features
from webparity.ops import Ops, T
from webparity.tracers.to_numpy import NumpyOps


def lower_classifier(ops: Ops[T], pixels: T, values: T, baked: EstimatorBaked) -> dict[Tap, T]:
    """Trace a classifier.

    Args:
        ops: the adapter.
        pixels: real [N, height, width, depth], the tap.
        values: what preprocessing made of them, real [N, *values_shape].
        baked: the classifier.

    Returns:
        `scores` and `probabilities`, real [N, C], as `EstimatorBaked.head` gives them.

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
            through=lambda rows: features(rows.reshape(shape), spec).astype(np.float64),
        )
    return taps(answer(baked.estimator, flow), baked)


def taps(said: Answer[T], baked: EstimatorBaked) -> dict[Tap, T]:
    """An answer as `EstimatorBaked.head` gives it, where some have no scores of their own."""
    unscored = baked.kind == "sklearn" and scorer(unweighed(baked.estimator)) is None
    scores = said.probabilities if said.scores is None or unscored else said.scores
    return {"scores": scores, "probabilities": said.probabilities}


def refusal(baked: EstimatorBaked) -> str | None:
    """Why a classifier cannot be traced, told by tracing it on one black image in NumPy; or None."""
    spec, ops = baked.preprocessing, NumpyOps()
    pixels = np.zeros((1, spec.height, spec.width, spec.depth))
    try:
        lower_classifier(ops, pixels, np.zeros((1, *spec.values_shape)), baked)
    except UnsupportedModelError as error:
        return str(error)
    return None
