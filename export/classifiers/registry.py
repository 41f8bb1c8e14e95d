"""The registry of estimator families: one dict from an estimator's class to its lowering."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from webparity.errors import UsageError
from webparity.export.classifiers.lowering import DefaultLowering, Family, Lowering
from webparity.models.model_kind import ModelKind, get_model_kind
from webparity.registry import discover

# Folders whose modules offer a `FAMILY`; entry points of groups with these names add others.
FAMILY_PACKAGES: Final = (
    "webparity.export.classifiers.families",
    "webparity.export.classifiers.steps",
    "webparity.export.classifiers.trees",
)


@cache
def collect_lowerings() -> dict[type | ModelKind, Callable[[Any], Lowering]]:
    """Collect the lowerings of all families, by class or by library.

    Raises:
        UsageError: two families claim the same class.
    """
    known: dict[type | ModelKind, Callable[[Any], Lowering]] = {}
    owner: dict[type | ModelKind, str] = {}
    for package in FAMILY_PACKAGES:
        families: dict[str, Family] = discover(package, "FAMILY")
        for family in families.values():
            for key, lowering in family.lowerings.items():
                if key in known:
                    name = key if isinstance(key, str) else key.__name__
                    raise UsageError(
                        f"Expected one family for {name}; received {owner[key]} and {family.name}. Remove it from one."
                    )
                known[key], owner[key] = lowering, family.name
    return known


def choose_lowering(estimator: Any) -> Lowering:
    """Choose the lowering of a fitted estimator by its class and the classes that it inherits from.

    An estimator that no family knows gets the defaults, which convert it by skl2onnx in ONNX.
    """
    known, kind = collect_lowerings(), get_model_kind(estimator)
    keys: list[type | ModelKind] = list(type(estimator).__mro__) if kind == "sklearn" else [kind]
    chosen = next((known[key] for key in keys if key in known), DefaultLowering)
    return chosen(estimator)


def is_discontinuous(estimator: Any) -> bool:
    """Whether the output of a fitted classifier jumps, as that of trees, neighbours and votes does."""
    return choose_lowering(estimator).is_discontinuous
