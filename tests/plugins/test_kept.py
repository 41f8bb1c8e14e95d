"""Folders kept between runs: made once for each version of the code, and removed when unused."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from kept import digest_packages, keep, remove_unused

CODE = ["webparity.text"]


class Maker:
    """Writes a folder, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, out: Path) -> None:
        time.sleep(0.01)
        self.times += 1
        out.mkdir()
        (out / "file").write_text(str(self.times))


def test_a_folder_is_made_once_for_the_same_code_and_files(tmp_path: Path) -> None:
    make, file = Maker(), tmp_path / "file"
    file.write_text("a")

    def ask(name: str = "one") -> str:
        return (keep(name, make, packages=CODE, files=[file], folder=tmp_path / "kept") / "file").read_text()

    assert [ask(), ask()] == ["1", "1"]
    file.write_text("b")
    assert ask() == "2"
    file.write_text("a")
    assert ask() == "1"
    assert ask("another") == "3"


def test_a_folder_whose_making_failed_is_made_anew(tmp_path: Path) -> None:
    def fail(out: Path) -> None:
        out.mkdir()
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        keep("one", fail, packages=CODE, folder=tmp_path)
    make = Maker()
    assert (keep("one", make, packages=CODE, folder=tmp_path) / "file").read_text() == "1"


def test_of_many_who_ask_at_a_time_one_makes_the_folder(tmp_path: Path) -> None:
    make = Maker()
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(keep, "one", make, packages=CODE, folder=tmp_path) for _ in range(8)]
        assert len({future.result() for future in asked}) == 1
    assert make.times == 1


def test_a_digest_covers_code_names_and_contents(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text(name)
    digests = {
        digest_packages(CODE),
        digest_packages(["webparity.decode"]),
        digest_packages(CODE, [tmp_path / "a"]),
        digest_packages(CODE, [tmp_path / "b"]),
        digest_packages(CODE, [tmp_path]),
    }
    assert len(digests) == 5
    assert digest_packages(CODE, [tmp_path]) in digests


def test_a_package_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="no_such_package"):
        digest_packages(["webparity.no_such_package"])


def test_only_folders_unused_for_a_week_are_removed(tmp_path: Path) -> None:
    old, new = (keep(name, Maker(), packages=CODE, folder=tmp_path) for name in ("old", "new"))
    long_ago = time.time() - 8 * 24 * 3600
    os.utime(old.parent / ".done", (long_ago, long_ago))
    remove_unused(tmp_path)
    assert not old.exists()
    assert new.exists()
