"""CatBoost: trees from its JSON file."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np

from webparity.export.classifiers.lowering import Family
from webparity.export.classifiers.trees.ensemble import Ensemble, Link, Tree, join_trees
from webparity.export.classifiers.trees.lowering import TreeLowering
from webparity.export.classifiers.trees.nested import flatten_tree
from webparity.models import refusals

_LOSSES: Final[dict[str, Link]] = {
    "CrossEntropy": "identity",
    "Expectile": "identity",
    "Huber": "identity",
    "LogCosh": "identity",
    "Logloss": "identity",
    "Lq": "identity",
    "MAE": "identity",
    "MAPE": "identity",
    "MultiClass": "identity",
    "MultiCrossEntropy": "identity",
    "MultiLogloss": "identity",
    "MultiRMSE": "identity",
    "Poisson": "log",
    "Quantile": "identity",
    "RMSE": "identity",
    "Tweedie": "log",
}


def extract_catboost(classifier: Any) -> Ensemble:
    """Extract the trees of a `CatBoostClassifier` or `CatBoostRegressor` on numbers, symmetric ones or others.

    Raises:
        UnsupportedModelError: it splits on categories or text, has another loss, or no tree splits.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.json"
        classifier.save_model(str(file), format="json")
        # Names and notes of the user may have any encoding; nothing here depends on them.
        content = json.loads(file.read_text(encoding="utf-8", errors="replace"), strict=False)
    loss = _read_loss(content)
    if loss is None:
        raise refusals.CATBOOST("one whose file does not say with which loss function it was trained")
    if loss not in _LOSSES:
        raise refusals.CATBOOST(f"one with loss_function={loss!r}")
    columns = [feature["flat_feature_index"] for feature in content["features_info"].get("float_features", [])]
    scale, bias = content["scale_and_bias"]
    if "oblivious_trees" in content:
        trees = [_convert_symmetric(tree, columns, scale) for tree in content["oblivious_trees"]]
    else:
        trees = [_convert_nested(tree, columns, scale) for tree in content["trees"]]
    return join_trees(trees, base=np.array(bias, dtype=np.float64), slope=1.0, link=_LOSSES[loss])


def _read_loss(content: dict[str, Any]) -> str | None:
    """Name of the loss function, or None where the file does not say it."""
    try:
        return str(content["model_info"]["params"]["loss_function"]["type"])
    except (KeyError, TypeError):
        return None


def _convert_symmetric(tree: dict[str, Any], columns: list[int], scale: float) -> Tree:
    """Convert a tree with one comparison for all nodes of a level; split i is bit i of the number of a leaf."""
    splits = tree["splits"] or []
    depth = len(splits)
    inner, leaves = 2**depth - 1, 2**depth
    # The children of node i are 2 i + 1 and 2 i + 2; the last split comes first, as the highest bit.
    compared = [_read_split(splits[depth - (node + 1).bit_length()], columns) for node in range(inner)]
    left = np.array([2 * node + 1 for node in range(inner)] + [-1] * leaves)
    values = np.array(tree["leaf_values"], dtype=np.float64).reshape(leaves, -1) * scale
    return Tree(
        feature=np.array([column for column, _ in compared] + [0] * leaves),
        threshold=np.array([border for _, border in compared] + [0.0] * leaves),
        left=left,
        right=np.where(left < 0, -1, left + 1),
        value=np.concatenate([np.zeros((inner, values.shape[1])), values]),
    )


def _convert_nested(tree: dict[str, Any], columns: list[int], scale: float) -> Tree:
    """Convert a tree that is written as nested nodes."""
    nodes, left, right = flatten_tree(tree, "left", "right")
    compared = [_read_split(node["split"], columns) if "split" in node else (0, 0.0) for node in nodes]
    width = max(np.size(node["value"]) for node in nodes if "value" in node)
    return Tree(
        feature=np.array([column for column, _ in compared]),
        threshold=np.array([border for _, border in compared]),
        left=left,
        right=right,
        value=np.array([np.broadcast_to(node.get("value", 0.0), width) for node in nodes]) * scale,
    )


def _read_split(split: dict[str, Any], columns: list[int]) -> tuple[int, float]:
    """Read column and border of a split; values above the border go right."""
    if split["split_type"] != "FloatFeature":
        raise refusals.CATBOOST(f"one with a split of type {split['split_type']}")
    return columns[split["float_feature_index"]], float(np.float32(split["border"]))


class CatBoostTrees(TreeLowering):
    """Classifiers and regressors of CatBoost."""

    def _extract(self) -> Ensemble:
        return extract_catboost(self.estimator)


FAMILY = Family(name="CatBoost", lowerings={"catboost": CatBoostTrees})
