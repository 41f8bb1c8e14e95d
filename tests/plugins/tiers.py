"""Tiers of the suite: `--full` runs all tests; without it those marked `full` are left out, counted and listed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

# Where the tests that were left out are listed, from pytest's root.
LEFT_OUT: Final = Path("build") / "tests" / "left-out.txt"
# One worker imports TensorFlow and every other library, and drives a browser.
_WORKER_GIB: Final = 5
_WORKER: Final = "PYTEST_XDIST_WORKER"

# The machine decides how long an example takes; `bench/` measures.
settings.register_profile("test", deadline=None, max_examples=30)
settings.register_profile("full", deadline=None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--full`."""
    parser.addoption("--full", action="store_true", help="run the tests that are marked `full` too: the whole product")


@pytest.fixture(scope="session")
def full(pytestconfig: pytest.Config) -> bool:
    """Whether the whole product is run: tests that try cases by the thousand try all of them then."""
    return bool(pytestconfig.getoption("--full"))


def pytest_configure(config: pytest.Config) -> None:
    """Choose Hypothesis' profile, and forget the list of the run before."""
    settings.load_profile("full" if config.getoption("--full") else "test")
    if _WORKER not in os.environ:
        (config.rootpath / LEFT_OUT).unlink(missing_ok=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked `full`, unless `--full` is given, and list it."""
    if config.getoption("--full"):
        return
    left_out = [item for item in items if item.get_closest_marker("full")]
    if not left_out:
        return
    kept = [item for item in items if not item.get_closest_marker("full")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept
    if os.environ.get(_WORKER, "gw0") == "gw0":
        file = config.rootpath / LEFT_OUT
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{item.nodeid}\n" for item in left_out))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many tests were left out, and where they are listed."""
    file = config.rootpath / LEFT_OUT
    if file.is_file():
        count = len(file.read_text().splitlines())
        terminalreporter.write_line(f"{count} tests left out, listed in {LEFT_OUT}; `make test-all` runs them too.")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return the number of workers: one more than cores, fewer where memory is short."""
    from webparity.decode.batch import count_cores

    return count_workers(count_cores())


def count_workers(cores: int, free_gib: float | None = None) -> int:
    """Count the processes that may run tests in parallel: at least one.

    One more than cores, since tests wait for browsers and child processes for a fifth of their time.
    """
    free = _measure_free_gib() if free_gib is None else free_gib
    return max(1, min(cores + 1, int(free // _WORKER_GIB)))


def _measure_free_gib() -> float:
    """Memory that new processes can have, in GiB; that of one worker where the system does not tell."""
    try:
        lines = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) / 2**20
    except (OSError, KeyError, ValueError):
        return _WORKER_GIB
