"""Antialiased resize along one axis, not rounded."""

from __future__ import annotations

from webparity.preprocessing.geometry import Window
from webparity.preprocessing.methods import OutputShape
from webparity.preprocessing.resizing.bands import gather_bands, lay_columns, lay_rows
from webparity.preprocessing.resizing.filters import TRIANGLE, Filter, make_real_arithmetic
from webparity.preprocessing.resizing.segments import add_pieces, compute_segments, sum_filters
from webparity.preprocessing.resizing.triangle import add_halves, compute_triangle_segments, sum_triangles
from webparity.tensor_ops.ops import Ops, T


def resize_axis(ops: Ops[T], pixels: T, window: Window, depth: int, kernel: Filter = TRIANGLE) -> T:
    """Resize bytes or real numbers [N, A, B, depth] along A to real [N, count, B, depth], not rounded."""
    if kernel is TRIANGLE and window.is_short():
        return _resize_short_axis(ops, pixels, window.length, depth)
    segments = compute_segments(ops, ops.size(pixels, 1), window, kernel.support)
    if kernel is TRIANGLE:
        # In units that make all weights integers: exact up to the division.
        weights = (segments.unit - ops.abs(segments.distances)) * segments.inside
    else:
        shares = ops.abs(segments.distances) * segments.inside / segments.unit
        weights = kernel.weigh(ops, make_real_arithmetic(ops), shares) * segments.inside
    totals = sum_filters(ops, ops.sum(weights, -1), segments)
    # Filters of windows beyond the image have no weight.
    totals = totals + ops.greater_equal(ops.constant(0.0), ops.abs(totals))
    bands = ops.astype_real(
        gather_bands(ops, pixels, segments.positions, window.length + 2 * kernel.support - 1, depth)
    )
    sums = ops.matmul(weights / totals, bands)
    return ops.reshape(add_pieces(ops, sums, segments), (-1, window.length, ops.size(pixels, 2), depth))


def resize_columns(ops: Ops[T], pixels: T, shape: OutputShape, kernel: Filter) -> T:
    """Resize the width of real numbers [N, height, W, depth] to real [N, *shape], not rounded."""
    columns = resize_axis(ops, lay_columns(ops, pixels, shape.depth), shape.columns, 1, kernel)
    return lay_rows(ops, columns, shape.height, shape)


def _resize_short_axis(ops: Ops[T], pixels: T, out_size: int, depth: int) -> T:
    positions, weights = compute_triangle_segments(ops, ops.size(pixels, 1), out_size)
    bands = ops.astype_real(gather_bands(ops, pixels, positions, out_size + 1, depth))
    sums = ops.matmul(weights / sum_triangles(ops, weights, out_size), bands)
    return ops.reshape(add_halves(ops, sums, out_size), (-1, out_size, ops.size(pixels, 2), depth))
