"""LightGBM: trees from the dump of its model."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.classifiers.lowering import Family
from webparity.export.classifiers.trees.ensemble import Ensemble, Link, Tree, join_trees
from webparity.export.classifiers.trees.lowering import TreeLowering
from webparity.export.classifiers.trees.nested import flatten_tree
from webparity.models import refusals
from webparity.models.estimators.answers.booster_tasks import LIGHTGBM_VALUES

# `kZeroThreshold` of LightGBM's meta.h.
_ZERO: Final = np.float32(1e-35)
_LOG_LINK: Final = ("gamma", "poisson", "tweedie")


def extract_lightgbm(classifier: Any) -> Ensemble:
    """Extract the trees of an `LGBMClassifier` or `LGBMRegressor`, up to the best iteration where it stopped early.

    Raises:
        UnsupportedModelError: it splits on categories, has linear leaves or another objective, or no tree splits.
    """
    model = classifier.booster_.dump_model()
    columns = model["num_tree_per_iteration"]
    trees = [
        _convert_tree(tree["tree_structure"], np.eye(columns)[tree["tree_index"] % columns])
        for tree in model["tree_info"]
    ]
    slope, link = _read_objective(model["objective"])
    # Random forests take the mean of their iterations, but not for raw scores.
    slope *= columns / len(trees) if model["average_output"] else 1.0
    # Splits of a model trained with zero_as_missing send zeros to a side of their own choice.
    zeros = any((tree.missing != 0).any() for tree in trees if tree.missing is not None)
    missing = (-float(_ZERO), float(_ZERO)) if zeros else None
    base = np.zeros(columns)
    return join_trees(trees, base=base, slope=slope, input_type=np.float64, missing_range=missing, link=link)


def _read_objective(objective: str) -> tuple[float, Link]:
    """Read the slope and the link of an objective as the model has it: `binary sigmoid:1`, `multiclass num_class:3`."""
    name, *settings = objective.split()
    if name == "binary":
        return float(dict(setting.split(":") for setting in settings)["sigmoid"]), "identity"
    if name == "multiclass" or (name in LIGHTGBM_VALUES and "sqrt" not in settings):
        return 1.0, "log" if name in _LOG_LINK else "identity"
    raise refusals.LIGHTGBM(f"one with objective={name!r}")


def _convert_tree(root: dict[str, Any], column: NDArray[np.float64]) -> Tree:
    """Convert a tree whose leaves add to one column, given as a row of 0 and 1."""
    nodes, left, right = flatten_tree(root, "left_child", "right_child")
    for node in nodes:
        _refuse_split(node)
    return Tree(
        feature=np.array([node.get("split_feature", 0) for node in nodes]),
        threshold=_widen_zero(np.array([float(node.get("threshold", 0.0)) for node in nodes])),
        left=left,
        right=right,
        value=np.array([[node.get("leaf_value", 0.0)] for node in nodes]) * column,
        missing=np.array([_get_missing_side(node) for node in nodes], np.int8),
    )


def _widen_zero(threshold: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move thresholds out of the range up to `_ZERO` in size, whose values the library treats as 0."""
    below = np.nextafter(-_ZERO, np.float32(-np.inf)).astype(np.float64)
    return np.where(np.abs(threshold) > _ZERO, threshold, np.where(threshold < 0, below, _ZERO))


def _refuse_split(node: dict[str, Any]) -> None:
    """Refuse linear leaves and splits on categories."""
    if "leaf_coeff" in node:
        raise refusals.LIGHTGBM("one with linear leaves")
    if node.get("decision_type", "<=") != "<=":
        raise refusals.LIGHTGBM("one with splits on categories")


def _get_missing_side(node: dict[str, Any]) -> int:
    """Return the side to which a split sends zeros: -1 left, 1 right, 0 by comparison."""
    if node.get("missing_type") != "Zero":
        return 0
    return -1 if node["default_left"] else 1


class LightGBMTrees(TreeLowering):
    """Classifiers and regressors of LightGBM."""

    def _extract(self) -> Ensemble:
        return extract_lightgbm(self.estimator)


FAMILY = Family(name="LightGBM", lowerings={"lightgbm": LightGBMTrees})
