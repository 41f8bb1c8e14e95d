"""Processes that this one has started: what they take, what they started themselves, and how all end together."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_SET_PDEATHSIG: Final = 1  # prctl(2)


def read_resident_bytes(process: int) -> int:
    """Memory that a process has in use; 0 where the system has no /proc, or the process is gone."""
    try:
        pages = int((_PROC / str(process) / "statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def list_descendants(process: int) -> list[int]:
    """All processes that a process and those below it have started, parents first; none where there is no /proc."""
    found: list[int] = []
    pending = [process]
    while pending:
        for thread in _entries(_PROC / str(pending.pop()) / "task"):
            with suppress(OSError, ValueError):
                children = [int(word) for word in (thread / "children").read_text().split()]
                found += children
                pending += children
    return found


def end_all(process: int) -> None:
    """End a child's group at once, and what it has started in other groups."""
    others = list_descendants(process)
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process, signal.SIGKILL)
    for each in (*others, process):
        with suppress(ProcessLookupError, PermissionError, OSError):
            os.kill(each, getattr(signal, "SIGKILL", signal.SIGTERM))


def die_with_parent() -> None:
    """End this process when the one that started it ends in any way; on Linux."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SET_PDEATHSIG, signal.SIGKILL)


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
