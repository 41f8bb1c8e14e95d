"""Child processes: their memory, their descendants, and termination of the whole tree."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Final

_PROC: Final = Path("/proc")
_SET_PDEATHSIG: Final = 1  # prctl(2)
_GRACE_S: Final = 5.0
_LOOK_S: Final = 0.02


def read_resident_bytes(process: int) -> int:
    """Return a process's resident memory in bytes; 0 without /proc or when the process has ended."""
    try:
        pages = int((_PROC / str(process) / "statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def list_descendants(process: int) -> list[int]:
    """List all descendants of a process, parents first; empty without /proc."""
    found: list[int] = []
    pending = [process]
    while pending:
        for thread in _list_entries(_PROC / str(pending.pop()) / "task"):
            with suppress(OSError, ValueError):
                children = [int(word) for word in (thread / "children").read_text().split()]
                found += children
                pending += children
    return found


def terminate_all(process: int) -> None:
    """Kill a child's process group and its descendants in other groups, and wait until these have ended."""
    others = _stop_descendants(process)
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process, signal.SIGKILL)
    for each in (*others, process):
        _send(each, getattr(signal, "SIGKILL", signal.SIGTERM))
    # A process that was just forked holds its parent's locks until it has ended.
    until = monotonic() + _GRACE_S
    while any(map(_is_running, others)) and monotonic() < until:
        sleep(_LOOK_S)


def _stop_descendants(process: int) -> list[int]:
    """Stop a process and all its descendants, so that none of them starts another, and list the descendants."""
    stopped: set[int] = set()
    while new := {process, *list_descendants(process)} - stopped:
        for each in new:
            if hasattr(signal, "SIGSTOP"):
                _send(each, signal.SIGSTOP)
        stopped |= new
    return sorted(stopped - {process})


def _send(process: int, number: int) -> None:
    with suppress(OSError):
        os.kill(process, number)


def _is_running(process: int) -> bool:
    """Whether a process exists and is no zombie, by /proc."""
    try:
        stat = (_PROC / str(process) / "stat").read_text()
    except OSError:
        return False
    # The state stands behind the name, which is in parentheses and may hold any character.
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def set_parent_death_signal() -> None:
    """Kill this process when its parent ends, for whatever reason; Linux only."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SET_PDEATHSIG, signal.SIGKILL)


def _list_entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
