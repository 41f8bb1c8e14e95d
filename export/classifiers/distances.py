"""Distances from features to points: squared Euclidean by one matrix product, and Manhattan."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.tensor_ops.ops import Ops, T

# Differences of one image that are in memory at once, 1 MB.
_AT_ONCE: Final = 2**18


def compute_squared_distances(ops: Ops[T], values: T, points: NDArray[Any]) -> T:
    """Squared Euclidean distances in float32, `|x|² - 2 x·p + |p|²` around the mean of the points.

    Around the mean the three terms are not much larger than the distances themselves.

    Args:
        ops: the adapter.
        values: real [N, D].
        points: [P, D].

    Returns:
        Real [N, P].
    """
    mean = points.mean(axis=0, dtype=np.float64).astype(np.float32)
    # Subtracted in the graph: the points themselves are stored, and both sides are rounded alike.
    x, p = values - ops.constant(mean), ops.constant(points) - ops.constant(mean)
    product = ops.matmul(x, ops.permute_dims(p, (1, 0)))
    norms = ops.permute_dims(ops.sum(p * p, 1), (1, 0))
    return ops.sum(x * x, 1) + norms - (product + product)


def compute_squared_distances_in_double_float(ops: Ops[T], values: T, points: NDArray[Any]) -> T:
    """Squared Euclidean distances of double-float values [N, D], double-float [N, P]."""
    mean = points.mean(axis=0, dtype=np.float64)
    x, p = values - ops.double_float_constant(mean), points.astype(np.float64) - mean
    product = ops.matmul(x, ops.double_float_constant(p.T))
    return ops.sum(x * x, 1) + ops.double_float_constant((p * p).sum(axis=1)) - (product + product)


def compute_manhattan_distances(ops: Ops[T], values: T, points: NDArray[Any]) -> T:
    """Manhattan distances in float32, computed for some points at a time to bound the memory.

    Args:
        ops: the adapter.
        values: real [N, D].
        points: [P, D].

    Returns:
        Real [N, P].
    """
    count, width = points.shape
    rows = max(1, _AT_ONCE // width)
    x, parts = ops.reshape(values, (-1, 1, width)), []
    for start in range(0, count, rows):
        some = points[start : start + rows]
        differences = ops.abs(x - ops.constant(some))
        parts.append(ops.reshape(ops.sum(differences, 2), (-1, len(some))))
    return parts[0] if len(parts) == 1 else ops.concat(parts, 1)
