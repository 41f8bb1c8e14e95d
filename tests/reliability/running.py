"""The command line in the test's process."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from webparity.cli.main import main


@dataclass(frozen=True)
class Said:
    """What a command left: its exit code, what it wrote, and the tracebacks of the outermost handler."""

    code: int
    out: str
    err: str
    faults: tuple[str, ...]


Command = Callable[..., Said]


def runner(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Give what runs the command line, with a folder for temporary files."""
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))

    def run(*arguments: str | Path) -> Said:
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
        return Said(code=ended.value.code, out=out, err=err, faults=faults)

    return run
