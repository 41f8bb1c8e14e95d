"""The instruction `trees` of programs: decisions in float32, sums of leaves in float64 in the order of the trees."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.export.classifiers.trees.ensemble import Ensemble
from webparity.program.opcodes import Opcode
from webparity.tensor_ops.tracers.program_tensor import ProgramTensor
from webparity.tensor_ops.tracers.to_program import ProgramOps


def add_tree_instruction(ops: ProgramOps, values: ProgramTensor, ensemble: Ensemble) -> ProgramTensor:
    """Sum the leaves that one row reaches, and the base.

    Args:
        ops: the program under construction.
        values: float32 [1, D].
        ensemble: of K columns, its thresholds rounded to float32.

    Returns:
        Float64 [1, K].
    """
    order = _sort_depth_first(ensemble)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    inner = ensemble.inner[order]
    leaves = order[~inner]
    # The left child stands behind its parent; a leaf has below 0 the complement of its number among the leaves.
    after = np.where(inner, place[ensemble.right[order]], np.cumsum(inner) - np.arange(len(order)) - 1)
    columns = len(ensemble.base)
    leaf, target = np.nonzero(ensemble.value[leaves])
    starts = np.searchsorted(leaf, np.arange(len(leaves) + 1))
    tables: list[NDArray[Any]] = [
        ensemble.threshold[order].astype(np.float32),
        ensemble.feature[order].astype(np.int32),
        after.astype(np.int32),
        place[ensemble.roots].astype(np.int32),
        starts.astype(np.int32),
        target.astype(np.uint16),
        ensemble.value[leaves][leaf, target],
    ]
    base = ops.add_table(ensemble.base)
    inputs = [values.value, *(ops.add_table(table, narrow=True) for table in tables), base]
    return ops.wrap(ops.emit(Opcode.TREES, inputs, (1, columns), np.float64))


def _sort_depth_first(ensemble: Ensemble) -> NDArray[np.int64]:
    """Sort the nodes so that each tree's stand together, each node before those below it, the left ones first."""
    left, right, inner = ensemble.left.tolist(), ensemble.right.tolist(), ensemble.inner.tolist()
    order: list[int] = []
    for root in ensemble.roots.tolist():
        waiting = [root]
        while waiting:
            node = waiting.pop()
            order.append(node)
            if inner[node]:
                waiting += [right[node], left[node]]
    return np.array(order)
