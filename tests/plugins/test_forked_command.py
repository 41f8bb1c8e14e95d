"""Commands in forks: the exit code, both outputs, the folder and the environment are the command's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from forked_command import run_forked

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("arguments", [("--version",), ("recipes",), ("export",), ("inspect", "missing")])
def test_a_fork_answers_as_a_new_process(arguments: tuple[str, ...], tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from webparity.cli.main import main; main()", *arguments]
    expected = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    received = run_forked(*arguments, cwd=tmp_path)
    assert (received.returncode, received.stdout) == (expected.returncode, expected.stdout)
    assert received.stderr == expected.stderr


def test_the_environment_is_the_one_given(tmp_path: Path) -> None:
    before = dict(os.environ)
    shown = run_forked("verify", "--help", cwd=tmp_path, env={**os.environ, "COLUMNS": "60"}).stdout.splitlines()
    wide = run_forked("verify", "--help", cwd=tmp_path, env={**os.environ, "COLUMNS": "100"}).stdout.splitlines()
    assert len(shown) > len(wide) > 10
    assert dict(os.environ) == before
