"""The missing value of an XGBoost model: NaN by default, and zero after training on sparse matrices.

The library's files do not say it. webparity keeps it as an attribute of the booster.
"""

from __future__ import annotations

import json
import math
from typing import Any, Final

import numpy as np

from webparity.errors import UsageError
from webparity.models import refusals

ATTRIBUTE: Final = "webparity_missing"


def get_missing_value(classifier: Any) -> float | None:
    """Get the missing value that an `XGBClassifier` predicts with, as float32; None where it is not finite."""
    with np.errstate(over="ignore"):
        value = float(np.float32(np.nan if classifier.missing is None else classifier.missing))
    return value if math.isfinite(value) else None


def set_missing(classifier: Any, value: float) -> None:
    """Set the missing value, for predictions and in every file that webparity writes of the model.

    Args:
        classifier: a fitted `XGBClassifier`, which is changed.
        value: 0, another finite number, or NaN where no value of an image is missing.

    Raises:
        UsageError: the value is infinite.
    """
    if math.isinf(value):
        raise UsageError(f"Expected a finite number or nan as the missing value; received {value}. Give 0 or nan.")
    classifier.set_params(missing=value)
    classifier.get_booster().set_attr(**{ATTRIBUTE: repr(float(value))})


def read_missing(classifier: Any) -> None:
    """Set the missing value from the attribute of a booster that was read from a file, if it has one.

    Raises:
        UnsupportedModelError: the attribute is no number.
    """
    said = classifier.get_booster().attr(ATTRIBUTE)
    if said is None:
        return
    try:
        set_missing(classifier, float(said))
    except ValueError as error:
        raise refusals.XGBOOST_MISSING(f"{ATTRIBUTE}={said!r}") from error


def require_missing_value(classifier: Any) -> None:
    """Refuse an `XGBClassifier` for which it is not known whether zeros are missing values.

    Trained on dense arrays without missing values, all splits have one default direction; with missing values, each
    has its own.

    Raises:
        UnsupportedModelError: splits have different directions, and neither `missing` nor the booster's attribute
            explains it.
    """
    if get_missing_value(classifier) is not None:
        return
    said = classifier.get_booster().attr(ATTRIBUTE)
    if said == repr(math.nan):
        return
    left, splits = _count_default_directions(classifier)
    if said is not None or 0 < left < splits:
        raise refusals.XGBOOST_MISSING(f"one whose splits send missing values to both sides, {left} of {splits} left")


def _count_default_directions(classifier: Any) -> tuple[int, int]:
    """Count the splits that send missing values left, and all splits."""
    model = json.loads(bytes(classifier.get_booster().save_raw("json")))["learner"]["gradient_booster"]
    trees = model.get("gbtree", model).get("model", {}).get("trees", [])
    directions = [
        default
        for tree in trees
        for child, default in zip(tree["left_children"], tree["default_left"], strict=True)
        if child != -1
    ]
    return sum(map(bool, directions)), len(directions)
