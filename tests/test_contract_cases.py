"""Every case that the decode contract names is there: a file of the corpus, or a test of the module."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from corpus import make_jpegs, make_pngs, make_refused

ROOT: Final = Path(__file__).resolve().parents[1]
ODD_FILES: Final = ROOT / "parity_tests" / "decode" / "odd_files"
CONTRACT: Final = (ROOT / "docs" / "decode-contract.md").read_text("utf-8")
# The page's Python block decodes it.
EXAMPLE: Final = {"photo.jpg"}
FILES: Final = set(re.findall(r"`([\w-]+\.(?:jpg|png|webp|gif|bmp|avif|tif))`", CONTRACT)) - EXAMPLE


def list_odd_files() -> set[str]:
    return {path.name for path in ODD_FILES.iterdir()} - {"README.md"}


def test_every_file_named_is_in_the_corpus() -> None:
    assert len(FILES) > 80
    assert FILES - list_odd_files() - set(make_jpegs()) - set(make_pngs()) - set(make_refused()) == set()


def test_every_odd_file_is_named() -> None:
    assert list_odd_files() - FILES == set()


def test_every_test_named_is_there() -> None:
    named = {name for names in re.findall(r"W: (\w+(?:, \w+)*)", CONTRACT) for name in names.split(", ")}
    assert {"jpeg", "png", "webp", "gif", "bmp"} <= named
    assert named - {path.stem.removeprefix("test_") for path in (ROOT / "tests" / "wasm").rglob("test_*.py")} == set()
