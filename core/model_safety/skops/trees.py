"""Checks of scikit-learn's trees in a `.skops` file; scikit-learn follows node indices without bounds checks.

An index out of bounds reads foreign memory, a loop never ends (https://github.com/scikit-learn/scikit-learn/pull/34558);
skops trusts neither kind of tree for that reason. Trees that pass here are trusted.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.errors import UnsupportedModelError
from webparity.model_safety.archive import read_member
from webparity.model_safety.limits import refuse_many_nodes
from webparity.model_safety.refusal import make_refusal

_PREDICTOR: Final = "TreePredictor"
_STATE: Final = frozenset({"max_depth", "node_count", "nodes", "values"})
_PREDICTOR_STATE: Final = frozenset({"nodes", "binned_left_cat_bitsets", "raw_left_cat_bitsets"})
# These pass their input unchanged to the trees below them.
_ENSEMBLES: Final = (
    "sklearn.tree._classes",
    "sklearn.ensemble._forest",
    "sklearn.ensemble._gb",
    "sklearn.ensemble._hist_gradient_boosting.gradient_boosting",
)


def refuse_bad_trees(schema: Any, archive: zipfile.ZipFile, name: str) -> None:
    """Check every tree of a schema.

    Args:
        schema: skops's `schema.json`.
        archive: where its arrays are.
        name: what to call the file in messages.

    Raises:
        UnsupportedModelError: node indices are out of bounds or form cycles, or splits use features that do not exist.
    """
    nodes = 0
    for node, features in _iterate_trees(schema):
        try:
            sound = _is_sound(node, features, archive, name)
        except UnsupportedModelError:
            raise
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            sound = False
        if not sound:
            raise make_refusal("trees whose nodes lead to leaves", f"{name} with an altered {node['__class__']}")
        nodes += len(_read_array(node["content"]["content"]["nodes"], archive, name))
    refuse_many_nodes(nodes, name)


def _iterate_trees(schema: Any) -> Iterator[tuple[dict[str, Any], int | None]]:
    """Iterate over the trees, each with the smallest number of features of the ensembles around it."""
    pending: list[tuple[Any, int | None]] = [(schema, None)]
    while pending:
        node, features = pending.pop()
        if isinstance(node, dict):
            if node.get("__loader__") == "TreeNode" or node.get("__class__") == _PREDICTOR:
                yield node, features
            fitted = node["content"]["content"] if node.get("__module__") in _ENSEMBLES else {}
            if "n_features_in_" in fitted:
                own = _read_integer(fitted["n_features_in_"])
                features = own if features is None else min(own, features)
            pending += [(child, features) for child in node.values()]
        elif isinstance(node, list):
            pending += [(child, features) for child in node]


def _is_sound(node: dict[str, Any], features: int | None, archive: zipfile.ZipFile, name: str) -> bool:
    state = node["content"]["content"]
    nodes = _read_array(state["nodes"], archive, name)
    if features is None or len(nodes) == 0:
        return False
    if node["__class__"] == _PREDICTOR:
        inner = nodes[nodes["is_leaf"] == 0]
        bitsets = len(_read_array(state["raw_left_cat_bitsets"], archive, name))
        return (
            state.keys() == _PREDICTOR_STATE
            and _is_topologically_ordered(nodes, nodes["is_leaf"] == 0, "left", "right")
            and _are_within(inner["feature_idx"], features)
            and _are_within(inner[inner["is_categorical"] != 0]["bitset_idx"], bitsets)
        )
    width, classes, outputs = node["__reduce__"]["args"]["content"]
    inner = nodes["left_child"] != -1
    return (
        state.keys() == _STATE
        and _read_integer(state["node_count"]) == len(nodes)
        and _read_integer(outputs) >= 1
        # scikit-learn reads a number of classes for each output; it checks the shape of the leaves' values itself.
        and _read_array(classes, archive, name).shape == (_read_integer(outputs),)
        and _is_topologically_ordered(nodes, inner, "left_child", "right_child")
        and _are_within(nodes["feature"][inner], min(features, _read_integer(width)))
    )


def _is_topologically_ordered(nodes: NDArray[Any], inner: NDArray[np.bool_], left: str, right: str) -> bool:
    """Whether both children of every inner node have a higher index, as scikit-learn builds trees."""
    here = np.flatnonzero(inner)
    children = np.stack([nodes[left][inner], nodes[right][inner]]).astype(np.int64)
    return bool((children > here).all() and (children < len(nodes)).all())


def _are_within(indices: NDArray[Any], end: int) -> bool:
    return bool((indices >= 0).all() and (indices < end).all())


def _read_integer(node: dict[str, Any]) -> int:
    return int(json.loads(node["content"]))


def _read_array(node: dict[str, Any], archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    array: NDArray[Any] = np.load(BytesIO(read_member(archive, node["file"], name)), allow_pickle=False)
    return array
