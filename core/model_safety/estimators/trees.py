"""Checks of decision trees and of ensembles of trees.

Prediction follows their nodes unchecked; `webparity.model_safety.skops.trees` checks files first.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.model_safety.estimators.fields import Fields
from webparity.models import refusals

_ROUNDING: Final = 1e-6
_MOST_OUTPUTS: Final = 2**16


def check_tree(fields: Fields) -> None:
    """Check one classification or regression tree."""
    tree, features = fields.get("tree_"), fields.features
    several = isinstance(getattr(fields.estimator, "classes_", None), list)
    counted = hasattr(fields.estimator, "classes_")
    most = len(fields.get("classes_")) if several else 1 if counted else _MOST_OUTPUTS
    outputs = fields.read_integer("n_outputs_", most if counted else 1, most)
    nodes = int(tree.node_count)
    left, right = np.asarray(tree.children_left), np.asarray(tree.children_right)
    inner = left != -1
    fields.require(
        nodes > 0 and len(left) == nodes and is_topologically_ordered(inner, left, right),
        "nodes that lead to leaves",
        "others",
    )
    seen = np.asarray(tree.feature)[inner]
    fields.require(
        tree.n_features == features and ((seen >= 0) & (seen < features)).all(),
        f"splits of {features} features",
        "others",
    )
    fields.require(not np.isnan(np.asarray(tree.threshold)[inner]).any(), "thresholds that are numbers", "NaN")
    columns = max(map(len, fields.get("classes_"))) if several else fields.classes if counted else 1
    values = fields.require_finite(np.asarray(tree.value), "values of its leaves", (nodes, outputs, columns))
    # Before scikit-learn 1.4 they were numbers of images; what is read from a file has shares by now.
    shares = not counted or np.abs(values.sum(axis=2) - 1).max() <= _ROUNDING
    fields.require(shares, "leaves that hold shares, as since scikit-learn 1.4", "numbers of images")


def check_forest(fields: Fields) -> None:
    """Check that all trees have the same classes and features."""
    classes, features = fields.classes, fields.features
    for tree in fields.read_members("estimators_"):
        own = Fields(tree)
        fields.require(own.classes == classes, f"trees of {classes} classes", own.classes)
        fields.require(own.features == features, f"trees of {features} features", own.features)


def check_members_features(fields: Fields) -> None:
    """Check that all trees of a forest of several outputs, or of values, have the same features and outputs."""
    features = fields.features
    outputs = {tree.tree_.n_outputs for tree in fields.read_members("estimators_")}
    fields.require(len(outputs) == 1, "trees of one number of outputs", sorted(outputs))
    for tree in fields.read_members("estimators_"):
        fields.require(Fields(tree).features == features, f"trees of {features} features", "others")


def check_gradient_boosting(fields: Fields) -> None:
    """Check regression trees [iterations, K]."""
    trees = fields.get("estimators_")
    fields.require(
        isinstance(trees, np.ndarray) and trees.dtype == object and trees.ndim == 2 and trees.size > 0,
        "estimators_ as rows of trees",
        type(trees).__name__,
    )
    columns = fields.columns if fields.has("classes_") else 1
    fields.require(trees.shape[1] == columns, f"{columns} trees an iteration", trees.shape[1])
    fields.read_number("learning_rate")
    features = fields.features
    for tree in trees.ravel():
        fields.require(Fields(tree).features == features, f"trees of {features} features", "others")


def check_histogram_boosting(fields: Fields) -> None:
    """Check the nodes of each tree, and the baseline prediction."""
    columns, features = fields.columns if fields.has("classes_") else 1, fields.features
    fields.read_integer("n_trees_per_iteration_", columns, columns)
    fields.read_finite("_baseline_prediction", (1, columns))
    categorical = fields.get("is_categorical_") if fields.has("is_categorical_") else None
    known = np.zeros(features, bool)
    if categorical is not None:
        known = fields.require_array(categorical, "is_categorical_", (features,), kinds="b")
    for trees in fields.read_members("_predictors"):
        fields.require(isinstance(trees, list | tuple) and len(trees) == columns, f"{columns} trees each", "others")
        for tree in trees:
            _check_histogram_tree(fields, tree, known)


def _check_histogram_tree(fields: Fields, tree: Any, categorical: NDArray[np.bool_]) -> None:
    nodes, features = np.asarray(tree.nodes), len(categorical)
    fields.require(nodes.ndim == 1 and len(nodes) > 0 and nodes.dtype.names is not None, "nodes in a row", nodes.dtype)
    inner = nodes["is_leaf"] == 0
    fields.require(
        is_topologically_ordered(inner, nodes["left"], nodes["right"]), "nodes that lead to leaves", "others"
    )
    seen = nodes["feature_idx"][inner]
    fields.require(((seen >= 0) & (seen < features)).all(), f"splits of {features} features", "others")
    fields.require(np.isfinite(nodes["value"]).all(), "finite values of its leaves", "others")
    by_category = nodes[inner & (nodes["is_categorical"] != 0)]
    sets = np.asarray(tree.raw_left_cat_bitsets)
    fields.require(
        categorical[by_category["feature_idx"]].all()
        and (by_category["bitset_idx"] < len(sets)).all()
        and (len(by_category) == 0 or sets.shape[1:] == (8,)),
        "categories of its own",
        "others",
    )
    fields.require(not np.isnan(nodes["num_threshold"][inner]).any(), "thresholds that are numbers", "NaN")


def check_ada_boost(fields: Fields) -> None:
    """Check the classifiers and their weights."""
    if getattr(fields.estimator, "algorithm", None) == "SAMME.R":
        raise refusals.OLD_ADABOOST("one of algorithm='SAMME.R', by an older version")
    members = fields.read_members("estimators_")
    weights = fields.read_finite("estimator_weights_", (None,))
    fields.require(len(weights) >= len(members), f"{len(members)} estimator_weights_", len(weights))
    labels = set(np.asarray(fields.get("classes_")).tolist()) if fields.classes else set()
    for each in members:
        own = Fields(each)
        fields.require(own.features == fields.features, f"members of {fields.features} features", own.features)
        fields.require(
            own.classes and set(np.asarray(each.classes_).tolist()) <= labels, "members of its classes", "others"
        )


def is_topologically_ordered(inner: NDArray[np.bool_], left: NDArray[Any], right: NDArray[Any]) -> bool:
    """Whether both children of every inner node have a higher index, as scikit-learn builds trees."""
    here = np.flatnonzero(inner)
    children = np.stack([left[inner], right[inner]]).astype(np.int64)
    return bool((children > here).all() and (children < len(inner)).all())
