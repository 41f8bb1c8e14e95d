"""The tiers of the suite: what is marked `full` runs with `--full` only, and is listed without it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiers import count_workers

PLUGINS = Path(__file__).parent
SUITE = """
import pytest

@pytest.mark.parametrize("number", [1, pytest.param(2, marks=pytest.mark.full)])
def test_number(number, show_figure, full):
    assert full or number == 1
    show_figure(f"number {number}")
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "test_numbers.py").write_text(SUITE)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    full: all\naddopts = -p no:cacheprovider\n")
    return tmp_path


def _run(suite: Path, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tiers", "-p", "figures", *options, suite],
        cwd=suite,
        env={key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
        | {"PYTHONPATH": str(PLUGINS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["in one process", "in workers"])
def test_skipped_tests_are_counted_and_listed(suite: Path, workers: list[str]) -> None:
    said = _run(suite, *workers)
    assert "1 passed" in said
    assert "1 tests left out, listed in build/tests/left-out.txt; `make test-all` runs them too." in said
    assert (suite / "build/tests/left-out.txt").read_text() == "test_numbers.py::test_number[2]\n"
    assert said.count("number 1") == 1
    assert "number 2" not in said


@pytest.mark.slow
@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["in one process", "in workers"])
def test_with_the_option_all_is_run_and_every_figure_shown_once(suite: Path, workers: list[str]) -> None:
    _run(suite)
    said = _run(suite, "--full", *workers)
    assert "2 passed" in said
    assert "left out" not in said
    assert not (suite / "build/tests/left-out.txt").exists()
    assert said.count("number 1") == said.count("number 2") == 1


@pytest.mark.parametrize(
    ("cores", "free_gib", "workers"), [(2, 20.0, 3), (2, 9.9, 1), (8, 16.0, 3), (1, 64.0, 2), (4, 1.0, 1)]
)
def test_workers_are_bounded_by_cores_and_memory(cores: int, free_gib: float, workers: int) -> None:
    assert count_workers(cores, free_gib) == workers
