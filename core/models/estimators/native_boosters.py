"""Models of the native interfaces of XGBoost, LightGBM and CatBoost, as classifiers or regressors."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any


def wrap_native_booster(model: Any) -> Any:
    """Wrap an `xgboost.Booster`, `lightgbm.Booster` or `catboost.CatBoost` as an estimator; return others as they are.

    It is a classifier, or a regressor by its loss, and predicts as the booster does: XGBoost's takes all trees,
    LightGBM's those up to the best iteration. Classes have numbers, or the names that CatBoost keeps.

    Args:
        model: any object; it is not changed.

    Raises:
        UnsupportedModelError: a LightGBM model that is neither of classes nor of values.
    """
    wrap = {
        ("xgboost", "Booster"): _wrap_xgboost,
        ("lightgbm", "Booster"): _wrap_lightgbm,
        ("catboost", "CatBoost"): _wrap_catboost,
    }.get((type(model).__module__.partition(".")[0], type(model).__name__))
    return model if wrap is None else wrap(model)


def _wrap_xgboost(booster: Any) -> Any:
    from webparity.models.estimators.answers.booster_tasks import read_xgboost
    from webparity.models.estimators.missing_values import read_missing

    classifier = read_xgboost(bytes(booster.save_raw("ubj")))
    # The classifier would leave out the trees behind the best iteration, the booster does not.
    classifier.get_booster().set_attr(best_iteration=None, best_score=None)
    read_missing(classifier)
    return classifier


def _wrap_lightgbm(booster: Any) -> Any:
    from webparity.models.estimators.booster_classifier import read_lightgbm

    return read_lightgbm(booster.model_to_string().encode())


def _wrap_catboost(model: Any) -> Any:
    from webparity.models.estimators.answers.booster_tasks import read_catboost

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.cbm"
        model.save_model(str(file))
        return read_catboost(file, "cbm")
