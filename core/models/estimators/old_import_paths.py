"""Import paths of classes that have moved since files with their names were written.

`.skops` files and pickles name classes by module. When a class that is saved moves or is renamed, add a line to
`MOVED_CLASSES`; files with the old name then stay readable.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Final

# (module, class) as old files name it, to (module, class) of today.
MOVED_CLASSES: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("webparity.embedded_boosters", "EmbeddedBooster"): (
        "webparity.models.estimators.embedded_boosters",
        "EmbeddedBooster",
    ),
    ("webparity.image_preprocessing", "ImagePreprocessing"): (
        "webparity.preprocessing.sklearn_transformer",
        "ImagePreprocessing",
    ),
    ("webparity.weighed_classifier", "WeighedClassifier"): (
        "webparity.models.estimators.weighted_classifier",
        "WeightedClassifier",
    ),
}


@contextmanager
def resolve_old_import_paths() -> Iterator[None]:
    """Let the old import paths be imported inside the block, so that pickles with old names can be read.

    Modules with the old names are in `sys.modules` for that time; an existing entry is not replaced.
    """
    old_modules: dict[str, ModuleType] = {}
    for (module, name), (new_module, new_name) in MOVED_CLASSES.items():
        if module not in sys.modules:
            old = old_modules.setdefault(module, ModuleType(module))
            setattr(old, name, getattr(importlib.import_module(new_module), new_name))
    sys.modules.update(old_modules)
    try:
        yield
    finally:
        for module in old_modules:
            sys.modules.pop(module, None)
