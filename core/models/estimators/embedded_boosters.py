"""XGBoost, CatBoost and LightGBM models inside scikit-learn models, stored in `.skops` files in their own formats.

The buffers that these libraries pickle cannot be checked; their own file formats can, before they are read.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from sklearn.base import BaseEstimator, ClassifierMixin

from webparity.models.estimators.parts import iterate_parts
from webparity.models.model_kind import ModelKind, get_model_kind


class EmbeddedBooster(ClassifierMixin, BaseEstimator):
    """Placeholder of a boosted model in a file.

    Args:
        kind: its library.
        data: the model as a file of that library; empty for an unfitted template, such as the `estimator` of a
            calibration.
    """

    def __init__(self, kind: ModelKind, data: bytes) -> None:
        self.kind = kind
        self.data = data


def embed_boosters(model: Any, write: Callable[[Any], bytes]) -> Any:
    """Copy a model with every fitted boosted model replaced by its file; return it unchanged where there is none.

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
    """Replace every file by its boosted model, the inverse of `embed_boosters`.

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
