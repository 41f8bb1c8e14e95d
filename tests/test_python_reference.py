"""docs/api.md is up to date with the docstrings, and every public name is in it and in the guide."""

from __future__ import annotations

import ast
import importlib
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
REFERENCE: dict[str, Any] = runpy.run_path(str(ROOT / "scripts" / "api-reference"))
PACKAGES: tuple[str, ...] = REFERENCE["PACKAGES"]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def list_public_names() -> set[str]:
    return {f"{package}.{name}" for package in PACKAGES for name in importlib.import_module(package).__all__}


def find_names(code: str) -> set[str]:
    """The dotted names of webparity that a block imports or reaches through an import."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "webparity":
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("webparity.")}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "webparity":
            found.add(f"webparity.{node.attr}")
    return found


def test_the_reference_is_not_stale() -> None:
    committed = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert REFERENCE["render_page"]() == committed, "make it anew: .venv/bin/python scripts/api-reference > docs/api.md"


@pytest.mark.parametrize("package", PACKAGES)
def test_all_is_sorted_and_every_name_is_documented_and_can_be_had(package: str) -> None:
    module = importlib.import_module(package)
    assert list(module.__all__) == sorted(module.__all__)
    for name in module.__all__:
        found = getattr(module, name)
        assert (found.__doc__ or "").strip(), name
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = module.no_such_name


def test_the_reference_names_what_is_public_and_nothing_else() -> None:
    headings = re.findall(r"^## (\S+)$", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(headings) == len(set(headings))
    assert set(headings) == list_public_names()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_documents_import_public_names_only(page: Path) -> None:
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        assert find_names(block) <= list_public_names()


def test_a_deep_import_would_be_noticed() -> None:
    deep = "from webparity.decode.contract import decode_file\nimport webparity\nwebparity.nothing()"
    assert find_names(deep) == {"webparity.decode.contract.decode_file", "webparity.nothing"}
    assert not find_names(deep) & list_public_names()
