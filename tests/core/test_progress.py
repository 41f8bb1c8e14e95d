"""Progress is drawn in terminals and notebooks, and nowhere else."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from webparity.progress import open_progress


def test_the_callers_callback_is_used_as_it_is() -> None:
    seen: list[tuple[str, int, int]] = []

    def record(task: str, done: int, total: int) -> None:
        seen.append((task, done, total))

    with open_progress(record) as progress:
        progress("images", 1, 2)
    assert seen == [("images", 1, 2)]


def test_nothing_is_written_without_terminal_or_notebook(capsys: pytest.CaptureFixture[str]) -> None:
    with open_progress() as progress:
        progress("images", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_a_bar_a_task_on_standard_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    with open_progress() as progress:
        progress("onnxruntime [onnx-float32]", 3, 7)
        progress("of unknown length", 1, 0)
    out, err = capsys.readouterr()
    assert out == ""
    assert "onnxruntime [onnx-float32]" in err
    assert "3/7" in err
    assert "of unknown length" in err


def test_a_notebook_shows_the_bars_in_the_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []

    class Handle:
        def update(self, table: Any) -> None:
            shown.append(table)

    def display(table: Any, *, display_id: bool) -> Handle:
        assert display_id
        shown.append(table)
        return Handle()

    module = ModuleType("IPython.display")
    module.display = display
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    with open_progress() as progress:
        progress("images", 2, 5)
    assert len(shown) == 2
    assert "2/5" in shown[-1]._repr_mimebundle_(include=["text/plain"], exclude=[])["text/plain"]
