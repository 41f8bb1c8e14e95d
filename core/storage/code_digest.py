"""Digests of source code, by which a cache entry of another version of the code is never used.

A digest covers the modules that are named and every module of webparity that they import, directly or through others.
Imports are read from the source (functions included, `TYPE_CHECKING` left out), so there is no list to forget one in.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

_ROOT: Final = "webparity"
# What a module runs beside Python.
_BINARIES: Final = {"webparity.wasm.compiled_module": ("assets", "webparity.wasm")}


def digest_code(*names: str, root: Traversable | None = None) -> str:
    """Compute the SHA-256 over the sources of modules and of all that they import from webparity.

    Args:
        names: dotted names, such as `webparity.decode.contract`; a package stands for all modules below it.
        root: the folder of the package `webparity`; the imported one by default.

    Returns:
        64 hexadecimal digits, the same for the same names in any order.

    Raises:
        ValueError: no name was given, or one is neither a module nor a package of webparity.
    """
    if root is None:
        return _compute_installed_digest(frozenset(names))
    return _digest(frozenset(names), root)


@lru_cache
def _compute_installed_digest(names: frozenset[str]) -> str:
    return _digest(names, files(_ROOT))


def _digest(names: frozenset[str], root: Traversable) -> str:
    total = hashlib.sha256()
    for name, source in sorted(collect_sources(names, root).items()):
        total.update(f"{name} {len(source)}\n".encode())
        total.update(source)
    return total.hexdigest()


def collect_sources(names: frozenset[str], root: Traversable) -> dict[str, bytes]:
    """Read modules and all that they import from webparity.

    Args:
        names: see `digest_code`.
        root: see `digest_code`.

    Returns:
        Source by dotted name; and `webparity.wasm` by its own name, where it is run.

    Raises:
        ValueError: see `digest_code`.
    """
    if not names:
        raise ValueError("Expected one module of webparity or more; received none. Name those that compute.")
    pending: list[str] = []
    for name in names:
        below = list(_iterate_modules_below(name, root))
        if not below:
            raise ValueError(
                f"Expected the dotted name of a module or package of webparity; received {name!r}. "
                "Write for example webparity.decode.contract."
            )
        pending += below
    found: dict[str, bytes] = {}
    while pending:
        name = pending.pop()
        file = _find_source_file(name, root)
        if name not in found and file is not None:
            found[name] = file.read_bytes()
            pending += _iterate_imported_modules(ast.parse(found[name]), root)
    for name in _BINARIES.keys() & found.keys():
        binary = root.joinpath(*_BINARIES[name])
        found[binary.name] = binary.read_bytes()
    return found


def _iterate_imported_modules(tree: ast.AST, root: Traversable) -> Iterator[str]:
    """Yield the modules of webparity that a module imports or names in a string, as `registry.discover` is told."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith(f"{_ROOT}."))
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == _ROOT:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield node.module if _find_source_file(submodule, root) is None else submodule
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(f"{_ROOT}."):
            yield from _iterate_modules_below(node.value, root)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            pending += node.orelse
            continue
        pending += ast.iter_child_nodes(node)


def _iterate_modules_below(name: str, root: Traversable) -> Iterator[str]:
    """Yield a module, or a package with every module below it; nothing where there is no such name."""
    if _find_source_file(name, root) is None:
        return
    yield name
    folder = _find_folder(name, root)
    if folder.is_dir():
        for child in folder.iterdir():
            stem = child.name.removesuffix(".py")
            if stem != "__init__" and stem.isidentifier():
                yield from _iterate_modules_below(f"{name}.{stem}", root)


def _find_source_file(name: str, root: Traversable) -> Traversable | None:
    """Find the source of a module or of a package's `__init__`."""
    first, *rest = name.split(".")
    if first != _ROOT or not all(part.isidentifier() for part in rest):
        return None
    init = _find_folder(name, root) / "__init__.py"
    module = root.joinpath(*rest[:-1], f"{rest[-1]}.py") if rest else init
    return next((file for file in (init, module) if file.is_file()), None)


def _find_folder(name: str, root: Traversable) -> Traversable:
    return root.joinpath(*name.split(".")[1:])
