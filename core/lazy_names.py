"""Public names of a package that are imported when they are first used."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Iterable, Mapping


def make_dir(package: str, names: Iterable[str]) -> Callable[[], list[str]]:
    """Make the `__dir__` of a package, which lists its public names for completion, imported or not.

    Args:
        package: the dotted name of the package, whose special names are listed too.
        names: the public names.
    """

    def list_names() -> list[str]:
        special = [name for name in vars(importlib.import_module(package)) if name.startswith("__")]
        return sorted({*names, *special})

    return list_names


def make_getattr(package: str, modules: Mapping[str, str], packages: Collection[str] = ()) -> Callable[[str], object]:
    """Make the `__getattr__` of a package (PEP 562), so that importing the package alone stays fast.

    NumPy takes a tenth of a second to import and TensorFlow several; `webparity --help` needs neither.

    Args:
        package: the dotted name of the package, for the error's text.
        modules: the module of each public name, by name.
        packages: names of packages inside, which are imported likewise.

    Returns:
        A function that imports the module of a name and gives the object; `AttributeError` for other names.
    """

    def get(name: str) -> object:
        if name in packages:
            return importlib.import_module(f"{package}.{name}")
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(modules[name]), name)

    return get
