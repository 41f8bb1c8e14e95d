"""Ensembles of trees: the same instruction as that of estimators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from onnx import numpy_helper

from webparity.errors import UnsupportedModelError
from webparity.export.classifiers.trees.ensemble import Ensemble, Tree, join_trees
from webparity.export.classifiers.trees.scores import sum_leaves
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.operators.machine_learning.post_transforms import add_other_class, transform_scores
from webparity.export.wasm.lowering.operators.machine_learning.rows import (
    TWO_CLASSES,
    count_labels,
    give_rows,
    give_scores,
    take_rows,
)
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.tensor_ops.tracers.program_tensor import ProgramTensor
from webparity.tensor_ops.tracers.to_program import ProgramOps

_LEAF: Final = "LEAF"
# By mode: whether a value equal to the threshold goes the way of smaller ones, and whether these go to the false side.
_MODES: Final = {
    "BRANCH_LEQ": (True, False),
    "BRANCH_LT": (False, False),
    "BRANCH_GT": (True, True),
    "BRANCH_GTE": (False, True),
}


def _lower_classifier(builder: Builder, node: Node) -> list[OrderedTensor]:
    columns, weights = np.array(node.get("class_ids"), np.int64), _read_numbers(node, "class_weights")
    labels = count_labels(node)
    # Leaves of one of two classes only: its score tells both.
    single = labels == TWO_CLASSES and len(np.unique(columns)) == 1
    if labels == TWO_CLASSES and len(node.get("base_values") or ()) == TWO_CLASSES:
        # onnxruntime leaves out the second class's own sum here.
        raise NotCompiledError("with two base_values for two classes")
    width = 1 if single else labels
    ops, sums = _sum(builder, node, _read_ensemble(node, "class", columns * (not single), weights, width))
    if single:
        result = add_other_class(ops, sums, node, of_probability=bool((weights >= 0).all()))
    else:
        result = transform_scores(ops, sums, node)
    return give_scores(builder, result)


def _lower_regressor(builder: Builder, node: Node) -> list[OrderedTensor]:
    columns, weights = np.array(node.get("target_ids"), np.int64), _read_numbers(node, "target_weights")
    kind = node.get_text("aggregate_function", "SUM")
    if kind not in {"SUM", "AVERAGE"}:
        raise NotCompiledError(f"with aggregate_function {kind}")
    if kind == "AVERAGE":
        weights = weights / len(np.unique(node.get("nodes_treeids")))
    ops, sums = _sum(builder, node, _read_ensemble(node, "target", columns, weights, int(node.get("n_targets", 1))))
    return [give_rows(builder, transform_scores(ops, sums, node))]


def _sum(builder: Builder, node: Node, ensemble: Ensemble) -> tuple[ProgramOps, ProgramTensor]:
    """Sum the leaves that the node's only row reaches, float64 [1, K]."""
    ops, rows = take_rows(builder, node[0])
    if rows.shape[0] != 1:
        raise NotCompiledError(f"of {rows.shape[0]} rows")
    return ops, sum_leaves(ops, ops.to_float32(rows), ensemble, exact=True)


def _read_numbers(node: Node, name: str) -> NDArray[np.float64]:
    """Read an attribute that is float32, or under a longer name a tensor of float64."""
    tensor = node.get(f"{name}_as_tensor")
    numbers = numpy_helper.to_array(tensor) if tensor is not None else np.array(node.get(name) or (), np.float32)
    return numbers.astype(np.float64)


def _read_ensemble(
    node: Node, kind: str, columns: NDArray[np.int64], weights: NDArray[np.float64], width: int
) -> Ensemble:
    """Read the trees of a node.

    Args:
        node: of opset 1 to 3 of its domain.
        kind: `class` or `target`, of which the node's attributes of leaves are.
        columns: for each of its weights the one, below `width`, that the leaf adds to.
        weights: what leaves add.
        width: K.
    """
    tree_ids, numbers = (np.array(node.get(name), np.int64) for name in ("nodes_treeids", "nodes_nodeids"))
    places = {pair: place for place, pair in enumerate(zip(tree_ids.tolist(), numbers.tolist(), strict=True))}
    value = np.zeros((len(places), width))
    leaves = zip(node.get(f"{kind}_treeids"), node.get(f"{kind}_nodeids"), strict=True)
    np.add.at(value, (np.array([places[pair] for pair in leaves], np.int64), columns), weights)
    nodes = _read_nodes(node, tree_ids, places, value)
    trees = []
    for tree in dict.fromkeys(tree_ids.tolist()):
        own = np.flatnonzero(tree_ids == tree)
        local = np.full(len(tree_ids) + 1, -1)
        local[own] = np.arange(len(own))
        left, right = local[nodes.left[own]], local[nodes.right[own]]
        _check_tree(left, right)
        trees.append(
            Tree(feature=nodes.feature[own], threshold=nodes.threshold[own], left=left, right=right, value=value[own])
        )
    base = np.zeros(width)
    own_base = _read_numbers(node, "base_values")
    base[: len(own_base)] = own_base
    try:
        return join_trees(trees, base=base, slope=None)
    except UnsupportedModelError as error:
        raise NotCompiledError("whose trees have no split") from error


def _read_nodes(
    node: Node, tree_ids: NDArray[np.int64], places: Mapping[tuple[int, int], int], value: NDArray[np.float64]
) -> Tree:
    """Read the nodes of all trees as one, in the node's order, with one comparison; children are -1 at leaves."""
    modes = [mode.decode() for mode in node.get("nodes_modes")]
    unknown = sorted(set(modes) - {*_MODES, _LEAF})
    if unknown:
        raise NotCompiledError(f"with nodes {' and '.join(unknown)}")
    equal, turned = (np.array([_MODES.get(mode, (True, False))[part] for mode in modes]) for part in (0, 1))
    threshold = _read_numbers(node, "nodes_values")
    below = np.nextafter(threshold.astype(node[0].dtype), -np.inf, dtype=node[0].dtype).astype(np.float64)
    sides = []
    for name in ("nodes_truenodeids", "nodes_falsenodeids"):
        pairs = zip(tree_ids.tolist(), node.get(name), modes, strict=True)
        sides.append(np.array([-1 if mode == _LEAF else places[tree, child] for tree, child, mode in pairs]))
    return Tree(
        feature=np.array(node.get("nodes_featureids"), np.int64),
        threshold=np.where(equal, threshold, below),
        left=np.where(turned, sides[1], sides[0]),
        right=np.where(turned, sides[0], sides[1]),
        value=value,
    )


def _check_tree(left: NDArray[np.int64], right: NDArray[np.int64]) -> None:
    """Refuse nodes that are no tree with its root first."""
    reached, level = 0, np.zeros(1, np.int64)
    while len(level) and reached <= len(left):
        reached += len(level)
        inner = level[left[level] >= 0]
        level = np.concatenate([left[inner], right[inner]])
    if reached != len(left):
        raise NotCompiledError("whose nodes are no tree with its root first")


ML_OPERATORS: Final[dict[str, Lowering]] = {
    "TreeEnsembleClassifier": _lower_classifier,
    "TreeEnsembleRegressor": _lower_regressor,
}
