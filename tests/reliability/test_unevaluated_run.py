"""A command that was killed between training and evaluation resumes with the evaluation."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Command

pytestmark = pytest.mark.slow


def test_the_same_command_goes_on_with_the_evaluation(
    radiographs: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, evaluation = tmp_path / "run", tmp_path / "run-evaluation"
    arguments = ["train", "chest-linear-svc", "--data", radiographs, "--out", run]

    def raise_killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("webparity.cli.work.train.evaluate_into", raise_killed)
        assert command(*arguments).code == 130
    trained = (run / "run.json").read_bytes()
    assert not evaluation.exists()
    # Another request is another matter.
    refused = command(*arguments, "--seed", "1")
    assert refused.code == 2
    assert "--force" in refused.err
    said = command(*arguments)
    assert said.code == 0, said
    assert "evaluation was not" in said.err
    assert (evaluation / "metrics.json").is_file()
    assert (run / "run.json").read_bytes() == trained
    again = command(*arguments)
    assert again.code == 2
    assert "--force" in again.err
    left = {path.name for path in tmp_path.iterdir()} - {"temporary"}
    assert left == {"run", "run-evaluation"}


def test_a_note_of_a_run_that_was_not_moved_into_place_is_no_run(
    radiographs: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    arguments = ["train", "chest-linear-svc", "--data", radiographs, "--out", run]
    assert command(*arguments).code == 0

    def raise_full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("webparity.storage.staging._replace_folder", raise_full)
        assert command(*arguments, "--force", "--seed", "1").code == 2
    refused = command(*arguments, "--seed", "1")
    assert refused.code == 2
    assert "--force" in refused.err
    assert {path.name for path in tmp_path.iterdir()} - {"temporary"} == {"run", "run-evaluation"} | {
        path.name for path in tmp_path.glob(".run.checkpoint")
    }
