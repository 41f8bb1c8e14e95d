"""XGBoost: trees from its JSON file."""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.classifiers.lowering import Family
from webparity.export.classifiers.trees.ensemble import Ensemble, Link, Tree, join_trees
from webparity.export.classifiers.trees.lowering import TreeLowering
from webparity.models import refusals
from webparity.models.estimators.missing_values import get_missing_value

_SIGMOID: Final = "binary:logistic"
_SOFTMAX: Final = ("multi:softprob", "multi:softmax")
# Objectives of measured values.
_LINKS: Final[dict[str, Link]] = {
    "count:poisson": "log",
    "reg:absoluteerror": "identity",
    "reg:gamma": "log",
    "reg:logistic": "logit",
    "reg:pseudohubererror": "identity",
    "reg:quantileerror": "identity",
    "reg:squarederror": "identity",
    "reg:squaredlogerror": "identity",
    "reg:tweedie": "log",
}


def extract_xgboost(classifier: Any) -> Ensemble:
    """Extract the trees of an `XGBClassifier` or `XGBRegressor`, up to the best iteration where it stopped early.

    Raises:
        UnsupportedModelError: it is linear, drops trees, splits on categories, has another objective, or no tree
            splits.
    """
    booster = classifier.get_booster()
    best = booster.attr("best_iteration")
    kept = booster if best is None else booster[: int(best) + 1]
    learner = json.loads(bytes(kept.save_raw("json")))["learner"]
    objective, booster_name = learner["objective"]["name"], learner["gradient_booster"]["name"]
    if booster_name != "gbtree":
        raise refusals.XGBOOST(f"one with booster={booster_name!r}")
    if objective not in {_SIGMOID, *_SOFTMAX, *_LINKS}:
        raise refusals.XGBOOST(f"one with objective={objective!r}")
    model = learner["gradient_booster"]["model"]
    # From XGBoost 3.4 on a file of booster="dart" names "gbtree", and holds the weights of its trees.
    if any(weight != 1 for weight in model.get("weight_drop", ())):
        raise refusals.XGBOOST("one trained with dropout of trees")
    base = np.array(json.loads(learner["learner_model_param"]["base_score"]), dtype=np.float64)
    link = _LINKS.get(objective, "identity")
    if objective == _SIGMOID or link == "logit":
        # The file holds a probability, the library adds its log-odds.
        base = np.log(base / (1 - base))
    if link == "log":
        base = np.log(base)
    trees = [
        _convert_tree(tree, np.eye(len(base))[column])
        for tree, column in zip(model["trees"], model["tree_info"], strict=True)
    ]
    missing = get_missing_value(classifier)
    missing_range = None if missing is None else (missing, missing)
    return join_trees(trees, base=base, slope=1.0, missing_range=missing_range, link=link)


def _convert_tree(tree: dict[str, Any], column: NDArray[np.float64]) -> Tree:
    """Convert a tree whose leaves add to one column, given as a row of 0 and 1."""
    if tree["tree_param"]["size_leaf_vector"] != "1":
        raise refusals.XGBOOST("one with leaves of several outputs")
    if any(tree["split_type"]):
        raise refusals.XGBOOST("one with splits on categories")
    # Thresholds of the inner nodes, values of the leaves.
    conditions = np.array(tree["split_conditions"], dtype=np.float32)
    return Tree(
        feature=np.array(tree["split_indices"]),
        # Values below the threshold go left, so those up to the next smaller float32.
        threshold=np.nextafter(conditions, np.float32(-np.inf)).astype(np.float64),
        left=np.array(tree["left_children"]),
        right=np.array(tree["right_children"]),
        value=conditions[:, np.newaxis] * column,
        missing=np.where(tree["default_left"], -1, 1).astype(np.int8),
    )


class XGBoostTrees(TreeLowering):
    """Classifiers and regressors of XGBoost."""

    def _extract(self) -> Ensemble:
        return extract_xgboost(self.estimator)


FAMILY = Family(name="XGBoost", lowerings={"xgboost": XGBoostTrees})
