"""Ensembles of decision trees as flat arrays with one comparison, `value <= threshold`, for every library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from webparity.models import refusals

Link = Literal["identity", "log", "logit"]
_FLOAT32: Final = np.finfo(np.float32)


@dataclass(frozen=True, kw_only=True, eq=False)
class Tree:
    """One tree of a library; node 0 is the root.

    Attributes:
        feature: int [n], the column that is compared at a node.
        threshold: float64 [n]; values up to it go left, those above right.
        left: int [n], the next node, below 0 at a leaf.
        right: int [n], as `left`.
        value: float64 [n, K], what a leaf adds to the result.
        missing: int8 [n], where values go that count as missing: -1 left, 1 right, 0 by comparison; None for all 0.
    """

    feature: NDArray[Any]
    threshold: NDArray[np.float64]
    left: NDArray[Any]
    right: NDArray[Any]
    value: NDArray[np.float64]
    missing: NDArray[np.int8] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Ensemble:
    """Trees whose outputs are added: `base` plus the `value` of one leaf of each tree.

    The nodes of a tree are adjacent, the root first. K is C, or 1 for two classes with one score.

    Attributes:
        feature: int64 [nodes], the column that is compared at a node; 0 at a leaf.
        threshold: float64 [nodes], any but NaN; values up to it go left, those above right.
        left: int64 [nodes], the next node; a leaf is its own.
        right: int64 [nodes], as `left`.
        value: float64 [nodes, K], 0 at inner nodes.
        roots: int64 [trees].
        base: float64 [K].
        slope: probabilities are the softmax (for K = 1 the sigmoid) of `slope` times the result; None where the
            result is the probabilities themselves. A regressor's result is `slope` times the sum.
        link: the function whose inverse gives a regressor's values.
        input_type: the type that the library converts values to before it compares them, float32 or float64.
        missing: int8 [nodes], where missing values go: -1 left, 1 right, 0 by comparison. None where none is.
        missing_range: the smallest and the largest value that count as missing, or None.
    """

    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float64]
    roots: NDArray[np.int64]
    base: NDArray[np.float64]
    slope: float | None
    input_type: type[np.float32 | np.float64]
    missing: NDArray[np.int8] | None = None
    missing_range: tuple[float, float] | None = None
    link: Link = "identity"

    @property
    def inner(self) -> NDArray[np.bool_]:
        """Mask of the inner nodes, bool [nodes]; the others are leaves."""
        compares: NDArray[np.bool_] = self.left != np.arange(len(self.left))
        return compares


def join_trees(
    trees: Sequence[Tree],
    *,
    base: NDArray[Any],
    slope: float | None,
    input_type: type[np.float32 | np.float64] = np.float32,
    missing_range: tuple[float, float] | None = None,
    link: Link = "identity",
) -> Ensemble:
    """Join trees with the same K to an `Ensemble`, which documents the other arguments.

    Raises:
        UnsupportedModelError: none of the trees has a split.
    """
    sizes = np.array([len(tree.feature) for tree in trees])
    if sizes.max(initial=0) <= 1:
        raise refusals.NO_SPLIT(f"{len(trees)} without a split")
    roots = np.cumsum(sizes) - sizes
    first = np.repeat(roots, sizes)
    left = np.concatenate([tree.left for tree in trees])
    right = np.concatenate([tree.right for tree in trees])
    leaf, own = left < 0, np.arange(len(left))
    return Ensemble(
        feature=np.where(leaf, 0, np.concatenate([tree.feature for tree in trees])).astype(np.int64),
        threshold=np.where(leaf, 0.0, np.concatenate([tree.threshold for tree in trees])),
        left=np.where(leaf, own, left + first),
        right=np.where(leaf, own, right + first),
        value=np.where(leaf[:, np.newaxis], np.concatenate([tree.value for tree in trees]), 0.0),
        roots=roots,
        base=np.asarray(base, dtype=np.float64),
        slope=slope,
        input_type=input_type,
        missing=None if missing_range is None else np.concatenate([_get_missing_sides(tree) for tree in trees]),
        missing_range=missing_range,
        link=link,
    )


def _get_missing_sides(tree: Tree) -> NDArray[np.int8]:
    return np.zeros(len(tree.feature), np.int8) if tree.missing is None else tree.missing


def round_thresholds(ensemble: Ensemble) -> Ensemble:
    """Round thresholds to finite normal float32 numbers; decisions on normal float32 values and 0 stay the same.

    WebGL and TensorFlow take subnormal numbers for 0, and no constant of a graph may be infinite.
    """
    floor = floor_to_float32(ensemble.threshold)
    # Where no value goes left, the children are exchanged and all values go left.
    none = floor == -np.inf
    return replace(
        ensemble,
        threshold=np.where(none, _FLOAT32.max, np.minimum(floor, _FLOAT32.max)).astype(np.float64),
        left=np.where(none, ensemble.right, ensemble.left),
        right=np.where(none, ensemble.left, ensemble.right),
    )


def floor_to_float32(threshold: NDArray[np.float64]) -> NDArray[np.float32]:
    """Round down to float32 numbers that are normal, 0 or infinite: `v <= threshold` has the same result."""
    with np.errstate(over="ignore"):
        floor = threshold.astype(np.float32)
    floor = np.where(floor > threshold, np.nextafter(floor, np.float32(-np.inf)), floor)
    subnormal = np.abs(floor) < _FLOAT32.tiny
    return np.where(subnormal, np.where(floor < 0, -_FLOAT32.tiny, np.float32(0)), floor).astype(np.float32)
