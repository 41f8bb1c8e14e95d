"""Every folder of modules has a short README that names each of them, and holds at most twelve."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ("core", "export", "train", "parity", "cli")
TESTS = ("parity_tests", "tests/reliability", "tests/plugins")
MAX_LINES = 25
MAX_MODULES = 12
# One file for each recipe, command and runtime: these folders grow with what they list.
GROWING = frozenset({"train/recipes", "cli/commands", "parity/runtimes", "web/src/runtime/backends"})


def _list_modules(folder: Path, suffix: str) -> list[str]:
    """Names of the modules directly in a folder, without `__init__.py` and type declarations."""
    found = [path.name for path in folder.glob(f"*{suffix}")]
    return sorted(name for name in found if name != "__init__.py" and not name.endswith(".d.ts"))


def _list_folders() -> list[tuple[str, str]]:
    roots = [*((name, ".py") for name in (*PYTHON, *TESTS)), ("web/src", ".ts")]
    return [
        (path.relative_to(ROOT).as_posix(), suffix)
        for root, suffix in roots
        for path in [ROOT / root, *sorted((ROOT / root).rglob("*"))]
        if path.is_dir() and _list_modules(path, suffix)
    ]


def _find_unnamed(folder: Path, suffix: str) -> list[str]:
    """Modules of a folder that its README does not name in backticks, as `name` or `name.py`."""
    text = (folder / "README.md").read_text("utf-8")
    named = {part for span in re.findall(r"`([^`\n]+)`", text) for part in re.split(r"[\s,]+", span)}
    return [name for name in _list_modules(folder, suffix) if not {name, name.removesuffix(suffix)} & named]


@pytest.mark.parametrize(("folder", "suffix"), _list_folders())
def test_a_folder_has_a_short_readme_that_names_every_module(folder: str, suffix: str) -> None:
    file = ROOT / folder / "README.md"
    assert file.is_file(), f"write {folder}/README.md"
    # An example in a block of code may be as long as it must.
    text = re.sub(r"^```.*?^```$", "", file.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert len(text.splitlines()) <= MAX_LINES
    assert _find_unnamed(ROOT / folder, suffix) == []


@pytest.mark.parametrize(("folder", "suffix"), [each for each in _list_folders() if each[0] not in GROWING])
def test_a_folder_holds_at_most_twelve_modules(folder: str, suffix: str) -> None:
    assert len(_list_modules(ROOT / folder, suffix)) <= MAX_MODULES, "sort them into sub-folders"


def test_a_module_that_the_readme_leaves_out_is_found(tmp_path: Path) -> None:
    for name in ("__init__.py", "one.py", "two.py", "three.py", "four.py"):
        (tmp_path / name).touch()
    (tmp_path / "README.md").write_text("`one.py` does it, `two` undoes it, three.py is not in backticks.\n")
    assert _find_unnamed(tmp_path, ".py") == ["four.py", "three.py"]


def test_every_kind_of_folder_is_checked() -> None:
    found = {folder for folder, _ in _list_folders()}
    assert {"core", "core/models/keras", "export/targets", "train/recipes", "parity/runtimes", "cli/commands"} <= found
    assert {"web/src/runtime", "web/src/page"} <= found
