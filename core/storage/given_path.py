"""Paths that a caller gives, as text or as a path."""

from __future__ import annotations

import os
from pathlib import Path

from webparity.errors import UsageError


def require_path(value: object, name: str) -> Path:
    """Return a path that was given.

    Args:
        value: text, or a path of Python.
        name: of the argument.

    Raises:
        UsageError: it is something else, or empty.
    """
    path = os.fspath(value) if isinstance(value, os.PathLike) else value
    if isinstance(path, str) and path:
        return Path(path)
    raise UsageError(f"Expected `{name}` to be a path; received {value!r}. Give one, as text or as a pathlib.Path.")
