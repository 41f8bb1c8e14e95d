"""Malicious test files and the effect each has when opened without checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """One file of the corpus.

    Attributes:
        id: what the file tries.
        name: the file's name, which says what it pretends to be.
        write: makes the file, whose code, if it has any, makes the canary, a file that must not exist.
        said: a pattern that the refusal holds.
        naive: opens the file as the unwary do, so that its code runs; None for files that hold no code.
    """

    id: str
    name: str
    write: Callable[[Path, Path], None]
    said: str
    naive: Callable[[Path], object] | None = None
