"""What every engine says about itself, and when its browser is missing; starts no browser."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from webparity.bundle.web_runtimes import list_backends
from webparity.parity.drivers.engines import webkit
from webparity.parity.drivers.engines.engine import BrowserEngine, list_engines

ENGINES = list_engines()
COMMANDS = {"chromium": "chromium", "firefox": "firefox-esr", "webkit": "MiniBrowser"}


@pytest.fixture
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "managed"))
    monkeypatch.setattr(webkit, "_FOLDERS", (tmp_path / "lib",))
    return folder


def _write_program(file: Path, body: str = "") -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


def test_three_engines_are_found_by_their_names() -> None:
    assert set(ENGINES) == set(COMMANDS)
    assert [engine.name for engine in ENGINES.values()] == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_missing_browser_is_named_with_the_command_that_installs_it(empty_path: Path, name: str) -> None:
    engine = ENGINES[name]
    assert engine.explain_missing() == (
        f"No {engine.title} was found. Install it; on Debian with: apt-get install {engine.debian_packages[0]}."
    )
    program = _write_program(empty_path / COMMANDS[name])
    assert engine.find_executable() == program
    if engine.needs_display:
        assert engine.explain_missing() == (
            "Xvfb, a virtual display, was not found. Install it; on Debian with: apt-get install xvfb."
        )
        _write_program(empty_path / "Xvfb")
    assert engine.explain_missing() is None


def test_the_newest_minibrowser_of_the_library_is_taken(empty_path: Path) -> None:
    lib = empty_path.parent / "lib" / "x86_64-linux-gnu"
    _write_program(lib / "webkit2gtk-4.0" / "MiniBrowser")
    newest = _write_program(lib / "webkit2gtk-4.1" / "MiniBrowser")
    assert ENGINES["webkit"].find_executable() == newest


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
def test_the_command_starts_the_page_with_the_profile_alone(tmp_path: Path, engine: BrowserEngine) -> None:
    command = engine.build_command("/the/browser", tmp_path, "http://127.0.0.1:1/x#t")
    assert command[0] == "/the/browser"
    assert command[-1].removeprefix("--app=") == "http://127.0.0.1:1/x#t"
    assert engine.name == "webkit" or str(tmp_path) in " ".join(command)


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
def test_each_backend_that_an_engine_lacks_has_a_reason(engine: BrowserEngine) -> None:
    known = {backend for _, backend in list_backends("browser")} | {"webgpu"}
    assert set(engine.unsupported_backends) <= known
    for reason in engine.unsupported_backends.values():
        assert reason.endswith(".")
    assert "wasm" not in engine.unsupported_backends


@pytest.mark.parametrize(
    ("output", "version"),
    [
        ("Chromium 156.0.8078.108 built on Debian GNU/Linux 12", "156.0.8078.108"),
        ("Mozilla Firefox 153.7.0esr", "153.7.0esr"),
        ("WebKitGTK 2.50.6", "2.50.6"),
        ("no version today", ""),
    ],
)
def test_the_version_is_read_out_of_what_a_browser_states(tmp_path: Path, output: str, version: str) -> None:
    program = _write_program(tmp_path / "browser", f"echo '{output}'")
    assert ENGINES["chromium"].read_version(program, {}) == version


def test_a_browser_that_states_nothing_has_no_version(tmp_path: Path) -> None:
    assert ENGINES["chromium"].read_version(str(tmp_path / "none"), {}) == ""
