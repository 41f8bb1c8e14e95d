"""Discovery of extensions: modules of a package, and entry points of other distributions."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import Any

from webparity.errors import UsageError


def discover(package: str, attribute: str) -> dict[str, Any]:
    """Collect the extensions that the modules of a package hold under one attribute name.

    Modules without that attribute are helpers and passed over. Entry points of the group named as the package
    add to it, so that another distribution can bring a recipe, a target or a runtime.

    Args:
        package: dotted name of a package of ours, such as `webparity.train.recipes`.
        attribute: module attribute that holds the offer; the offer has a `name`.

    Returns:
        The offers by name, sorted by name.

    Raises:
        UsageError: two offers share a name.
    """
    found: dict[str, Any] = {}
    for info in pkgutil.iter_modules(importlib.import_module(package).__path__):
        offer = getattr(importlib.import_module(f"{package}.{info.name}"), attribute, None)
        if offer is not None:
            _add_unique(found, offer, package)
    for point in list_entry_points(package):
        _add_unique(found, point.load(), package)
    return dict(sorted(found.items()))


def list_entry_points(group: str) -> list[EntryPoint]:
    """List the entry points of a group that installed distributions declare."""
    return list(_read_entry_points(group, tuple(sys.path)))


@cache
def _read_entry_points(group: str, path: tuple[str, ...]) -> EntryPoints:
    """Read the entry points of every distribution, which takes 20 ms; once for each value of `sys.path`."""
    del path  # what `entry_points` reads
    return entry_points(group=group)


def _add_unique(found: dict[str, Any], offer: Any, package: str) -> None:
    if offer.name in found:
        raise UsageError(
            f"Expected names in {package} to be unique; received {offer.name!r} twice. Rename one of them."
        )
    found[offer.name] = offer


def get_by_name(found: dict[str, Any], name: str, noun: str) -> Any:
    """Return one extension by name.

    Raises:
        UsageError: no offer has that name.
    """
    if name not in found:
        raise UsageError(f"Expected a {noun} among {', '.join(found)}; received {name!r}. Choose one of these.")
    return found[name]
