"""The trees of LightGBM, from its own dump."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.classifiers.trees.ensemble import Ensemble, Tree, joined
from webparity.export.classifiers.trees.nested import flattened
from webparity.models import refusals

# `kZeroThreshold` of LightGBM's meta.h.
_ZERO: Final = np.float32(1e-35)


def lightgbm_ensemble(classifier: Any) -> Ensemble:
    """`LGBMClassifier`, up to the best iteration where it stopped early.

    Raises:
        UnsupportedModelError: it splits on categories, has linear leaves or another objective, or no tree splits.
    """
    model = classifier.booster_.dump_model()
    columns = model["num_tree_per_iteration"]
    trees = [
        _tree(tree["tree_structure"], np.eye(columns)[tree["tree_index"] % columns]) for tree in model["tree_info"]
    ]
    slope = _slope(model["objective"])
    # Random forests take the mean of their iterations, but not for raw scores.
    slope *= columns / len(trees) if model["average_output"] else 1.0
    # Trained with zero_as_missing, splits send zeros to a side of their own choice.
    zeros = any((tree.missing != 0).any() for tree in trees if tree.missing is not None)
    missing = (-float(_ZERO), float(_ZERO)) if zeros else None
    return joined(trees, base=np.zeros(columns), slope=slope, given=np.float64, missing_range=missing)


def _slope(objective: str) -> float:
    """Of an objective as the model keeps it, `binary sigmoid:1` or `multiclass num_class:3`."""
    name, *settings = objective.split()
    if name == "binary":
        return float(dict(setting.split(":") for setting in settings)["sigmoid"])
    if name == "multiclass":
        return 1.0
    raise refusals.LIGHTGBM(f"one with objective={name!r}")


def _tree(root: dict[str, Any], column: NDArray[np.float64]) -> Tree:
    nodes, left, right = flattened(root, "left_child", "right_child")
    for node in nodes:
        _check(node)
    return Tree(
        feature=np.array([node.get("split_feature", 0) for node in nodes]),
        threshold=_outside_zero(np.array([float(node.get("threshold", 0.0)) for node in nodes])),
        left=left,
        right=right,
        value=np.array([[node.get("leaf_value", 0.0)] for node in nodes]) * column,
        missing=np.array([_missing(node) for node in nodes], np.int8),
    )


def _outside_zero(threshold: NDArray[np.float64]) -> NDArray[np.float64]:
    """Thresholds that take values of at most `_ZERO` in size for 0, as the library does when it reads them."""
    below = np.nextafter(-_ZERO, np.float32(-np.inf)).astype(np.float64)
    return np.where(np.abs(threshold) > _ZERO, threshold, np.where(threshold < 0, below, _ZERO))


def _check(node: dict[str, Any]) -> None:
    if "leaf_coeff" in node:
        raise refusals.LIGHTGBM("one with linear leaves")
    if node.get("decision_type", "<=") != "<=":
        raise refusals.LIGHTGBM("one with splits on categories")


def _missing(node: dict[str, Any]) -> int:
    """Where a split sends zeros: -1 left, 1 right, 0 by comparison."""
    if node.get("missing_type") != "Zero":
        return 0
    return -1 if node["default_left"] else 1
