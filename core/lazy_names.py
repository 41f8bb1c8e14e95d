"""Public names of a package that are imported when they are first used."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping


def make_getattr(package: str, modules: Mapping[str, str]) -> Callable[[str], object]:
    """Make the `__getattr__` of a package (PEP 562), so that importing the package alone stays fast.

    NumPy takes a tenth of a second to import and TensorFlow several; `webparity --help` needs neither.

    Args:
        package: the dotted name of the package, for the error's text.
        modules: the module of each public name, by name.

    Returns:
        A function that imports the module of a name and gives the object; `AttributeError` for other names.
    """

    def get(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(modules[name]), name)

    return get
