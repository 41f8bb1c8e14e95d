"""Fitted state of scikit-learn's estimators that has no public name."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def get_training_data(neighbours: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the points [P, D] of nearest neighbours, and their classes' indices or their values, [P] or [P, K]."""
    return np.asarray(neighbours._fit_X), neighbours._y


def get_gamma(svm: Any) -> float:
    """Return the value of `gamma` that `"scale"` or `"auto"` gave."""
    return float(svm._gamma)


def get_platt_coefficients(svm: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Slopes and intercepts of LIBSVM's sigmoids, one per pair; their public names end with scikit-learn 1.11."""
    return svm._probA, svm._probB


def get_initial_value(boosting: Any) -> NDArray[np.float64]:
    """Return the initial sums of a `GradientBoostingClassifier`, [K]; they are the same for every image."""
    (base,) = boosting._raw_predict_init(np.zeros((1, boosting.n_features_in_), np.float32))
    values: NDArray[np.float64] = base
    return values


def get_histogram_trees(boosting: Any) -> tuple[NDArray[np.float64], list[list[Any]]]:
    """Return the baseline of a `HistGradientBoostingClassifier`, and its trees by iteration and class."""
    return np.ravel(boosting._baseline_prediction), boosting._predictors


def get_imputed_columns(imputer: Any) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Columns that a `SimpleImputer` keeps, the statistic of each, and columns whose missing values it marks."""
    statistics = np.asarray(imputer.statistics_, np.float64)
    kept = np.arange(len(statistics)) if imputer.keep_empty_features else np.flatnonzero(~np.isnan(statistics))
    marked = imputer.indicator_.features_ if imputer.add_indicator else np.zeros(0)
    return kept, statistics[kept], np.asarray(marked, np.int64)


def get_column_indices(transformer: Any, name: str) -> NDArray[np.int64]:
    """Return the indices of the columns that a `ColumnTransformer` gives to one of its steps."""
    return np.asarray(transformer._transformer_to_input_indices[name], np.int64)


def get_power_scaler(transformer: Any) -> Any:
    """Return the `StandardScaler` of a `PowerTransformer` that standardizes."""
    return transformer._scaler
