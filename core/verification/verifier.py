"""The verification of a bundle, called from below the package that does it.

`webparity.parity` imports this package, so its function is found by an entry point of the installed distribution, as
plug-ins are.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from webparity.errors import RuntimeUnavailable
from webparity.registry import list_entry_points
from webparity.verification.kept_report import KeptReport

GROUP: Final = "webparity.verifiers"
NAME: Final = "verify"


def verify_bundle(bundle: Any, **options: Any) -> KeptReport:
    """Verify an opened bundle, with the options of `webparity.parity.verify`.

    Raises:
        RuntimeUnavailable: the installed distribution has no such entry point.
    """
    return _load_verify()(bundle, **options)


@cache
def _load_verify() -> Callable[..., KeptReport]:
    for point in list_entry_points(GROUP):
        if point.name == NAME:
            verify: Callable[..., KeptReport] = point.load()
            return verify
    raise RuntimeUnavailable(
        f"Expected the entry point {NAME} of the group {GROUP}; received an installation without it. "
        "Install webparity again."
    )
