"""The times in the README: written by a script, and close to those of the last runs."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT: dict[str, Any] = runpy.run_path(str(ROOT / "scripts" / "measure-times"))
STATED: dict[str, Any] = json.loads((ROOT / "docs" / "times.json").read_text())
NAMES = ("check", "demo", "test", "test-all")


def _record(seconds: float, *, cores: int = 2, others: float = 0.0, kept: int = 0) -> dict[str, float]:
    return {"seconds": seconds, "cores": cores, "others": others, "kept": kept}


def test_the_readme_states_the_times_that_were_measured() -> None:
    text = (ROOT / "README.md").read_text()
    assert SCRIPT["replace_table"](text, SCRIPT["format_table"](STATED)) == text
    assert list(STATED["seconds"]) == list(NAMES)
    for name in NAMES:
        assert f"| `make {name}` | {SCRIPT['format_minutes'](STATED['seconds'][name])} |" in text


@pytest.mark.full  # a condition of a release; a change that makes the suite slower must still pass `make test`
def test_the_suite_keeps_its_limits() -> None:
    assert STATED["cores"] == 2
    assert (STATED["seconds"]["check"] or 0) < 2 * 60
    assert (STATED["seconds"]["test"] or 0) < 15 * 60


@pytest.mark.parametrize("name", NAMES)
def test_the_last_run_took_about_the_time_stated(name: str) -> None:
    file = ROOT / "build" / "times" / f"{name}.json"
    # A fresh clone has run nothing yet.
    record = json.loads(file.read_text()) if file.is_file() else _record(STATED["seconds"][name] or 0)
    assert not SCRIPT["is_far_off"](record, STATED, name), "run `make times`"


@pytest.mark.parametrize(
    ("record", "far"),
    [
        (_record(100), False),
        (_record(149), False),
        (_record(151), True),
        (_record(49), True),
        (_record(51), False),
        (_record(49, kept=1), False),
        (_record(151, kept=1), True),
        (_record(151, cores=4), False),
        (_record(151, others=0.4), False),
        (_record(151, others=0.2), True),
    ],
)
def test_a_time_that_is_more_than_half_off_is_found(record: dict[str, float], far: bool) -> None:
    assert SCRIPT["is_far_off"](record, {"cores": 2, "seconds": {"test": 100}}, "test") is far


def test_a_time_that_was_not_measured_is_stated_as_such() -> None:
    stated = {"cores": 2, "seconds": dict.fromkeys(NAMES)}
    assert SCRIPT["format_table"](stated).count("| not measured |") == len(NAMES)
    assert not SCRIPT["is_far_off"](_record(100), stated, "test")


def test_a_readme_without_the_table_is_refused() -> None:
    with pytest.raises(SystemExit, match="one table of times"):
        SCRIPT["replace_table"]("# webparity\n", "| table |\n")


@pytest.mark.parametrize("code", [0, 3])
def test_a_command_that_succeeds_is_recorded_with_its_time(tmp_path: Path, code: int) -> None:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "timed").write_bytes((ROOT / "scripts" / "timed").read_bytes())
    wait = f"import time, sys; time.sleep(0.3); sys.exit({code})"
    done = subprocess.run(
        [sys.executable, scripts / "timed", "test", sys.executable, "-c", wait], check=False, capture_output=True
    )
    assert done.returncode == code
    file = tmp_path / "build" / "times" / "test.json"
    assert file.is_file() == (code == 0)
    if code == 0:
        record = json.loads(file.read_text())
        assert 0.3 <= record["seconds"] < 30
        assert 0 <= record["others"] <= 1.5
        assert record["kept"] == 0
