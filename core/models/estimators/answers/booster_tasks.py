"""Boosters' files as classifiers or as regressors, by the loss that they were trained with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

_CATBOOST_CLASSES: Final = frozenset(
    {"Logloss", "CrossEntropy", "Focal", "MultiClass", "MultiClassOneVsAll", "MultiLogloss", "MultiCrossEntropy"}
)
# LightGBM's names of the losses of measured numbers.
LIGHTGBM_VALUES: Final = frozenset(
    {"regression", "regression_l1", "huber", "fair", "poisson", "quantile", "mape", "gamma", "tweedie"}
)


def read_xgboost(data: bytes) -> Any:
    """Read XGBoost's JSON or UBJSON as an `XGBClassifier` or an `XGBRegressor`.

    Raises:
        Exception: the library's own, where the data are damaged.
    """
    from xgboost import Booster, XGBClassifier, XGBRegressor

    booster = Booster()
    # From bytes XGBoost recognizes the encoding itself; of a file it takes the suffix's.
    booster.load_model(bytearray(data))
    objective = json.loads(booster.save_config())["learner"]["objective"]["name"]
    estimator = XGBRegressor() if str(objective).startswith(("reg:", "count:")) else XGBClassifier()
    estimator.load_model(bytearray(data))
    return estimator


def read_catboost(file: Path, encoding: str) -> Any:
    """Read CatBoost's binary file or JSON as a `CatBoostClassifier` or a `CatBoostRegressor`.

    Args:
        file: the model.
        encoding: cbm or json.

    Raises:
        Exception: the library's own, where the file is damaged.
    """
    from catboost import CatBoostClassifier, CatBoostRegressor

    model = CatBoostClassifier().load_model(str(file), format=encoding)
    loss = str(model.get_all_params().get("loss_function", "Logloss")).partition(":")[0]
    return model if loss in _CATBOOST_CLASSES else CatBoostRegressor().load_model(str(file), format=encoding)
