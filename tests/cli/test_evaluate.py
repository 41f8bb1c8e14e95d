"""The command `webparity evaluate`."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from forked_command import run_forked

pytestmark = pytest.mark.slow


def _evaluate(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return run_forked("evaluate", *arguments)


def test_a_run_is_measured_as_its_training_did(trained_run: Path, tmp_path: Path) -> None:
    run = shutil.copytree(trained_run, tmp_path / "run")
    result = _evaluate(run, "--json")
    assert result.returncode == 0, result.stderr
    document = json.loads(result.stdout)
    written = tmp_path / "run-evaluation"
    assert json.loads((written / "metrics.json").read_text()) == document
    kept = json.loads((run / "run.json").read_text())
    assert document["metrics"]["accuracy"] == kept["metrics"]["accuracy"]
    assert document["metrics"]["log_loss"] == pytest.approx(kept["metrics"]["log_loss"])
    assert document["metrics"]["images"] == 1000
    assert (
        sum(layer["parameters"] for layer in document["model"]["layers"]) == document["model"]["trainable"] == 160_258
    )
    assert document["facts"]["trained on"] == "mnist-subset"
    assert (written / "pictures" / "history.svg").is_file()
    assert "mnist-cnn" in (written / "evaluation.html").read_text()
    assert "digest" not in result.stderr


def test_the_terminal_shows_report_and_matrix(trained_run: Path, tmp_path: Path) -> None:
    result = _evaluate(trained_run, "--split", "validation", "--out", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    for part in ("accuracy", "Classification report", "Confusion matrix", "ROC-AUC", "macro", "weighted"):
        assert part in result.stdout
    assert "images             400" in result.stdout
    assert "evaluation.html" in result.stderr


def test_bad_use_is_refused_and_leaves_nothing(trained_run: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine")
    for arguments in (
        (tmp_path / "missing",),
        (trained_run, "--out", tmp_path / "other"),
        (trained_run, "--out", tmp_path / "out", "--data", tmp_path / "missing.npz"),
    ):
        result = _evaluate(*arguments)
        assert result.returncode == 2, result.stderr
        assert "Error: Expected" in result.stderr
        assert "Traceback" not in result.stderr
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["mine.txt", "other"]
