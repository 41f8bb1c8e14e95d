"""Traversal of the estimators inside an estimator: pipeline steps, voting members, calibrated classifiers, trees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from webparity.models.model_kind import BOOSTERS, get_model_kind

_LIBRARIES: Final = frozenset({"sklearn", "webparity", *BOOSTERS})


def iterate_parts(estimator: Any) -> Iterator[Any]:
    """Iterate over the estimator and every object of these libraries in its attributes, each once, outer ones first.

    Lists, tuples, dictionaries and arrays of objects are looked into; models of XGBoost, CatBoost and LightGBM are not.
    """
    pending, seen = [estimator], set()
    while pending:
        part = pending.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, dict):
            pending += part.values()
        elif isinstance(part, list | tuple | set):
            pending += part
        elif isinstance(part, np.ndarray):
            pending += part.ravel().tolist() if part.dtype == object else []
        elif _is_supported(part):
            yield part
            if get_model_kind(part) == "sklearn":
                pending += vars(part).values() if hasattr(part, "__dict__") else []


def _is_supported(part: Any) -> bool:
    """Whether a value is an instance of a class of a library that webparity exports classifiers of."""
    return not isinstance(part, type) and type(part).__module__.partition(".")[0] in _LIBRARIES
