"""Distances from features to points: squared Euclidean by one matrix product, and Manhattan."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from webparity.program.opcodes import Distance, Opcode
from webparity.tensor_ops.ops import Ops, T

if TYPE_CHECKING:
    from webparity.tensor_ops.tracers.program_tensor import ProgramTensor

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
    measured = measure_exactly(ops, values, points, Distance.SQUARED)
    if measured is not None:
        return measured
    mean = points.mean(axis=0, dtype=np.float64)
    x, p = values - ops.double_float_constant(mean), points.astype(np.float64) - mean
    product = ops.matmul(x, ops.double_float_constant(p.T))
    return ops.sum(x * x, 1) + ops.double_float_constant((p * p).sum(axis=1)) - (product + product)


def measure_exactly(ops: Ops[T], values: T, points: NDArray[Any], kind: Distance) -> T | None:
    """Distances in float64 where one instruction computes them, in programs; None where that is not so.

    Args:
        ops: the adapter.
        values: double-float [1, D].
        points: [P, D].
        kind: of distance.

    Returns:
        Double-float [1, P].
    """
    from webparity.tensor_ops.tracers.to_program import ProgramOps

    if not isinstance(ops, ProgramOps):
        return None
    table = ops.add_table(points.astype(np.float64), narrow=True)
    x = cast("ProgramTensor", values).value
    return cast("T", ops.wrap(ops.emit(Opcode.DISTANCES, [x, table], (1, len(points)), np.float64, int(kind))))


def compute_manhattan_distances(ops: Ops[T], values: T, points: NDArray[Any]) -> T:
    """Manhattan distances in float32, computed for some points at a time to bound the memory.

    Args:
        ops: the adapter.
        values: real [N, D].
        points: [P, D].

    Returns:
        Real [N, P].
    """
    return _add_up_differences(ops, values, points, ops.constant)


def compute_manhattan_distances_in_double_float(ops: Ops[T], values: T, points: NDArray[Any]) -> T:
    """Manhattan distances of double-float values [N, D], double-float [N, P]; some points at a time."""
    measured = measure_exactly(ops, values, points, Distance.MANHATTAN)
    if measured is not None:
        return measured
    return _add_up_differences(ops, values, points.astype(np.float64), ops.double_float_constant)


def _add_up_differences(ops: Ops[T], values: T, points: NDArray[Any], make_constant: Callable[[NDArray[Any]], T]) -> T:
    count, width = points.shape
    rows = max(1, _AT_ONCE // width)
    x, parts = ops.reshape(values, (-1, 1, width)), []
    for start in range(0, count, rows):
        some = points[start : start + rows]
        differences = ops.abs(x - make_constant(some))
        parts.append(ops.reshape(ops.sum(differences, 2), (-1, len(some))))
    return parts[0] if len(parts) == 1 else ops.concat(parts, 1)


def normalize_rows(ops: Ops[T], values: T) -> T:
    """Double-float rows [N, D] divided by their Euclidean length; rows of zeros stay as they are."""
    return divide_rows(ops, values, ops.sqrt(ops.sum(values * values, 1)))


def divide_rows(ops: Ops[T], values: T, lengths: T) -> T:
    """Double-float rows [N, D] divided by lengths [N, 1], and by 1 where a length is 0."""
    empty = ops.greater_equal(ops.constant(0.0), ops.to_float32(lengths))
    return values / (lengths + ops.to_double_float(empty))
