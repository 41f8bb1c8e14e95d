"""A trial prediction, which finds classifiers that cannot predict before anything is written."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.model_safety.refusal import make_refusal


def require_answers(
    estimator: Any, features: int, columns: set[int], answer: Callable[[NDArray[Any]], NDArray[Any]]
) -> None:
    """Answer two rows, twice.

    Args:
        estimator: fitted.
        features: number of columns of the rows.
        columns: how many numbers a row may have as its answer.
        answer: gives the answers, [N, C].

    Raises:
        UnsupportedModelError: it fails, or answers with another shape, or not the same the second time.
    """
    rows, name = np.stack([np.zeros(features), np.ones(features)]), type(estimator).__name__
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            first, again = (np.asarray(answer(rows)) for _ in range(2))
    except Exception as error:  # each library raises its own kinds
        raise make_refusal(
            "an estimator that answers rows of numbers",
            f"a {name} that fails: {type(error).__name__}: {error}",
            "Fit it on a NumPy array of float64, and see that it predicts one.",
        ) from error
    fits = first.shape in {(len(rows), count) for count in columns}
    if not fits or not np.array_equal(first, again, equal_nan=True):
        raise make_refusal(
            "an estimator with one number per class or value, the same at each call",
            f"a {name} that gives {list(first.shape)} for {max(columns)} of them"
            if not fits
            else f"a {name} that gives others the second time",
            "Fit the model again.",
        )
