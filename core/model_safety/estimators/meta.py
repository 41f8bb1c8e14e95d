"""Checks of meta-estimators, which contain other classifiers; those are checked separately."""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.model_safety.estimators.fields import Fields

_METHODS: Final = ("decision_function", "predict", "predict_proba")


def check_calibrated(fields: Fields) -> None:
    """Check that all classifiers have the same classes, and each its calibrators."""
    classes = fields.classes
    for each in fields.read_members("calibrated_classifiers_"):
        own, inner = Fields(each), Fields(Fields(each).get("estimator"))
        count = len(own.get("classes"))
        fields.require(count == classes, f"calibrations of {classes} classes", count)
        fields.require(inner.classes == classes, f"classifiers of {classes} classes", inner.classes)
        if own.read_choice("method", ("isotonic", "sigmoid", "temperature")) != "temperature":
            own.read_members("calibrators", fields.columns)


def check_sigmoid(fields: Fields) -> None:
    """Check the two parameters of a sigmoid."""
    fields.read_number("a_")
    fields.read_number("b_")


def check_temperature(fields: Fields) -> None:
    """Check the one parameter of temperature scaling."""
    fields.read_number("beta_")


def check_isotonic(fields: Fields) -> None:
    """Check that thresholds rise, each with a value."""
    knots = fields.read_finite("X_thresholds_", (None,))
    fields.read_finite("y_thresholds_", (len(knots),))
    fields.require(len(knots) > 0 and (np.diff(knots) >= 0).all(), "X_thresholds_ in rising order", "others")
    fields.read_number("X_min_")
    fields.read_number("X_max_")


def check_voting(fields: Fields) -> None:
    """Check that all classifiers have the same number of classes, with a weight each or none."""
    members, classes = fields.read_members("estimators_"), fields.classes
    for each in members:
        own = Fields(each)
        fields.require(own.classes == classes, f"members of {classes} classes", own.classes)
    weights = fields.get("weights") if fields.has("weights") else None
    if weights is not None:
        numbers = fields.require_finite(np.asarray(weights), "weights", (None,), kinds="fiu", least=0)
        fields.require(numbers.sum() > 0, "weights above 0", "only 0")


def check_stacking(fields: Fields) -> None:
    """Check the classifiers, the method called on each, and the final classifier."""
    members = fields.read_members("estimators_")
    for method in fields.read_members("stack_method_", len(members)):
        fields.require(isinstance(method, str) and method in _METHODS, f"methods among {', '.join(_METHODS)}", method)
    final = Fields(fields.get("final_estimator_")).classes
    fields.require(final == fields.classes, f"a last classifier of {fields.classes} classes", final)


def check_one_against_rest(fields: Fields) -> None:
    """Check that there is one classifier per class, or one for two classes."""
    fields.read_members("estimators_", fields.columns)


def check_several(fields: Fields) -> None:
    """Check that there is one classifier per output."""
    fields.read_members("estimators_", len(fields.get("classes_")))


def check_one_against_one(fields: Fields) -> None:
    """Check that there is one classifier per pair of classes."""
    fields.read_members("estimators_", fields.pairs)


def check_bagging(fields: Fields) -> None:
    """Check the classifiers and the columns that each receives."""
    members, features = fields.read_members("estimators_"), fields.features
    for seen in fields.read_members("estimators_features_", len(members)):
        columns = fields.require_array(np.asarray(seen), "estimators_features_", (None,), kinds="iu")
        fields.require(((columns >= 0) & (columns < features)).all(), f"columns below {features}", "others")
