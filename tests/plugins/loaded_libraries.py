"""Loaded libraries left out of garbage collection: TensorFlow's objects are a million, and none of them is garbage."""

from __future__ import annotations

import gc
import sys
from typing import Final

_LARGE: Final = frozenset({"tensorflow", "keras", "sklearn"})
_frozen: set[str] = set()


def pytest_runtest_teardown() -> None:
    """Freeze all objects after the first test that has loaded a large library: it makes later tests a sixth faster."""
    loaded = _LARGE & sys.modules.keys()
    if loaded - _frozen:
        _frozen.update(loaded)
        gc.collect()
        gc.freeze()
