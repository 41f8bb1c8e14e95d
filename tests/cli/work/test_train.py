"""Training from the command line: recipes of each kind, and bad input that is refused before any work."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from forked_command import Result, assert_refused, run_forked

pytestmark = pytest.mark.slow

Train = Callable[..., Result]


@pytest.fixture
def train(tmp_path: Path) -> Train:
    def run(*arguments: str | Path) -> Result:
        return run_forked(
            "train", *arguments, cwd=tmp_path, env={**os.environ, "WEBPARITY_CACHE": str(tmp_path / "cache")}
        )

    return run


def _assert_refused(result: Result, folder: Path, *parts: str) -> None:
    assert_refused(result, *parts)
    assert not (folder / "build" / "runs").exists()


def test_a_classifier_is_trained_and_measured_without_tensorflow(tmp_path: Path, radiographs: Path) -> None:
    def train(*arguments: str) -> Result:
        # A process of its own, which has not imported TensorFlow.
        show = "import sys; print('TensorFlow is imported' * ('tensorflow' in sys.modules), file=sys.stderr)"
        run = f"import atexit; atexit.register(exec, {show!r}); from webparity.cli.main import main; main()"
        command = [sys.executable, "-c", run, "train", *arguments]
        environment = {**os.environ, "WEBPARITY_CACHE": str(tmp_path / "cache")}
        return subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path, env=environment)

    shutil.copytree(radiographs, tmp_path / "data")
    (tmp_path / "data" / "train" / "NORMAL" / ".DS_Store").write_bytes(b"x")
    result = train("chest-linear-svc", "--data", "data", "--classes", "3", "--json")
    assert result.returncode == 0, result.stderr
    printed = json.loads(result.stdout)
    assert printed["choices"]["classes"] == 3
    assert "TensorFlow" not in result.stderr
    assert "kipped 1" in result.stderr
    run = tmp_path / "build" / "runs" / "chest-linear-svc"
    assert json.loads((run / "run.json").read_text())["labels"] == ["NORMAL", "BACTERIAL", "VIRAL"]
    assert (run.with_name("chest-linear-svc-evaluation") / "evaluation.html").is_file()
    again = train("chest-linear-svc", "--data", "data")
    assert again.returncode == 2
    assert "--force" in again.stderr


def test_an_unknown_option_or_value_is_refused(train: Train, tmp_path: Path) -> None:
    _assert_refused(train("mnist-cnn", "--variant", "huge"), tmp_path, "variant", "huge", "dense200")
    _assert_refused(train("mnist-mlp", "--classes", "3"), tmp_path, "classes", "mnist-mlp")
    _assert_refused(train("mnist-mlp", "--set", "activation"), tmp_path, "--set NAME=VALUE")
    _assert_refused(train("chest-svc", "--classes", "4"), tmp_path, "2, 3")


def test_an_empty_class_folder_is_refused(train: Train, tmp_path: Path, radiographs: Path) -> None:
    shutil.copytree(radiographs, tmp_path / "data")
    for file in (tmp_path / "data" / "train" / "NORMAL").iterdir():
        file.unlink()
    _assert_refused(train("chest-knn", "--data", "data"), tmp_path, "NORMAL")


def test_a_single_class_is_refused(train: Train, tmp_path: Path, radiographs: Path) -> None:
    shutil.copytree(radiographs / "train" / "NORMAL", tmp_path / "data" / "NORMAL")
    _assert_refused(train("chest-knn", "--data", "data"), tmp_path, "class")


def test_one_damaged_image_is_skipped_and_counted_but_many_are_refused(
    train: Train, tmp_path: Path, radiographs: Path
) -> None:
    shutil.copytree(radiographs, tmp_path / "data")
    files = sorted((tmp_path / "data" / "train").rglob("*.jpeg"))
    files[0].write_bytes(files[0].read_bytes()[:200])
    result = train("chest-knn", "--data", "data", "--out", "run")
    assert result.returncode == 0, result.stderr
    assert "kipped 1" in result.stderr
    for file in files[: len(files) // 2]:
        file.write_bytes(b"no image")
    _assert_refused(train("chest-knn", "--data", "data"), tmp_path, "image")


@pytest.mark.parametrize(
    ("changes", "part"),
    [({"y_test": np.arange(50) % 11}, "labels 0 to 9"), ({"x_train": np.full((200, 28, 28), np.nan)}, "uint8")],
    ids=["labels out of range", "NaN"],
)
def test_wrong_arrays_are_refused(train: Train, tmp_path: Path, changes: dict[str, np.ndarray], part: str) -> None:
    arrays = {
        "x_train": np.zeros((200, 28, 28), np.uint8),
        "y_train": np.arange(200) % 10,
        "x_test": np.zeros((50, 28, 28), np.uint8),
        "y_test": np.arange(50) % 10,
    }
    np.savez(tmp_path / "own.npz", **{**arrays, **changes})
    _assert_refused(train("mnist-mlp", "--data", "own.npz"), tmp_path, part)
