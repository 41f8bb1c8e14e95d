from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webparity.errors import UsageError
from webparity.train.search.journal import Journal


@dataclass(frozen=True)
class Result:
    score: float
    data: bytes


RESULTS = [Result(0.1 + 0.2, b"\n\x00"), Result(1e-300, b""), Result(-1.0, bytes(range(256)))]


def open_journal(file: Path, key: str = "one") -> Journal[Result]:
    return Journal(file, {"key": key}, Result)


def test_stored_results_are_read_back_to_the_bit(tmp_path: Path) -> None:
    file = tmp_path / "new" / "journal"
    first = open_journal(file)
    for number, result in enumerate(RESULTS):
        first.add(str(number), result)
    assert open_journal(file).finished == first.finished == dict(zip("012", RESULTS, strict=True))


@settings(max_examples=60)
@given(lost=st.integers(0, 2000))
def test_a_cut_file_gives_the_lines_before_the_cut_and_takes_more(
    tmp_path_factory: pytest.TempPathFactory, lost: int
) -> None:
    file = tmp_path_factory.mktemp("cut") / "journal"
    first = open_journal(file)
    for number, result in enumerate(RESULTS):
        first.add(str(number), result)
    whole = file.read_bytes()
    file.write_bytes(whole[: max(0, len(whole) - lost)])
    again = open_journal(file)
    kept = file.read_bytes()
    assert whole.startswith(kept)
    assert len(again.finished) == max(0, kept.count(b"\n") - 1)
    for number, result in list(enumerate(RESULTS))[len(again.finished) :]:
        again.add(str(number), result)
    assert file.read_bytes() == whole


def test_a_journal_of_another_search_is_begun_anew(tmp_path: Path) -> None:
    open_journal(tmp_path / "journal").add("0", RESULTS[0])
    assert open_journal(tmp_path / "journal", "two").finished == {}
    assert open_journal(tmp_path / "journal").finished == {}


def test_without_a_file_results_are_kept_in_memory() -> None:
    memory: Journal[Result] = Journal(None, {}, Result)
    memory.add("0", RESULTS[0])
    assert memory.finished == {"0": RESULTS[0]}


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="place for the journal"):
        open_journal(tmp_path / "file" / "journal")
