"""The command line in the test's process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from webparity.cli.main import main


@dataclass(frozen=True)
class CommandResult:
    """Result of a command: exit code, standard output and error, and the tracebacks that it saved."""

    code: int
    out: str
    err: str
    faults: tuple[str, ...]


Command = Callable[..., CommandResult]


def make_runner(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Give what runs the command line, with a folder for temporary files."""
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))

    def run(*arguments: str | Path) -> CommandResult:
        # Not the command's own name, with which it would work in a child process.
        monkeypatch.setattr(sys, "argv", ["in-process", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        kept = sorted(folder.glob("webparity-fault-*"))
        faults = tuple(file.read_text() for file in kept)
        for file in kept:
            file.unlink()
        assert isinstance(ended.value.code, int)
        return CommandResult(code=ended.value.code, out=out, err=err, faults=faults)

    return run


def run_in_process(*arguments: str | Path) -> CommandResult:
    """Run the command line as a user does, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "webparity.cli", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "TMPDIR": folder},
        )
        faults = tuple(file.read_text() for file in sorted(Path(folder).glob("webparity-fault-*")))
    return CommandResult(code=done.returncode, out=done.stdout, err=done.stderr, faults=faults)
