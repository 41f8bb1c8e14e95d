from __future__ import annotations

import ast
from pathlib import Path

from webparity import errors
from webparity.cli.environment_variables import ENVIRONMENT_VARIABLES
from webparity.cli.exit_codes import EXIT_CODES

ROOT = Path(__file__).parents[2]
PACKAGES = ("core", "train", "export", "parity", "cli")
# Read by a library of Python's, not by our code.
BY_LIBRARIES = {"TMPDIR"}


def _find_variables(source: str) -> set[str]:
    """Names in `os.environ.get("…")`, `os.environ.setdefault("…")`, `os.environ["…"]` and `os.getenv("…")`."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).startswith(("os.environ.", "os.getenv")):
            key = node.args[0]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            key = node.slice
        else:
            continue
        if isinstance(key, ast.Constant):
            found.add(str(key.value))
    return found


def test_every_environment_variable_that_is_read_is_in_the_reference() -> None:
    read = {
        name
        for folder in PACKAGES
        for file in (ROOT / folder).rglob("*.py")
        for name in _find_variables(file.read_text())
    }
    assert read | BY_LIBRARIES == set(ENVIRONMENT_VARIABLES)


def test_a_variable_that_is_read_in_any_way_is_found() -> None:
    assert _find_variables(
        'os.environ.get("A")\nos.environ["B"]\nos.environ.setdefault("C", "")\nos.getenv("D")'
    ) == set("ABCD")


def test_every_exit_code_of_an_error_is_in_the_table() -> None:
    found = {each.exit_code for each in vars(errors).values() if isinstance(each, type) and hasattr(each, "exit_code")}
    assert found == {1, 2, 3}
    assert found < set(EXIT_CODES)
    assert list(EXIT_CODES) == sorted(EXIT_CODES) == [0, 1, 2, 3, 70, 130, 141]
