"""A mistake that people make on the command line, and what must come of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# The rule, what was received, the fix.
SENTENCE: Final = re.compile(r"Expected .+; received.+[.:)…] [`'\"(A-Z].+")


def _leave(_: Path) -> None:
    """Change nothing."""


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """What is typed in a folder of good files, and what is said.

    Attributes:
        name: unlike those of all others.
        arguments: of `webparity`.
        words: that the message holds: what is at fault, and what it may be.
        prepare: spoils the folder first.
        code: the exit code.
    """

    name: str
    arguments: tuple[str, ...]
    words: tuple[str, ...] = ()
    prepare: Callable[[Path], None] = _leave
    code: int = 2


def find_fault(mistake: Mistake, code: int, out: str, err: str) -> str | None:
    """Find what is wrong with what a command said; None where all is right.

    Args:
        mistake: that was made.
        code: exit code.
        out: standard output.
        err: standard error.
    """
    said = " ".join(err.split())
    if "Traceback" in out + err:
        return "a traceback"
    if code != mistake.code:
        return f"exit code {code} for {mistake.code}"
    if code in {0, 130}:
        return None
    # With 1, the report says in its own form what failed.
    if code != 1 and not SENTENCE.search(said):
        return "no sentence of rule, received and fix"
    missing = [word for word in mistake.words if word not in said]
    return f"no word of {missing[0]!r}" if missing else None


def replace(file: Path, content: bytes | str) -> None:
    """Write a file anew: those of the folder are links to the ones that all tests share."""
    file.unlink(missing_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
