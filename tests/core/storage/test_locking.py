"""Folder locks: one writer at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from webparity.errors import UsageError
from webparity.storage.locking import get_lock_file, lock_folder
from webparity.storage.staging import remove_abandoned, stage_folder

HOLD = """
import sys, time
from pathlib import Path
from webparity.storage.locking import lock_folder
with lock_folder(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def hold(out: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_a_released_lock_is_removed_with_the_parents_made_for_it(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b" / "out"
    with lock_folder(out):
        holder = json.loads(get_lock_file(out).read_text())
        assert holder["pid"] == os.getpid()
        assert set(holder) == {"pid", "host", "since", "command"}
        with lock_folder(out):
            pass
        assert get_lock_file(out).exists()
    assert list(tmp_path.iterdir()) == []


def test_paths_that_lead_to_one_folder_have_one_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    assert get_lock_file(Path("link")) == get_lock_file(tmp_path / "real") == get_lock_file(Path("real/../real"))


def test_another_thread_is_another_writer(tmp_path: Path) -> None:
    refused: list[UsageError] = []

    def enter() -> None:
        try:
            with lock_folder(tmp_path / "out"):
                pass
        except UsageError as error:
            refused.append(error)

    with lock_folder(tmp_path / "out"):
        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
    assert len(refused) == 1


@pytest.mark.slow
def test_a_second_writer_fails_at_once_and_the_error_names_the_first(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with hold(out) as first:
        with pytest.raises(UsageError) as refused, lock_folder(out):
            pass
        assert f"process {first.pid} on " in str(refused.value)
        assert "--wait" in str(refused.value)
        # What a writer elsewhere has staged stays, whatever its process's number means here.
        staged = tmp_path / ".out.4000000-0badcafe.partial"
        staged.mkdir()
        with pytest.raises(UsageError), stage_folder(out, marker="mark", noun="thing"):
            pass
        remove_abandoned(out)
        assert staged.exists()
        first.communicate("\n", timeout=60)
    remove_abandoned(out)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_waiting_begins_when_the_first_is_done(tmp_path: Path) -> None:
    out, told = tmp_path / "out", []
    with hold(out) as first:
        assert first.stdin is not None
        threading.Timer(1.0, lambda: print(file=first.stdin, flush=True)).start()
        with lock_folder(out, waiting=told.append):
            assert first.wait(60) == 0
            assert json.loads(get_lock_file(out).read_text())["pid"] == os.getpid()
    assert len(told) == 1
    assert f"process {first.pid} on " in told[0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_lock_of_a_killed_writer_is_taken_over(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with hold(out) as first:
        first.kill()
    assert get_lock_file(out).exists()
    with lock_folder(out):
        pass
    assert list(tmp_path.iterdir()) == []


COUNT = """
import sys
from pathlib import Path
from webparity.storage.locking import lock_folder
out = Path(sys.argv[1])
for _ in range(40):
    with lock_folder(out, waiting=lambda text: None):
        number = int((out / "count").read_text())
        (out / "count").write_text(str(number + 1))
"""


@pytest.mark.slow
def test_no_two_are_ever_inside(tmp_path: Path) -> None:
    """The lock's file is removed and made anew all the time while others wait for it."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "count").write_text("0")
    line = [sys.executable, "-c", COUNT, str(out)]
    writers = [subprocess.Popen(line) for _ in range(3)]
    assert [writer.wait(300) for writer in writers] == [0, 0, 0]
    assert (out / "count").read_text() == "120"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
