"""Upgrade `.skops` files that older versions of scikit-learn or webparity wrote, so that the answers stay the same."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any, Final

import numpy as np

from webparity.model_safety.json_tree import iterate_objects
from webparity.models.estimators.old_import_paths import MOVED_CLASSES

# The module of the compiled losses before scikit-learn 1.6, and today's.
_LOSSES: Final = ("_loss", "sklearn._loss._loss")
# Losses that were removed, and that only training needs.
_GONE: Final = ("sklearn.ensemble._gb_losses", "sklearn.linear_model._sgd_fast")
_NPY: Final = b"\x93NUMPY"
# A field of trees since scikit-learn 1.3; it is read for missing values only.
_NEW_FIELD: Final = ("missing_go_to_left", "u1")
_OLD_FIELDS: Final = (
    "left_child",
    "right_child",
    "feature",
    "threshold",
    "impurity",
    "n_node_samples",
    "weighted_n_node_samples",
)


def upgrade_skops(data: bytes) -> bytes:
    """Rewrite an archive with today's names of losses and of webparity's classes, and today's fields of trees.

    Args:
        data: a `.skops` file that was inspected.

    Returns:
        A `.skops` file; `data` itself where there is nothing to rewrite.
    """
    with zipfile.ZipFile(BytesIO(data)) as old:
        members = {name: old.read(name) for name in old.namelist()}
    schema = json.loads(members["schema.json"])
    changed = {name: new for name, content in members.items() if (new := _add_tree_field(content)) is not None}
    if _rename_losses(schema) | _rename_moved_classes(schema):
        changed["schema.json"] = json.dumps(schema).encode()
    if not changed:
        return data
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as new_archive:
        for name, content in (members | changed).items():
            new_archive.writestr(name, content)
    return stream.getvalue()


def _rename_losses(schema: Any) -> bool:
    found = False
    for node in iterate_objects(schema):
        module = node.get("__module__")
        if module == _LOSSES[0]:
            node["__module__"], found = _LOSSES[1], True
        elif module in _GONE:
            node.clear()
            node.update(
                {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode"}, content="null", is_json=True
            )
            found = True
    return found


def _rename_moved_classes(schema: Any) -> bool:
    found = False
    for node in iterate_objects(schema):
        moved = MOVED_CLASSES.get((str(node.get("__module__")), str(node.get("__class__"))))
        if moved is not None:
            node["__module__"], node["__class__"] = moved
            found = True
    return found


def _add_tree_field(content: bytes) -> bytes | None:
    if not content.startswith(_NPY):
        return None
    # The inspection has refused arrays of objects and headers that do not match the data.
    array = np.load(BytesIO(content), allow_pickle=False)
    if array.dtype.names != _OLD_FIELDS:
        return None
    fields: Any = [*((name, array.dtype[name]) for name in _OLD_FIELDS), _NEW_FIELD]
    nodes = np.zeros(array.shape, np.dtype(fields, align=True))
    for name in _OLD_FIELDS:
        nodes[name] = array[name]
    stream = BytesIO()
    np.save(stream, nodes, allow_pickle=False)
    return stream.getvalue()
