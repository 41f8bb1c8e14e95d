"""Sums of leaves in tensor operations, exact but for one rounding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np
from numpy.typing import NDArray

from webparity.export.classifiers.trees.ensemble import Ensemble, round_thresholds
from webparity.export.classifiers.trees.instruction import add_tree_instruction
from webparity.models import refusals
from webparity.tensor_ops.ops import Ops, T

if TYPE_CHECKING:
    from webparity.tensor_ops.tracers.program_tensor import ProgramTensor
    from webparity.tensor_ops.tracers.to_onnx import OnnxOps, OnnxTensor

# Float32 holds every integer up to here.
_EXACT: Final = 2**24


def sum_leaves(ops: Ops[T], values: T, ensemble: Ensemble, *, exact: bool = False) -> T:
    """Sum the values of the leaves that rows reach.

    In ONNX this is one tree operator, in a program one instruction that sums in float64. Elsewhere it goes level by
    level, all trees at once: which nodes of a level are reached (1 or 0) follows from their parents, and a matrix
    product sums the values of the reached leaves. Values are split in two: multiples of a power of two, whose float32
    sums are exact in any order, and small remainders.

    Args:
        ops: the adapter.
        values: real [N, D], finite; any N.
        ensemble: of K columns.
        exact: return double-float instead of real.

    Returns:
        Real or double-float [N, K].

    Raises:
        UnsupportedModelError: a level has more nodes than float32 can number.
    """
    from webparity.tensor_ops.tracers.to_onnx import OnnxOps
    from webparity.tensor_ops.tracers.to_program import ProgramOps

    columns = len(ensemble.base)
    ensemble = round_thresholds(ensemble)
    if isinstance(ops, ProgramOps):
        summed = cast("T", add_tree_instruction(ops, cast("ProgramTensor", values), ensemble))
        return summed if exact else ops.to_float32(summed)
    base, leaves = _split_values(ensemble)
    if isinstance(ops, OnnxOps):
        sums = cast("T", _add_tree_operator(ops, cast("OnnxTensor", values), ensemble, base, leaves))
    else:
        sums = _sum_by_levels(ops, values, ensemble, base, leaves)
    parts = ops.reshape(sums, (-1, 2, columns))
    return ops.reshape(ops.sum(ops.to_double_float(parts) if exact else parts, 1), (-1, columns))


def _sum_by_levels(
    ops: Ops[T], values: T, ensemble: Ensemble, base: NDArray[np.float64], leaves: NDArray[np.float64]
) -> T:
    """Sums of both parts, [N, 2 K]."""
    inner = ensemble.inner
    parents, reached = ensemble.roots[inner[ensemble.roots]], None
    ends: list[NDArray[np.int64]] = []
    ends_reached: list[T] = []
    while len(parents):
        compared = ops.take(values, _make_indices(ops, ensemble.feature[parents]), 1)
        below = ops.greater_equal(ops.constant(ensemble.threshold[parents]), compared)
        left = below if reached is None else reached * below
        right = 1.0 - left if reached is None else reached - left
        nodes, children = (
            np.concatenate([ensemble.left[parents], ensemble.right[parents]]),
            ops.concat([left, right], 1),
        )
        leaf, continues = np.flatnonzero(~inner[nodes]), np.flatnonzero(inner[nodes])
        if len(leaf):
            ends.append(nodes[leaf])
            ends_reached.append(ops.take(children, _make_indices(ops, leaf), 1))
        parents = nodes[continues]
        if len(parents):
            reached = ops.take(children, _make_indices(ops, continues), 1)
    # One product: TF.js fuses a sum of two products to an operator that its wasm backend lacks.
    sums = ops.matmul(ops.concat(ends_reached, 1), ops.constant(leaves[np.concatenate(ends)]))
    # A tree without a split adds the same value to every row.
    return sums + ops.constant(base + leaves[ensemble.roots].sum(axis=0))


def _make_indices(ops: Ops[T], indices: NDArray[np.int64]) -> T:
    """Make a constant of indices, if float32 holds them exactly."""
    if indices.max() >= _EXACT:
        raise refusals.MANY_NODES(f"{indices.max() + 1:,}")
    return ops.constant(indices)


def _split_values(ensemble: Ensemble) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Split base [2 K] and leaves [nodes, 2 K] into multiples of a step and remainders."""
    largest = np.maximum.reduceat(np.abs(ensemble.value), ensemble.roots, axis=0)
    total = (largest.sum(axis=0) + np.abs(ensemble.base)).max()
    # No sum is above `total`, so it has at most 2^23 steps.
    step = 2.0 ** (np.ceil(np.log2(total)) - 23) if total else 1.0
    base, leaves = (np.rint(x / step) * step for x in (ensemble.base, ensemble.value))
    return np.concatenate([base, ensemble.base - base]), np.concatenate([leaves, ensemble.value - leaves], axis=1)


def _add_tree_operator(
    ops: OnnxOps, values: OnnxTensor, ensemble: Ensemble, base: NDArray[np.float64], leaves: NDArray[np.float64]
) -> OnnxTensor:
    """ONNX-ML's TreeEnsembleRegressor, whose targets are both parts, [N, 2 K]."""
    from webparity.export.onnx.model import ML_DOMAIN

    inner = ensemble.inner
    sizes = np.diff(ensemble.roots, append=len(inner))
    trees = np.repeat(np.arange(len(sizes)), sizes)
    first = ensemble.roots[trees]
    # Zeros are left out, but a leaf keeps its first target.
    adds = ~inner[:, np.newaxis] & ((leaves != 0) | (np.arange(leaves.shape[1]) == 0))
    nodes, targets = np.nonzero(adds)
    return ops.add_node(
        "TreeEnsembleRegressor",
        values,
        domain=ML_DOMAIN,
        n_targets=leaves.shape[1],
        aggregate_function="SUM",
        post_transform="NONE",
        base_values=base.tolist(),
        nodes_treeids=trees.tolist(),
        nodes_nodeids=(np.arange(len(inner)) - first).tolist(),
        nodes_featureids=ensemble.feature.tolist(),
        nodes_modes=np.where(inner, "BRANCH_LEQ", "LEAF").tolist(),
        nodes_values=ensemble.threshold.tolist(),
        nodes_truenodeids=np.where(inner, ensemble.left - first, 0).tolist(),
        nodes_falsenodeids=np.where(inner, ensemble.right - first, 0).tolist(),
        target_treeids=trees[nodes].tolist(),
        target_nodeids=(nodes - first[nodes]).tolist(),
        target_ids=targets.tolist(),
        target_weights=leaves[nodes, targets].tolist(),
    )
