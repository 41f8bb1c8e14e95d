"""The triangle filter of a whole axis of up to 512 pixels: the common case of `segments.py`, in fewer operations.

With everything multiplied by 2 * in * out the triangle's values are integers below 2**24, exact in float32, so every
runtime gets the same weights up to one division.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from webparity.preprocessing.integers import clamp, divide
from webparity.tensor_ops.ops import Ops, T


def compute_triangle_segments(ops: Ops[T], in_size: T, out_size: int) -> tuple[T, T]:
    """Compute the triangle filter's weights by halves, before normalization.

    Args:
        ops: the adapter.
        in_size: input length in pixels, a real scalar.
        out_size: output length in pixels.

    Returns:
        Input positions, integers within the image, [out_size + 1, band]. Their weights, integers of at most
        2 * max(in_size, out_size), [out_size + 1, 2, band]: in the left half of the triangle that ends the segment,
        and in the right half of the one that begins it.
    """
    reach = 2.0 * ops.maximum(in_size, ops.constant(float(out_size)))
    ends = ops.constant(make_odd_numbers(out_size + 1)) * in_size
    twice = ops.constant(2.0 * out_size)
    first, _ = divide(ops, ends - reach + float(out_size - 1), twice)
    band, _ = divide(ops, reach - in_size + float(out_size - 1), ops.constant(float(out_size)))
    positions = first + ops.reshape(ops.arange(band), (1, -1))
    centres = ops.reshape(ends, (-1, 1, 1)) - ops.constant(np.array([[0.0], [2.0]])) * in_size
    spots = (ops.reshape(positions, (out_size + 1, 1, -1)) * 2.0 + 1.0) * float(out_size)
    distance = (spots - centres) * ops.constant(np.array([[-1.0], [1.0]]))
    # A pixel right at a centre is counted with the right half.
    weights = ops.maximum(reach - distance, ops.constant(0.0)) * ops.greater_equal(
        distance, ops.constant(np.array([[1.0], [0.0]]))
    )
    inside = clamp(ops, positions, in_size - 1.0)
    outside = ops.minimum(ops.abs(positions - inside), ops.constant(1.0))
    return inside, weights * (1.0 - ops.reshape(outside, (out_size + 1, 1, -1)))


def add_halves(ops: Ops[T], sums: T, out_size: int) -> T:
    """Add up the halves [N, out_size + 1, 2, M] of each output pixel, [N, out_size, M]."""
    halves = ops.reshape(sums, (-1, 2 * (out_size + 1), ops.size(sums, 3)))
    left = 2 * np.arange(out_size)
    return ops.take(halves, ops.constant(left), 1) + ops.take(halves, ops.constant(left + 3), 1)


def sum_triangles(ops: Ops[T], weights: T, out_size: int) -> T:
    """Sum both halves of each triangle, for each half: [out_size + 1, 2, band] to [out_size + 1, 2, 1]."""
    halves = ops.sum(weights, -1)
    numbers = np.arange(2 * (out_size + 1))
    # The left half's other one stands in the next segment; the outermost two halves have none, and are not used.
    others = np.clip(numbers + np.where(numbers % 2 == 0, 3, -3), 0, numbers[-1])
    other = ops.take(ops.reshape(halves, (-1, 1)), ops.constant(others), 0)
    return ops.maximum(halves + ops.reshape(other, (out_size + 1, 2, 1)), ops.constant(1.0))


def make_odd_numbers(count: int) -> NDArray[np.float64]:
    """Make twice the centres of `count` pixels, a column of odd numbers."""
    return (2.0 * np.arange(count, dtype=np.float64) + 1.0).reshape(count, 1)
