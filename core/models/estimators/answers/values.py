"""Regressors: estimators that give one or a few measured numbers."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.base import is_regressor
from sklearn.pipeline import Pipeline

from webparity.models import refusals

# As many as have a name each; more are an embedding.
MOST_VALUES: Final = 32


def gives_values(estimator: Any) -> bool:
    """Whether an estimator, or the last step of a pipeline, is a regressor of scikit-learn or of a booster."""
    while isinstance(estimator, Pipeline):
        estimator = estimator.steps[-1][1]
    classes = getattr(estimator, "classes_", None)
    # CatBoost's regressors have an empty list.
    # An object without tags is no estimator; scikit-learn's question fails with it.
    known = hasattr(estimator, "__sklearn_tags__")
    return known and (classes is None or len(classes) == 0) and bool(is_regressor(estimator))


def compute_values(estimator: Any, values: NDArray[Any]) -> NDArray[np.float64]:
    """Predict measured numbers, float64 [N, K], of features [N, D], by the estimator's own `predict`."""
    return np.asarray(estimator.predict(values), np.float64).reshape(len(values), -1)


def require_few_values(count: int) -> None:
    """Refuse a regressor of more numbers than can be named.

    Args:
        count: K.

    Raises:
        UnsupportedModelError: there are more than 32.
    """
    if count > MOST_VALUES:
        raise refusals.EMBEDDING(f"{count} numbers")
