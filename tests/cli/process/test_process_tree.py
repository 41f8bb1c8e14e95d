"""Termination of a process tree: no descendant outlives it, however fast it starts others."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from webparity.cli.process.process_tree import list_descendants, terminate_all

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="descendants are read from /proc"),
]

# Each process leaves the group of its parent, as a daemon does.
FORKS = "import subprocess\nwhile True: subprocess.Popen(['sleep', '611'], start_new_session=True)"


def _list_sleepers() -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cmdline").read_bytes() == b"sleep\x00611\x00":
                found.append(entry.name)
        except OSError:  # it has ended
            continue
    return found


@pytest.mark.parametrize("count", [1, 5, 20])
def test_no_descendant_is_left_when_the_call_returns(count: int) -> None:
    with subprocess.Popen([sys.executable, "-c", FORKS]) as process:
        until = time.monotonic() + 60
        while len(list_descendants(process.pid)) < count and time.monotonic() < until:
            time.sleep(0.005)
        terminate_all(process.pid)
        left = _list_sleepers()
    assert left == []


def test_a_process_that_has_ended_is_no_error() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
        terminate_all(process.pid)
