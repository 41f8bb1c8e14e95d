"""Linear classifiers: one matrix product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from webparity.tracers.to_onnx import OnnxOps, OnnxTensor


def linear_scores(ops: OnnxOps, values: OnnxTensor, classifiers: Sequence[Any]) -> OnnxTensor:
    """Decision functions `x @ coef + intercept`.

    Args:
        ops: the graph under construction.
        values: [N, D].
        classifiers: with `coef_` [K, D] and `intercept_` [K] each.

    Returns:
        [N, K] for each, side by side.
    """
    weights = np.concatenate([np.asarray(classifier.coef_) for classifier in classifiers])
    intercepts = np.concatenate([np.atleast_1d(classifier.intercept_) for classifier in classifiers])
    return ops.matmul(values, ops.constant(weights.T)) + ops.constant(intercepts)
