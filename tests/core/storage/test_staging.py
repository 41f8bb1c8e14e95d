"""Folders are written atomically, even if the writer is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from webparity.errors import UsageError
from webparity.storage.staging import stage_folder


def _write(out: Path, text: str, *, force: bool = False) -> None:
    with stage_folder(out, marker="mark", noun="thing", force=force) as folder:
        (folder / "sub").mkdir()
        (folder / "sub" / "file").write_text(text)
        (folder / "mark").write_text(text)


def _write_half(out: Path) -> None:
    with stage_folder(out, marker="mark", noun="thing", force=True) as folder:
        (folder / "mark").write_text("half")
        raise ZeroDivisionError


def _read_content(out: Path) -> tuple[str, str]:
    return (out / "mark").read_text(), (out / "sub" / "file").read_text()


def test_a_new_folder_appears_with_its_parents(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    _write(out, "one")
    assert _read_content(out) == ("one", "one")
    assert [path.name for path in out.parent.iterdir()] == ["b"]


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(ZeroDivisionError):
        _write_half(out)
    assert list(tmp_path.iterdir()) == []


def test_an_error_while_replacing_keeps_the_earlier_one(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _write(out, "one")
    with pytest.raises(ZeroDivisionError):
        _write_half(out)
    assert _read_content(out) == ("one", "one")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_force_replaces_and_leaves_no_rest(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _write(out, "one")
    (out / "old").write_text("old")
    _write(out, "two", force=True)
    assert _read_content(out) == ("two", "two")
    assert not (out / "old").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    _write(out, "one")
    assert _read_content(out) == ("one", "one")


def test_nothing_is_replaced_without_force(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _write(out, "one")
    with pytest.raises(UsageError, match="--force"):
        _write(out, "two")
    assert _read_content(out) == ("one", "one")


def test_a_folder_of_another_kind_is_refused_even_with_force(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("text")
    with pytest.raises(UsageError, match="holds something else"):
        _write(tmp_path, "one", force=True)
    assert (tmp_path / "precious").read_text() == "text"


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("text")
    with pytest.raises(UsageError, match="received the file"):
        _write(file, "one")
    with pytest.raises(UsageError, match="can be written"):
        _write(file / "below", "one")
    assert file.read_text() == "text"


_WRITER = """
import sys
from pathlib import Path
from webparity.storage.staging import stage_folder
out, text = Path(sys.argv[1]), sys.argv[2]
while True:
    with stage_folder(out, marker="mark", noun="thing", force=True) as folder:
        (folder / "sub").mkdir()
        for number in range(20):
            (folder / "sub" / f"{number}").write_text(text * 2000)
        (folder / "sub" / "file").write_text(text)
        (folder / "mark").write_text(text)
    print("done", flush=True)
"""


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_a_complete_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _write(out, "a")
    for round_number in range(6):
        text = "ab"[round_number % 2]
        with subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(out), text], stdout=subprocess.PIPE, start_new_session=True
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.003 + 0.007 * round_number)
            os.killpg(writer.pid, signal.SIGKILL)
        assert _read_content(out) in {("a", "a"), ("b", "b")}
        assert len(list((out / "sub").iterdir())) in {1, 21}
    _write(out, "end", force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
