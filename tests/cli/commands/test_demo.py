"""`webparity demo` on a machine without a browser: one line says so, and the other runtimes are verified."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from webparity.cli.main import cli
from webparity.cli.work import export, train, verify
from webparity.parity.plan import list_runtimes, list_unsupported
from webparity.parity.runtimes.browser import BrowserRuntime
from webparity.parity.runtimes.node import NodeRuntime


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Replace the demo's training and export by a small bundle."""
    calls: list[dict[str, Any]] = []

    def record(*_: object, **options: Any) -> SimpleNamespace:
        calls.append(options)
        return SimpleNamespace(raise_for_verdict=lambda: None)

    monkeypatch.setattr(train, "train_into", lambda *_, **__: None)
    monkeypatch.setattr(export, "export_into", lambda *_, **__: None)
    monkeypatch.setattr(verify, "verify_with_progress", record)
    monkeypatch.setattr(NodeRuntime, "explain_unavailable", classmethod(lambda *_: None))
    return calls


def _list_possible() -> list[str]:
    return sorted(str(name) for name in list_runtimes() if name not in list_unsupported())


def _run_demo(folder: Path) -> str:
    result = CliRunner().invoke(cli, ["demo", "--no-serve", "--out", str(folder)], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stderr


def test_runtimes_without_a_browser_are_left_out_in_one_line(
    verified: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(
        BrowserRuntime,
        "explain_unavailable",
        classmethod(
            lambda _, name: (
                f"{name} cannot be reached. No Chromium was found. Install it with: …"
                if name.engine == "chromium"
                else None
            )
        ),
    )
    in_browsers = [str(name) for name in list_runtimes() if name.engine == "chromium"]
    assert _run_demo(tmp_path).splitlines() == [
        (
            f"{len(in_browsers)} runtimes left out: {in_browsers[0]} cannot be reached. No Chromium was found. "
            "Install it with: …"
        )
    ]
    (options,) = verified
    assert sorted([*options["runtimes"], *in_browsers]) == _list_possible()


def test_with_a_browser_every_runtime_is_verified(
    verified: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(BrowserRuntime, "explain_unavailable", classmethod(lambda *_: None))
    assert _run_demo(tmp_path) == ""
    (options,) = verified
    assert sorted(options["runtimes"]) == _list_possible()
