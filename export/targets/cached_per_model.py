"""Cache of one result per model, shared by a target's refusal and its writing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

B = TypeVar("B")
R = TypeVar("R")


def cached_per_model(work: Callable[[B], R]) -> Callable[[B], R]:
    """Cache a function's result for each model, as long as the model exists.

    Args:
        work: a function of a model that is hashed by identity. Its result is shared and must not be changed.
    """
    kept: WeakKeyDictionary[B, R] = WeakKeyDictionary()

    @wraps(work)
    def get_or_compute(model: B) -> R:
        if model not in kept:
            kept[model] = work(model)
        return kept[model]

    return get_or_compute
