"""Models of XGBoost, CatBoost and LightGBM inside scikit-learn's: kept in a `.skops` file in their own formats.

What these libraries pickle are buffers that nobody can check; their own files are checked before they are read.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from sklearn.base import BaseEstimator, ClassifierMixin

from webparity.models.estimators.parts import iterate_parts
from webparity.models.model_kind import ModelKind, get_model_kind


class EmbeddedBooster(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """The place of a boosted model in a file.

    Args:
        kind: its library.
        data: the model as a file of that library; empty if it was only copied to be fitted, as the `estimator` of a
            calibration is, and is never asked.
    """

    def __init__(self, kind: ModelKind, data: bytes) -> None:
        self.kind = kind
        self.data = data


def embed_boosters(model: Any, write: Callable[[Any], bytes]) -> Any:
    """A copy with every fitted boosted model replaced by its file, or the model itself where there is none.

    Args:
        model: of scikit-learn; it is not changed.
        write: makes a file of a boosted model.
    """
    places: dict[int, Any] = {}
    for part in iterate_parts(model):
        kind = get_model_kind(part)
        if kind != "sklearn":
            places[id(part)] = EmbeddedBooster(kind, write(part) if is_fitted(part) else b"")
    return copy.deepcopy(model, places) if places else model


def restore_boosters(model: Any, read: Callable[[bytes, ModelKind], Any]) -> Any:
    """The other way round: every file replaced by its model.

    Args:
        model: as it was read.
        read: makes a boosted model of a file and its kind.
    """
    files = [part for part in iterate_parts(model) if isinstance(part, EmbeddedBooster) and part.data]
    places = {id(part): read(part.data, part.kind) for part in files}
    return copy.deepcopy(model, places) if places else model


def is_fitted(booster: Any) -> bool:
    """Whether a model of XGBoost, CatBoost or LightGBM has trees."""
    match get_model_kind(booster):
        case "catboost":
            return bool(booster.is_fitted())
        case "xgboost":
            return getattr(booster, "_Booster", None) is not None
        case _:
            return hasattr(booster, "booster_") and getattr(booster, "fitted_", True)
