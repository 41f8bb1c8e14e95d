"""Objects are frozen once for each large library, and not before one is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# In a process of its own, since nothing thaws single objects again.
SCRIPT = """
import gc, sys, types
import loaded_libraries
counts, kept = [], []
for module in (None, "keras", "keras", "tensorflow"):
    if module:
        sys.modules[module] = types.ModuleType(module)
    kept += [[] for _ in range(1000)]
    loaded_libraries.pytest_runtest_teardown()
    counts.append(gc.get_freeze_count())
steps = [after - before for before, after in zip(counts, counts[1:])]
assert counts[0] == 0 and steps[0] > 2000 and abs(steps[1]) < 100 and steps[2] > 1900, counts
"""


def test_objects_are_frozen_once_for_each_library() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
