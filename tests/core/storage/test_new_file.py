from __future__ import annotations

from pathlib import Path

import pytest

from webparity.errors import UsageError
from webparity.storage.new_file import write_new_file


def test_a_new_file_is_written(tmp_path: Path) -> None:
    write_new_file(tmp_path / "pre.toml", "größe = 1\n", "example")
    assert (tmp_path / "pre.toml").read_text("utf-8") == "größe = 1\n"


def test_an_earlier_file_stays(tmp_path: Path) -> None:
    (tmp_path / "pre.toml").write_text("mine")
    with pytest.raises(UsageError, match=r"new file for the example; .*pre\.toml, which exists\. Remove it"):
        write_new_file(tmp_path / "pre.toml", "ours", "example")
    assert (tmp_path / "pre.toml").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"a place that can be written for the example; .*No such file"):
        write_new_file(tmp_path / "missing" / "pre.toml", "ours", "example")


def test_nothing_is_left_of_a_file_that_fails(tmp_path: Path) -> None:
    # A lone surrogate has no bytes in UTF-8.
    with pytest.raises(UnicodeEncodeError):
        write_new_file(tmp_path / "pre.toml", "fine\n" * 9999 + "\ud800", "example")
    assert list(tmp_path.iterdir()) == []
