"""Libraries' errors in messages: whole, in one line, and bounded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webparity.text.library_error import MAX_CHARACTERS, summarize_library_error

ROOT: Final = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("node array has an incompatible dtype:\n- expected: a\n\n- got     : b."), "- got : b"),
        (KeyError("trees"), "KeyError: 'trees'"),
        (RuntimeError(""), "RuntimeError"),
        (ValueError("red \x1b[31m\x00text\r\nof two lines"), "red [31m text of two lines"),
    ],
)
def test_several_lines_become_one(error: Exception, reason: str) -> None:
    assert summarize_library_error(error).endswith(reason)


def test_a_long_text_is_cut_in_the_middle_with_a_count() -> None:
    reason = summarize_library_error(ValueError(f"Error when reading {'x' * 9000} because of the last word"))
    assert reason.startswith("Error when reading x")
    assert reason.endswith("x because of the last word")
    left_out = re.search(r"\[… (\d+) characters left out …\]", reason)
    assert left_out is not None
    assert int(left_out[1]) == len(f"Error when reading {'x' * 9000} because of the last word") - MAX_CHARACTERS


@given(st.text())
def test_any_text_becomes_one_line_of_letters(text: str) -> None:
    reason = summarize_library_error(ValueError(text))
    assert reason.isprintable()
    assert 0 < len(reason) <= MAX_CHARACTERS + 60
    letters = [letter for letter in text if letter.isprintable() and not letter.isspace() and letter != "."]
    if len(text) <= MAX_CHARACTERS:
        assert all(letter in reason for letter in letters)


def test_no_message_takes_the_first_line_of_an_error_alone() -> None:
    cut = re.compile(r"str\(error\)[^\n]*splitlines|message\.splitlines\(\)\[0\]|error\)\.partition\(.\\n")
    packages = ("core", "export", "parity", "train", "cli")
    found = [
        file for package in packages for file in (ROOT / package).rglob("*.py") if cut.search(file.read_text("utf-8"))
    ]
    assert found == []
