"""Progress goes to the caller's function, to a bar in a terminal, and nowhere else."""

from __future__ import annotations

import pytest

from webparity.progress_bar import progress_or_bar


def test_the_callers_function_gets_every_call(capsys: pytest.CaptureFixture[str]) -> None:
    calls: list[tuple[str, int, int]] = []
    with progress_or_bar(lambda *call: calls.append(call)) as report:
        report("one", 0, 2)
        report("two", 1, 2)
    assert calls == [("one", 0, 2), ("two", 1, 2)]
    assert capsys.readouterr().out == ""


def test_nothing_is_written_into_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_or_bar(None) as report:
        report("one", 0, 2)
    assert capsys.readouterr().out == ""


def test_a_terminal_shows_words_and_counts(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    with progress_or_bar(None) as report:
        report("reading [red]a\x1b[31mb", 1, 3)
    out = capsys.readouterr().out
    assert "reading [red]a" in out
    assert "1/3" in out
    assert "\x1b[31mb" not in out
