"""Suppressed warnings of linters and type checkers are few, and each has its reason beside it."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parents[1]
LIMIT: Final = 40
FOLDERS: Final = ("core", "train", "export", "parity", "cli", "tests", "parity_tests", "bench", "scripts")
WEB_FOLDERS: Final = ("web/src", "web/scripts", "web/tests")

# One letter of each stands in brackets, so that a search for suppressions does not find this file.
_PYTHON: Final = re.compile(r"#\s*(?:ruff:\s*)?(?:no[q]a|type: [i]gnore|p[y]right:|m[y]py:)(.*)", re.IGNORECASE)
_TYPESCRIPT: Final = re.compile(r"(?:oxlint|eslint)-[d]isable(?:(?!--).)*(?:--(.*))?|@[t]s-[a-z-]+(.*)")
_CODES: Final = re.compile(r"^\s*(?::\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*|\[[\w\s,-]+\])")


def _find_in_python(text: str) -> list[str]:
    """List the text after each suppression mark in the comments of a Python file; strings do not count."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = (token.string for token in tokens if token.type == tokenize.COMMENT)
    return [found[1] for comment in comments if (found := _PYTHON.search(comment))]


def _find_in_typescript(text: str) -> list[str]:
    return [found[1] or found[2] or "" for found in _TYPESCRIPT.finditer(text)]


def _has_reason(rest: str) -> bool:
    """Whether at least two words stand behind the mark and its codes."""
    return len(re.findall(r"[A-Za-z][\w.`']*", _CODES.sub("", rest))) >= 2


def _list_sources() -> Iterator[Path]:
    yield ROOT / "conftest.py"
    for folder in FOLDERS:
        yield from (ROOT / folder).rglob("*.py")
    for file in (ROOT / "scripts").iterdir():
        if file.is_file() and not file.suffix and "python" in file.read_text("utf-8").split("\n")[0]:
            yield file
    for folder in WEB_FOLDERS:
        yield from (file for file in (ROOT / folder).rglob("*") if file.suffix in {".ts", ".js", ".mjs"})
    yield from (file for file in (ROOT / "web").iterdir() if file.suffix in {".ts", ".js", ".mjs"})


@cache
def _find_suppressions() -> dict[str, list[str]]:
    """Map each source file with suppression marks to the texts after them."""
    found = {}
    for file in _list_sources():
        text = file.read_text("utf-8")
        find = _find_in_typescript if file.suffix in {".ts", ".js", ".mjs"} else _find_in_python
        # Reading a file's tokens takes long.
        found[file.relative_to(ROOT).as_posix()] = (
            find(text) if _PYTHON.search(text) or _TYPESCRIPT.search(text) else []
        )
    return found


def test_suppressions_are_few() -> None:
    found = {name: marks for name, marks in _find_suppressions().items() if marks}
    assert sum(map(len, found.values())) <= LIMIT, found


def test_every_suppression_has_a_reason() -> None:
    bare = [
        f"{name}: {rest}" for name, marks in _find_suppressions().items() for rest in marks if not _has_reason(rest)
    ]
    assert bare == []


def test_all_folders_are_read() -> None:
    names = list(_find_suppressions())
    assert "scripts/cli-reference" in names
    assert [folder for folder in (*FOLDERS, *WEB_FOLDERS) if not any(name.startswith(folder) for name in names)] == []


def test_a_suppression_in_python_needs_a_reason() -> None:
    mark, ignore = "# no" + "qa", "# type: " + "ignore"
    lines = {
        f"{mark}": False,
        f"{mark}: E501": False,
        f"{mark}: E501, F401 - the address is long": True,
        f"{ignore}[misc]": False,
        f"{ignore}[misc]  # checked above": True,
    }
    for line, reason in lines.items():
        assert [_has_reason(rest) for rest in _find_in_python(f"x = 1  {line}\n")] == [reason], line
    assert _find_in_python(f's = "{mark}"\n') == []


def test_a_suppression_in_typescript_needs_a_reason() -> None:
    disable, expect = "// oxlint-" + "disable-next-line no-console", "// @t" + "s-expect-error"
    lines = {
        disable: False,
        f"{disable} -- what a command prints": True,
        expect: False,
        f"{expect} types lack this field": True,
    }
    for line, reason in lines.items():
        assert [_has_reason(rest) for rest in _find_in_typescript(line)] == [reason], line
