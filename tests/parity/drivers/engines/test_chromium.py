"""Search paths and flags of Chromium; starts no browser."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from webparity.parity.drivers.engines.chromium import ENGINE


@pytest.fixture
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "managed"))
    (tmp_path / "bin").mkdir()
    return tmp_path


def _make_executable(file: Path) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("#!/bin/sh\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


def test_chromium_on_path_precedes_playwrights_newest(empty_path: Path) -> None:
    assert ENGINE.find_executable() is None
    _make_executable(empty_path / "managed" / "chromium-1" / "chrome-linux" / "chrome")
    newest = _make_executable(empty_path / "managed" / "chromium-2" / "chrome-linux64" / "chrome")
    assert ENGINE.find_executable() == newest
    on_path = _make_executable(empty_path / "bin" / "google-chrome")
    assert ENGINE.find_executable() == on_path


@pytest.mark.parametrize(("user", "sandboxed"), [(0, False), (1000, True)])
def test_only_root_starts_it_without_a_sandbox(monkeypatch: pytest.MonkeyPatch, user: int, *, sandboxed: bool) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert ("--no-sandbox" not in ENGINE.list_flags()) is sandboxed
