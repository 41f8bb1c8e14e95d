"""A trial prediction, which finds classifiers that cannot predict before anything is written."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from webparity.model_safety.refusal import make_refusal


def require_answers(classifier: Any, features: int) -> None:
    """Predict the probabilities of two rows, twice.

    Args:
        classifier: fitted, with `predict_proba` and `classes_`.
        features: number of columns.

    Raises:
        UnsupportedModelError: it fails, or answers with another shape, or not the same the second time.
    """
    rows, name = np.stack([np.zeros(features), np.ones(features)]), type(classifier).__name__
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            first, again = (np.asarray(classifier.predict_proba(rows)) for _ in range(2))
    except Exception as error:  # each library raises its own kinds
        raise make_refusal(
            "a classifier that answers rows of numbers",
            f"a {name} that fails: {type(error).__name__}: {error}",
            "Fit it on a NumPy array of float64, and see that its predict_proba takes one.",
        ) from error
    shape = (len(rows), len(classifier.classes_))
    if first.shape != shape or not np.array_equal(first, again, equal_nan=True):
        raise make_refusal(
            "a classifier with one probability per class, the same at each call",
            f"a {name} that gives {list(first.shape)} for {shape[1]} classes"
            if first.shape != shape
            else f"a {name} that gives others the second time",
            "Fit the model again.",
        )
