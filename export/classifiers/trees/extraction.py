"""From any fitted classifier of trees to its ensemble."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.tree import DecisionTreeClassifier

from webparity.errors import UnsupportedModelError
from webparity.export.classifiers.trees.ensemble import Ensemble
from webparity.export.classifiers.trees.from_catboost import catboost_ensemble
from webparity.export.classifiers.trees.from_lightgbm import lightgbm_ensemble
from webparity.export.classifiers.trees.from_sklearn import (
    ada_boost,
    gradient_boosting,
    hist_gradient_boosting,
    mean_of_trees,
)
from webparity.export.classifiers.trees.from_xgboost import xgboost_ensemble
from webparity.models import refusals
from webparity.models.model_kind import ModelKind, get_model_kind
from webparity.text.library_error import summarize_library_error

_BOOSTED: Final[dict[ModelKind, Callable[[Any], Ensemble]]] = {
    "xgboost": xgboost_ensemble,
    "catboost": catboost_ensemble,
    "lightgbm": lightgbm_ensemble,
}
_SKLEARN: Final[dict[type, Callable[[Any], Ensemble]]] = {
    DecisionTreeClassifier: mean_of_trees,
    RandomForestClassifier: mean_of_trees,
    ExtraTreesClassifier: mean_of_trees,
    GradientBoostingClassifier: gradient_boosting,
    HistGradientBoostingClassifier: hist_gradient_boosting,
    AdaBoostClassifier: ada_boost,
}


def has_trees(estimator: Any) -> bool:
    """Whether `ensemble_of` knows a classifier, by its class alone."""
    return _extraction(estimator) is not None


def ensemble_of(estimator: Any) -> Ensemble:
    """Take the trees out of a fitted classifier, exactly: every float32 value decides alike, leaves are not rounded.

    Args:
        estimator: of scikit-learn (decision tree, random forest, extra trees, gradient boosting with or without
            histograms, AdaBoost of trees), XGBoost, CatBoost or LightGBM; not a pipeline.

    Raises:
        UnsupportedModelError: it is another one, or has splits or an objective that have no such form.
    """
    extract = _extraction(estimator)
    if extract is None:
        raise refusals.UNKNOWN(type(estimator).__name__)
    try:
        return extract(estimator)
    except UnsupportedModelError:
        raise
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
        # The library read the file and still holds what its own trees never have.
        raise refusals.UNKNOWN(
            f"{type(estimator).__name__} with altered trees ({summarize_library_error(error)})"
        ) from error


def _extraction(estimator: Any) -> Callable[[Any], Ensemble] | None:
    kinds = (_SKLEARN[kind] for kind in type(estimator).__mro__ if kind in _SKLEARN)
    return _BOOSTED.get(get_model_kind(estimator)) or next(kinds, None)
