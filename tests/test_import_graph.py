"""The import graph: `core` imports no other package, the other packages import no sibling, and there is no circle.

The rules hold for every module that is there, also for one that was made today, since the graph is read from disk.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

WINGS = ("train", "export", "parity")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Every import of the package, those inside functions and under TYPE_CHECKING included."""
    return grimp.build_graph("webparity", exclude_type_checking_imports=False, cache_dir=None)


def _get_layer(module: str) -> str:
    """The first name below the package: `webparity.export.onnx.model` is in `export`."""
    return module.partition(".")[2].partition(".")[0]


def _find_forbidden(graph: grimp.ImportGraph) -> list[str]:
    """Imports against the direction: of the command line by anything else, and of a wing by all but it and itself.

    The package itself, which no module imports, may name what a wing's own package exports.
    """
    return [
        f"{module} -> {imported}"
        for module in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(module))
        if _get_layer(imported) in {*WINGS, "cli"} and _get_layer(module) not in {_get_layer(imported), "cli"}
        if not ("." not in module and imported in {f"{module}.{wing}" for wing in WINGS})
    ]


def _find_circles(graph: grimp.ImportGraph) -> list[list[str]]:
    """Groups of modules that import each other, directly or over others (Tarjan's strongly connected components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for imported in sorted(graph.find_modules_directly_imported_by(module)):
            if imported not in index:
                visit(imported)
                low[module] = min(low[module], low[imported])
            elif imported in stack:
                low[module] = min(low[module], index[imported])
        if low[module] == index[module]:
            group = stack[stack.index(module) :]
            del stack[stack.index(module) :]
            if len(group) > 1:
                found.append(sorted(group))

    for module in sorted(graph.modules):
        if module not in index:
            visit(module)
    return found


def test_core_imports_no_other_package_and_siblings_do_not_import_each_other(graph: grimp.ImportGraph) -> None:
    assert _find_forbidden(graph) == []


def test_no_modules_import_each_other_in_a_circle(graph: grimp.ImportGraph) -> None:
    assert _find_circles(graph) == []


def test_the_package_itself_imports_nothing_of_the_wings_until_it_is_asked() -> None:
    loaded = "import sys, webparity; print([name for name in sys.modules if name.startswith('webparity.')])"
    done = subprocess.run([sys.executable, "-c", loaded], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "['webparity.lazy_names']"


def test_no_module_imports_the_package_itself(graph: grimp.ImportGraph) -> None:
    assert graph.find_modules_that_directly_import("webparity") == set()


def test_every_file_of_the_package_is_in_the_graph(graph: grimp.ImportGraph) -> None:
    root = Path(__file__).resolve().parents[1]
    on_disk = {
        ("webparity" if folder == "core" else f"webparity.{folder}", path.relative_to(root / folder).with_suffix(""))
        for folder in ("core", "train", "export", "parity", "cli")
        for path in (root / folder).rglob("*.py")
    }
    names = {".".join([package, *(part for part in path.parts if part != "__init__")]) for package, path in on_disk}
    assert names - graph.modules == set()


PLANTED = {
    "core imports export": ({"models/new.py": "from planted.export import pipeline"}, 1, 0),
    "core imports the command line": ({"models/new.py": "import planted.cli"}, 1, 0),
    "the package itself imports a module of train": (
        {"__init__.py": "def f():\n    from planted.train import new", "train/new.py": ""},
        1,
        0,
    ),
    "the package itself names what train exports": ({"__init__.py": "from planted.train import fit"}, 0, 0),
    "the package itself imports the command line": ({"__init__.py": "import planted.cli"}, 1, 0),
    "a module imports the package itself": (
        {"errors.py": "import planted", "__init__.py": "import planted.errors"},
        0,
        1,
    ),
    "export imports parity": ({"export/new.py": "import planted.parity"}, 1, 0),
    "train imports the command line": ({"train/new.py": "import planted.cli"}, 1, 0),
    "the command line imports other packages": ({"cli/new.py": "import planted.parity, planted.export"}, 0, 0),
    "one way": ({"a/one.py": "import planted.a.two", "a/two.py": "import planted.errors"}, 0, 0),
    "a circle": ({"a/one.py": "import planted.a.two", "a/two.py": "from planted.a import one"}, 0, 1),
    "a circle of three": (
        {"one.py": "import planted.two", "two.py": "import planted.a", "a.py": "import planted.one"},
        0,
        1,
    ),
    "a circle through a function": (
        {"one.py": "import planted.two", "two.py": "def f():\n    import planted.one"},
        0,
        1,
    ),
    "a circle of types": (
        {
            "one.py": "import planted.two",
            "two.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import planted.one",
        },
        0,
        1,
    ),
}


@pytest.mark.parametrize(("files", "forbidden", "circles"), PLANTED.values(), ids=PLANTED)
def test_a_planted_import_is_found(
    files: dict[str, str], forbidden: int, circles: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = [*(f"{room}/__init__.py" for room in (*WINGS, "cli", "models")), "errors.py", "export/pipeline.py"]
    if "a.py" not in files:
        base.append("a/__init__.py")
    for name, text in {"__init__.py": "", **dict.fromkeys(base, ""), **files}.items():
        file = tmp_path / "planted" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    planted = grimp.build_graph("planted", cache_dir=None)
    assert (len(_find_forbidden(planted)), len(_find_circles(planted))) == (forbidden, circles)
