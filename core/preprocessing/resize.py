"""Antialiased bilinear resize as weight matrices that are computed in the graph from the traced image size.

The filter is Pillow's BILINEAR (`Resample.c`, `precompute_coeffs`): a triangle of half-width max(1, in/out) input
pixels around each output pixel's centre, cut at the border and normalised. With everything multiplied by
2 * in * out the triangle's values are integers below 2**24, exact in float32, so every runtime gets the same
weights up to one division.
"""

from __future__ import annotations

import numpy as np

from webparity.ops import Ops, T
from webparity.preprocessing.integers import clamped


def _triangle(ops: Ops[T], centres: T, positions: T, in_size: T, out_size: int) -> T:
    """Weights of input `positions` for the output pixels `centres`: integers, 0 outside the image."""
    reach = 2.0 * ops.maximum(in_size, ops.constant(float(out_size)))
    distance = ops.abs((positions * 2.0 + 1.0) * float(out_size) - centres * in_size)
    weights = ops.maximum(reach - distance, ops.constant(0.0))
    inside = clamped(ops, positions, in_size - 1.0)
    return weights * (1.0 - ops.minimum(ops.abs(positions - inside), ops.constant(1.0)))


def odd_numbers(count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Twice the centres of `count` pixels, as a column of odd numbers."""
    return (2.0 * np.arange(count, dtype=np.float64) + 1.0).reshape(count, 1)


def dense_weights(ops: Ops[T], in_size: T, out_size: int) -> T:
    """The whole weight matrix.

    Args:
        ops: the adapter.
        in_size: input length in pixels, a real scalar.
        out_size: output length in pixels.

    Returns:
        Real [out_size, in_size]; each row sums to 1.
    """
    weights = _triangle(ops, ops.constant(odd_numbers(out_size)), ops.arange(in_size), in_size, out_size)
    return weights / ops.sum(weights, -1)


def band_weights(ops: Ops[T], in_size: T, out_size: int) -> tuple[T, T]:
    """The same matrix without its zeros: for each output pixel a band of input positions and their weights.

    Args:
        ops: the adapter.
        in_size: input length in pixels, a real scalar.
        out_size: output length in pixels.

    Returns:
        Input positions, real integers within the image, [out_size, band], and their weights, real [out_size, band].
    """
    positions, weights = band_triangle(ops, in_size, out_size)
    return positions, weights / ops.sum(weights, -1)


def band_triangle(ops: Ops[T], in_size: T, out_size: int) -> tuple[T, T]:
    """What `band_weights` gives, before normalisation: integers of at most 2 * max(in_size, out_size)."""
    centres = ops.constant(odd_numbers(out_size))
    reach = 2.0 * ops.maximum(in_size, ops.constant(float(out_size)))
    # One position more on either side than the triangle needs, so that an inexact GPU division cannot cut it.
    first = ops.floor((centres * in_size - reach - float(out_size)) / (2.0 * out_size))
    band = ops.floor(reach / float(out_size)) + 3.0
    positions = first + ops.reshape(ops.arange(band), (1, -1))
    weights = _triangle(ops, centres, positions, in_size, out_size)
    return clamped(ops, positions, in_size - 1.0), weights
