"""What is written: never over something else, never a part."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from forked_command import Result, Webparity, assert_refused

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("command", ["train", "export", "report"])
def test_folders_of_another_kind_and_files_in_the_way_stay_as_they_are(
    webparity: Webparity, demo_bundle: Path, trained_run: Path, tmp_path: Path, command: str
) -> None:
    def run(out: Path) -> Result:
        if command == "train":
            return webparity("train", "mnist-cnn", "--data", "mnist-subset", "--out", out, "--force")
        if command == "export":
            return webparity("export", trained_run, "--out", out, "--force")
        return webparity("verify", demo_bundle, "--runtime", "onnxruntime", "--report", out)

    other = tmp_path / "other"
    other.mkdir()
    (other / "precious.txt").write_text("mine")
    assert_refused(run(other), "something else")
    (tmp_path / "file").write_text("mine")
    assert_refused(run(tmp_path / "file" / "below"), "can be written")
    assert (other / "precious.txt").read_text() == (tmp_path / "file").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "other", "precious.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder that refuses even root, which /proc is")
@pytest.mark.parametrize("command", ["train", "export", "report"])
def test_an_unwritable_folder_is_refused_before_the_work(
    webparity: Webparity, demo_bundle: Path, trained_run: Path, command: str
) -> None:
    arguments = {
        "train": ["train", "mnist-cnn", "--data", "mnist-subset", "--out", "/proc/nothing/here"],
        "export": ["export", trained_run, "--out", "/proc/nothing/here"],
        "report": ["verify", demo_bundle, "--runtime", "onnxruntime", "--report", "/proc/nothing/here"],
    }
    result = webparity(*arguments[command])
    assert_refused(result, "can be written", "/proc")
    assert "starting TensorFlow" not in result.stderr


def test_nothing_is_replaced_without_force(
    webparity: Webparity, demo_bundle: Path, trained_run: Path, tmp_path: Path
) -> None:
    bundle = shutil.copytree(demo_bundle, tmp_path / "bundle")
    assert_refused(webparity("export", trained_run, "--out", bundle), "--force")
    run = shutil.copytree(trained_run, tmp_path / "run")
    assert_refused(webparity("train", "mnist-cnn", "--out", run), "--force")


def test_ctrl_c_ends_with_130_and_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-uc", "from webparity.cli.main import main; main()"]
    with subprocess.Popen(
        [*command, "train", "mnist-cnn", "--data", "mnist-subset", "--out", str(tmp_path / "run")],
        stderr=subprocess.PIPE,
        text=True,
    ) as training:
        assert training.stderr is not None
        training.stderr.readline()
        training.send_signal(signal.SIGINT)
        rest = training.stderr.read()
        assert training.wait(60) == 130
    assert "Traceback" not in rest
    assert list(tmp_path.iterdir()) == []
