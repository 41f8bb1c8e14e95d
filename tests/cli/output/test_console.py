"""Commands draw bars in terminals, and write nothing of them into files."""

from __future__ import annotations

import pytest

from webparity.cli.output.console import show_progress_bar


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
