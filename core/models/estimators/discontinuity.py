"""Test for classifiers with discontinuous outputs, such as trees and nearest neighbours.

The function is in `webparity.export.classifiers`, which knows every family of estimators and imports this package. To
avoid an import circle, it is found by an entry point of the installed distribution, as plug-ins are.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from webparity.errors import RuntimeUnavailable
from webparity.registry import list_entry_points

GROUP: Final = "webparity.estimator_properties"
NAME: Final = "is_discontinuous"


def is_discontinuous(estimator: Any) -> bool:
    """Whether an arbitrarily small change of the features can change the output by more than rounding does.

    Args:
        estimator: a fitted classifier, pipeline or meta-estimator.

    Raises:
        RuntimeUnavailable: the installed distribution has no such entry point.
    """
    return _load_rule()(estimator)


@cache
def _load_rule() -> Callable[[Any], bool]:
    for point in list_entry_points(GROUP):
        if point.name == NAME:
            rule: Callable[[Any], bool] = point.load()
            return rule
    raise RuntimeUnavailable(
        f"Expected the entry point {NAME} of the group {GROUP}; received an installation without it. "
        "Install webparity again."
    )
