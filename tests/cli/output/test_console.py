"""Bars are drawn in terminals only, and a table takes the form that fits."""

from __future__ import annotations

import pytest
from rich.table import Table

from webparity.cli.output.console import print_table, show_progress_bar


def test_a_bar_is_not_written_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress_bar() as bar:
        task = bar.add_task("training", total=7)
        bar.update(task, completed=3)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_the_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with show_progress_bar() as bar:
        task = bar.add_task("training", total=7)
        bar.update(task, completed=3)
    out, err = capsys.readouterr()
    assert out == ""
    assert "training" in err
    assert "3/7" in err


@pytest.mark.parametrize(
    ("terminal", "columns", "expected"), [(True, "80", "short"), (True, "120", "long"), (False, "80", "long")]
)
def test_a_terminal_that_is_too_narrow_shows_the_narrow_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, terminal: bool, columns: str, expected: str
) -> None:
    if terminal:
        monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", columns)
    print_table(Table("long" * 25), lambda: Table("short"))
    assert expected in capsys.readouterr().out
