"""Each file of the corpus gets the verdict that the contract owes it."""

from __future__ import annotations

from pathlib import Path

from odd_files import REFUSED, read_odd_files
from python_verdicts import decode_in_python


def test_every_good_file_is_accepted(accepted: list[Path]) -> None:
    assert {p.name: v for p in accepted if len(v := decode_in_python(p)) == 1} == {}
    assert len(accepted) > 250


def test_each_bad_file_is_refused_with_the_code_in_its_name(declined: list[Path]) -> None:
    diverging = {p.name: v for p in declined if not (len(v := decode_in_python(p)) == 1 and p.name.startswith(v[0]))}
    assert diverging == {}
    assert len(declined) > 60


def test_every_odd_file_of_the_table_is_there() -> None:
    assert set(REFUSED) < set(read_odd_files())


def test_some_damaged_files_are_accepted_and_some_refused(damaged: list[Path]) -> None:
    found = [decode_in_python(path) for path in damaged]
    assert sum(len(v) == 3 for v in found) > len(damaged) // 10
    assert {v[0] for v in found if len(v) == 1} >= {"corrupt", "truncated"}
