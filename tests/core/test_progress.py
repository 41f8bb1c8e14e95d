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


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a notebook's cell shows, one state after another."""
    states: list[Any] = []

    class Handle:
        def update(self, table: Any) -> None:
            states.append(table)

    def display(table: Any, *, display_id: bool) -> Handle:
        assert display_id
        states.append(table)
        return Handle()

    module = ModuleType("IPython.display")
    module.display = display
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    return states


def test_a_notebook_shows_the_bars_in_the_cell(shown: list[Any]) -> None:
    with open_progress() as progress:
        progress("images", 2, 5)
    assert len(shown) == 2
    assert "2/5" in shown[0]._repr_mimebundle_(include=["text/plain"], exclude=[])["text/plain"]


def test_a_notebook_keeps_no_bar_of_work_that_is_done(shown: list[Any]) -> None:
    with open_progress() as progress:
        progress("images", 5, 5)
    assert shown[-1]._repr_mimebundle_(include=None, exclude=None) == {"text/plain": "", "text/html": ""}


def test_a_notebook_is_shown_nothing_where_nothing_was_reported(shown: list[Any]) -> None:
    with open_progress():
        pass
    assert shown == []


def test_a_notebook_is_sent_few_states(shown: list[Any]) -> None:
    with open_progress() as progress:
        for step in range(1, 3001):
            progress("training", step, 3000)
    assert 2 <= len(shown) < 100


def test_a_notebook_keeps_the_state_at_which_work_failed(shown: list[Any]) -> None:
    def fail() -> None:
        with open_progress() as progress:
            progress("images", 1, 5)
            progress("images", 3, 5)
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        fail()
    assert "3/5" in shown[-1]._repr_mimebundle_(include=["text/plain"], exclude=[])["text/plain"]


def test_figures_of_a_notebook_have_the_colour_of_its_text(shown: list[Any]) -> None:
    with open_progress() as progress:
        progress("images", 2, 5)
    html = shown[0]._repr_mimebundle_(include=["text/html"], exclude=[])["text/html"]
    assert "#8c8c8c" in html
    assert "#008000" not in html
    assert "#808000" not in html
