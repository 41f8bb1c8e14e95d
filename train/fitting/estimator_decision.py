"""The decision of a fitted classifier, shifted inside the model itself, so that every export has it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.models.estimators.weighted_classifier import WeightedClassifier
from webparity.models.model_kind import get_model_kind


def with_shift(estimator: Any, shift: NDArray[np.float32]) -> Any:
    """Add to the log of each class's probability.

    Args:
        estimator: a fitted scikit-learn, XGBoost or CatBoost classifier; the latter two are changed.
        shift: float32 [C], the first 0.

    Returns:
        The classifier with other probabilities in the same order of images within a class.
    """
    kind = get_model_kind(estimator)
    if kind == "xgboost":
        _shift_xgboost(estimator, shift)
    elif kind == "catboost":
        _, bias = estimator.get_scale_and_bias()
        estimator.set_scale_and_bias(1.0, bias + float(shift[1]) if len(shift) == 2 else list(np.add(bias, shift)))  # noqa: PLR2004
    else:
        estimator = WeightedClassifier(estimator, np.exp(shift.astype(np.float64)))
    return estimator


def _shift_xgboost(estimator: Any, shift: NDArray[np.float32]) -> None:
    """Shift the intercept, which XGBoost's JSON keeps as a probability for two classes and as margins for more."""
    booster = estimator.get_booster()
    document = json.loads(bytes(booster.save_raw("json")))
    model = document["learner"]["learner_model_param"]
    base = np.array(json.loads(model["base_score"]), dtype=np.float64)
    two = len(shift) == 2  # noqa: PLR2004 - with one margin
    moved = 1 / (1 + np.exp(-(np.log(base / (1 - base)) + shift[1]))) if two else base + shift
    model["base_score"] = json.dumps(moved.tolist())
    booster.load_model(bytearray(json.dumps(document).encode()))
