"""Wrong files, settings, images, bundles and places through the commands: one sentence, and nothing half written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import of_bundles
import of_model_files
import of_settings
import of_work
import pytest
from forked_command import run_forked
from mistake import Mistake, find_fault

MISTAKES: Final[list[Mistake]] = [
    mistake for module in (of_model_files, of_settings, of_bundles, of_work) for mistake in module.list_mistakes()
]
# What `make test` keeps of them: one of each kind of mistake.
_SOME: Final = {
    "model.keras: cut in half",
    "preprocessing: channels misspelt",
    "predict of scan.tiff",
    "train on a picture",
}


def test_there_are_more_than_two_hundred_and_each_is_another() -> None:
    assert len({each.name for each in MISTAKES}) == len(MISTAKES) > 200
    assert {each.name for each in MISTAKES} >= _SOME


@pytest.mark.slow
@pytest.mark.parametrize(
    "mistake",
    [pytest.param(each, id=each.name, marks=[] if each.name in _SOME else [pytest.mark.full]) for each in MISTAKES],
)
def test_a_mistake_ends_in_one_sentence_and_writes_nothing(mistake: Mistake, place: Path) -> None:
    mistake.prepare(place)
    before = _list_files(place)
    temporary = place.parent / "temporary"
    temporary.mkdir()
    result = run_forked(*mistake.arguments, cwd=place, env={**os.environ, "TMPDIR": str(temporary)})
    fault = find_fault(mistake, result.returncode, result.stdout, result.stderr)
    assert fault is None, f"{fault}: {result.stdout[-600:]}{result.stderr[-1500:]}"
    assert _list_files(place) == before


def _list_files(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file and folder, with the size and the time of the last change of files."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_size, path.stat().st_mtime_ns)
        if path.is_file()
        else (0, 0)
        for path in folder.rglob("*")
    }
