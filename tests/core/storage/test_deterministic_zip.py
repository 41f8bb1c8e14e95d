from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from webparity.storage import deterministic_zip
from webparity.storage.deterministic_zip import write_deterministic_zip

MEMBERS = {"b/two.txt": b"second", "a.txt": b"first", "empty": b""}


def test_the_members_come_back_in_sorted_order() -> None:
    with zipfile.ZipFile(BytesIO(write_deterministic_zip(MEMBERS))) as archive:
        assert archive.namelist() == ["a.txt", "b/two.txt", "empty"]
        assert {name: archive.read(name) for name in archive.namelist()} == MEMBERS


def test_neither_the_order_given_nor_the_time_changes_the_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    written = write_deterministic_zip(MEMBERS)
    monkeypatch.setattr(deterministic_zip.zipfile.time, "time", lambda: 2e9)
    assert write_deterministic_zip(dict(reversed(MEMBERS.items()))) == written


def test_another_content_changes_the_bytes() -> None:
    assert write_deterministic_zip(MEMBERS | {"a.txt": b"First"}) != write_deterministic_zip(MEMBERS)
