"""Paths in the documents exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("core", "train", "export", "parity", "cli", "web", "tests", "parity_tests", "docs", "bench", "scripts", "wasm")
# Written by the build.
BUILT = ("web/assets",)


def _list_documents() -> list[str]:
    found = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "tests").rglob("README.md")]
    found += [
        path for room in ROOMS[:6] for path in (ROOT / room).rglob("README.md") if "node_modules" not in path.parts
    ]
    return sorted(path.relative_to(ROOT).as_posix() for path in found if path.name != "CHANGELOG.md")


def _find_missing(text: str) -> list[str]:
    """Paths in backticks that begin with a folder of the project and lead nowhere."""
    named = re.findall(r"`([\w./-]+/[\w./-]*)`", text)
    ours = [name for name in named if name.split("/")[0] in ROOMS and not name.startswith(BUILT)]
    return [name for name in ours if not (ROOT / name).exists()]


@pytest.mark.parametrize("document", _list_documents())
def test_the_paths_of_a_document_are_there(document: str) -> None:
    assert _find_missing((ROOT / document).read_text("utf-8")) == []


def test_a_path_that_leads_nowhere_is_found() -> None:
    text = "`core/errors.py`, `core/gone.py`, `train/`, `train/nowhere/`, `web/assets/page`, `and/or`, core/plain.py"
    assert _find_missing(text) == ["core/gone.py", "train/nowhere/"]
