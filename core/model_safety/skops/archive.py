"""Checks of `.skops` files: an archive of a schema and arrays. The types in it are checked later, by skops."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any, Final

from webparity.model_safety.archive import open_archive, open_model_file, read_member
from webparity.model_safety.json_tree import iterate_objects, parse_json
from webparity.model_safety.npy import refuse_array, refuse_sparse
from webparity.model_safety.refusal import make_refusal
from webparity.model_safety.skops.pickled_boosters import inspect_pickled_boosters
from webparity.model_safety.skops.trees import refuse_bad_trees

MAX_BYTES: Final = 256 * 2**20  # each tree of a forest has some 6 kB
MAX_DEPTH: Final = 200  # a stack of forests has 24
_MEMBERS: Final = re.compile(r"schema\.json|[\w-]+\.(npy|npz|bin)")
# Without bound methods, partial functions, operators and constructor calls, which classifiers do not hold.
_LOADERS: Final = frozenset(
    f"{name}Node"
    for name in (
        *("Dict", "DefaultDict", "List", "Tuple", "Set", "Slice", "Json", "Bytes", "Bytearray"),
        *("Object", "Type", "Function", "Loss", "SGD", "Tree"),
        *("NdArray", "MaskedArray", "DType", "SparseMatrix", "RandomState", "RandomGenerator"),
    )
)


def inspect_skops(file: Path) -> None:
    """Check a `.skops` file.

    Raises:
        UnsupportedModelError: see `archive`, `npy` and `trees`; or its schema holds nodes that no classifier needs.
    """
    with open_model_file(file) as stream, open_archive(stream, file.name, _MEMBERS) as archive:
        data = read_member(archive, "schema.json", file.name)
        schema = parse_json(data, f"schema.json of {file.name}", max_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
        _refuse_members(archive, file.name)
        _refuse_nodes(schema, archive, file.name)
        refuse_bad_trees(schema, archive, file.name)
        inspect_pickled_boosters(schema, archive, file.name)


def _refuse_nodes(schema: Any, archive: zipfile.ZipFile, name: str) -> None:
    known: dict[Any, dict[str, Any]] = {}
    for node in iterate_objects(schema):
        loader = node.get("__loader__")
        if "__class__" in node and loader not in _LOADERS:
            raise make_refusal(
                "a classifier as skops writes it",
                f"{name} with {loader} of {node.get('__module__')}.{node['__class__']}",
            )
        number = node.get("__id__")
        # skops uses the first node of a number for all others; a second one could hide what is read.
        if number is not None and not _are_alike(known.setdefault(str(number), node), node, archive):
            raise make_refusal("one object for each number", f"{name} with two of number {number}")


def _are_alike(one: Any, other: Any, archive: zipfile.ZipFile) -> bool:
    """Whether two nodes describe the same object; numbers and file names differ each time that skops writes it."""
    pending = [(one, other)]
    while pending:
        left, right = pending.pop()
        if left is right:
            continue
        if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
            if "file" in left and archive.read(left["file"]) != archive.read(right["file"]):
                return False
            pending += [(left[key], right[key]) for key in left.keys() - {"__id__", "file"}]
        elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
            pending += zip(left, right, strict=True)
        elif type(left) is not type(right) or left != right:
            return False
    return True


def _refuse_members(archive: zipfile.ZipFile, name: str) -> None:
    for member in archive.namelist():
        check = {".npy": refuse_array, ".npz": refuse_sparse}.get(Path(member).suffix)
        if check is not None:
            check(read_member(archive, member, name), f"{member} of {name}")
