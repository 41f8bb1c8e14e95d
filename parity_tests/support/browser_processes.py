"""Processes of a browser, by the group of the one that was started."""

from __future__ import annotations

from pathlib import Path
from time import monotonic, sleep
from typing import Final

import pytest

from webparity.parity.drivers.engines.engine import list_engines

# How each engine's process of a page shows in its command line.
_PAGE_PROCESS: Final = {"chromium": "--type=renderer", "firefox": " tab", "webkit": "WebKitWebProcess"}
_FEW_S: Final = 10.0
# For tests of what the driver does alike in every engine: `make test` takes Chromium for all.
CHROMIUM_FIRST: Final = [
    name if name == "chromium" else pytest.param(name, marks=pytest.mark.full) for name in list_engines()
]


def list_group(group: int) -> list[int]:
    """List the processes of a group that run, zombies left out."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, _, own_group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(own_group) == group and state not in "ZX":
            found.append(int(entry.name))
    return found


def find_page_processes(group: int, engine: str) -> list[int]:
    """Find the processes of a browser that run its pages."""
    return [pid for pid in list_group(group) if _PAGE_PROCESS[engine] in _read_command(pid)]


def await_end(group: int, profile: Path) -> None:
    """Wait until no process of a group, none that names the profile, and no profile is left, but not for long."""
    until = monotonic() + _FEW_S
    while monotonic() < until:
        left = [*list_group(group), *(pid for pid in _list_all() if str(profile) in _read_command(pid))]
        if not left and not profile.exists():
            return
        sleep(0.05)
    raise AssertionError(f"left: {[_read_command(pid) for pid in left]}, profile there: {profile.exists()}")


def _list_all() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]


def _read_command(process: int) -> str:
    try:
        return (Path("/proc") / str(process) / "cmdline").read_text().replace("\0", " ").rstrip()
    except OSError:
        return ""
