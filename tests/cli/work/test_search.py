"""The commands `cross-validate` and `tune`, also after a kill."""

from __future__ import annotations

import json
import random
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from forked_command import run_forked

from webparity.cli.main import cli
from webparity.train.datasets.synthetic import draw_synthetic_radiographs

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-c", "from webparity.cli.main import main; main()"]


@pytest.fixture(scope="module")
def radiographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("radiographs")
    draw_synthetic_radiographs(folder, images_per_class=30, seed=0, side=40)
    return folder


def run_webparity(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return run_forked(*arguments, cwd=folder)


def test_cross_validate_shows_folds_and_keeps_them(radiographs: Path, tmp_path: Path) -> None:
    arguments = ("cross-validate", "chest-knn", "--data", radiographs, "--folds", "3", "--out", "result")
    result = run_webparity(tmp_path, *arguments)
    assert result.returncode == 0, result.stderr
    assert re.search(r"mean +0\.\d{4} +0\.\d{4}", result.stdout)
    document = json.loads((tmp_path / "result" / "cross-validation.json").read_text())
    assert len(document["folds"]) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["result"]
    refused = run_webparity(tmp_path, *arguments)
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    again = run_webparity(tmp_path, *arguments, "--force", "--json")
    assert json.loads(again.stdout) == document


def test_tune_prints_the_command_that_trains_the_best(radiographs: Path, tmp_path: Path) -> None:
    result = run_webparity(
        tmp_path, "tune", "chest-knn", "--data", radiographs, "--method", "grid", "--classes", "3", "--out", "result"
    )
    assert result.returncode == 0, result.stderr
    document = json.loads((tmp_path / "result" / "tuning.json").read_text())
    best = document["trials"][document["best"]]["choices"]
    line = re.search(r"^ +webparity (train .+)$", result.stdout, re.MULTILINE)
    assert line is not None
    name, *arguments = shlex.split(line[1])
    with click.Context(cli, **cli.context_settings) as root:
        command = cli.get_command(root, name)
        assert command is not None
        given = command.make_context(name, arguments, parent=root).params
    assert given["recipe"] == "chest-knn"
    assert given["data"] == str(radiographs)
    assert given["choices"] == {"classes": "3", "neighbours": str(best["neighbours"])}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["cross-validate", "chest-knn", "--folds", "400"], "folds, since NORMAL has"),
        (["cross-validate", "chest-knn", "--folds", "1"], "received 1"),
        (["cross-validate", "nothing-like-it"], "nothing-like-it"),
        (["tune", "chest-cnn"], "received chest-cnn, which has none"),
        (["tune", "chest-knn", "--method", "hyperband"], "trains by epochs"),
        (["tune", "chest-knn", "--folds", "400"], "received 400"),
        (["tune", "chest-knn", "--set", "neighbours=4"], "neighbours are all given"),
        (["tune", "chest-knn", "--cluster", "nowhere"], "dask scheduler"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_is_refused(radiographs: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    result = run_webparity(tmp_path, *arguments, "--data", radiographs, "--out", "result")
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    message = " ".join(result.stderr.split())
    assert re.search(r"Error: Expected .+; received .+\. [A-Z].+", message), message
    assert said in message
    assert not (tmp_path / "result").exists()


@pytest.mark.parametrize("folds", ["several", "2.5", ""])
def test_folds_are_a_number_or_loo(tmp_path: Path, folds: str) -> None:
    result = run_webparity(tmp_path, "cross-validate", "chest-knn", "--folds", folds)
    assert result.returncode == 2
    assert "Expected a number of folds, or loo" in result.stderr


def test_a_search_killed_at_any_moment_ends_with_the_same_bytes(radiographs: Path, tmp_path: Path) -> None:
    arguments = ["tune", "chest-knn", "--data", str(radiographs), "--method", "random", "--trials", "4", "--folds", "5"]
    whole = run_webparity(tmp_path, *arguments, "--out", "whole")
    assert whole.returncode == 0, whole.stderr
    journal = tmp_path / ".killed.journal"
    moments = random.Random(0)
    kills = 0
    for finished in (1, 6, 14):
        with subprocess.Popen(
            [*COMMAND, *arguments, "--out", "killed"],
            cwd=tmp_path,
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        ) as search:
            while search.poll() is None and not (journal.is_file() and journal.read_bytes().count(b"\n") > finished):
                time.sleep(0.002)
            time.sleep(moments.uniform(0, 0.05))
            search.send_signal(signal.SIGKILL)
        kills += search.returncode == -signal.SIGKILL
    assert kills > 0
    again = run_webparity(tmp_path, *arguments, "--out", "killed")
    assert again.returncode == 0, again.stderr
    if kills == 3:
        assert "resumes where it stopped" in again.stderr
    assert (tmp_path / "killed" / "tuning.json").read_bytes() == (tmp_path / "whole" / "tuning.json").read_bytes()
    assert not journal.exists()
