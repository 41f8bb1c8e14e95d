"""No two classes of the product's Python code, and no two types of its TypeScript code, share a name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ("core", "export", "train", "parity", "cli", "bench")
TYPE_DECLARATION = re.compile(r"^(?:export )?(?:abstract )?(?:class|interface|type|enum) (\w+)", re.MULTILINE)


def _list_names(file: Path) -> list[str]:
    text = file.read_text("utf-8")
    if file.suffix == ".ts":
        return TYPE_DECLARATION.findall(text)
    return [node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)]


def _find_shared_names(files: Iterable[Path]) -> dict[str, list[str]]:
    """Map each name of more than one class to the files that define it."""
    found: dict[str, list[str]] = {}
    for file in files:
        for name in _list_names(file):
            found.setdefault(name, []).append(file.as_posix())
    return {name: where for name, where in found.items() if len(where) > 1}


def test_no_two_python_classes_share_a_name() -> None:
    files = [path for folder in PYTHON for path in sorted((ROOT / folder).rglob("*.py"))]
    assert len(files) > 300
    assert _find_shared_names(files) == {}


def test_no_two_typescript_types_share_a_name() -> None:
    files = sorted((ROOT / "web/src").rglob("*.ts"))
    assert len(files) > 50
    assert _find_shared_names(files) == {}


def test_a_shared_name_is_found(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text(f"class Shared:\n    pass\n\nclass Only{name}:\n    class Nested: ...\n")
        (tmp_path / f"{name}.ts").write_text(f"export interface Result {{}}\nexport type Type{name} = 1;\n")
    assert set(_find_shared_names(sorted(tmp_path.iterdir()))) == {"Shared", "Nested", "Result"}
