"""Antialiased filters along one axis, with weights computed in the graph from the traced image size.

As in Pillow's `precompute_coeffs` (`Resample.c`), a filter of half-width `support` is as wide as an output pixel, or as
an input pixel where that is more, around each output pixel's centre, cut at the border and normalised. Distances in
units of 1 / (2 * full) pixels are integers, exact in float32, so every runtime gets the same weights up to rounding.

Where an image shrinks, the filters of neighbours share their pieces: the pixels between two output centres belong to
one piece of each of 2 * support filters. So each pixel is fetched once, in segments between centres, and weighed
2 * support times; an output pixel is the sum of as many pieces.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from webparity.preprocessing.geometry import Window, list_numbers, make_tensor
from webparity.preprocessing.integers import clamp, divide, split_bits
from webparity.tensor_ops.ops import Ops, T


class Segments(NamedTuple):
    """The segments of an axis: `outputs + 2 * support - 1` of them, each in 2 * support filters.

    Attributes:
        positions: input pixels, integers within the image, [segments, band].
        distances: of each from the centre of each filter, signed, [segments, 2 * support, band], integers.
        inside: 1 where a pixel is within the image and in that piece of the filter, else 0, of the same shape.
        unit: distance that is 1 for the filter, a real scalar.
        outputs: number of output pixels.
        support: half-width of the filter.
    """

    positions: Any
    distances: Any
    inside: Any
    unit: Any
    outputs: int
    support: int


def find_centres(ops: Ops[T], in_size: T, window: Window, before: int = 0, after: int = 0) -> tuple[T, T]:
    """Find the input pixels before the output centres, with half-pixel centres.

    The position (x + 0.5) * in / full - 0.5 is ((2 x + 1) * in - full) / (2 * full). With in = quotient * full + rest,
    products stay small: exact in float32 for targets of up to 2048 pixels and images of up to 16384.

    Args:
        ops: the adapter.
        in_size: input length in pixels, a real scalar.
        window: the output pixels.
        before: how many more before it.
        after: how many more after it.

    Returns:
        The pixel at or before each position, and the rest in units of 1 / (2 * full), both integers [count + …, 1].
    """
    full = make_tensor(ops, window.full)
    if window.is_short() and not before:
        odd = ops.constant(2.0 * np.arange(float(window.length)).reshape(-1, 1) + 1.0)
        return divide(ops, odd * in_size - full, full * 2.0)
    odd = list_numbers(ops, window, before, after) * 2.0 + 1.0
    quotient, rest = divide(ops, in_size, full)
    half, bit = split_bits(ops, odd * quotient - 1.0, 1)
    more, units = divide(ops, bit * full + odd * rest, full * 2.0)
    return half + more, units


def compute_segments(ops: Ops[T], in_size: T, window: Window, support: int) -> Segments:
    """Compute the segments of an axis of `in_size` pixels for a filter."""
    pieces = 2 * support
    segments = window.length + pieces - 1
    reach = pieces - 1
    full = make_tensor(ops, window.full)
    twice = full * 2.0
    unit = ops.maximum(in_size, full) * 2.0
    base, rest = find_centres(ops, in_size, window, before=reach, after=reach)
    # Segment j ends at most one piece behind the centre of output j - support; where the image grows, pieces are wider
    # than the distance of centres, and it begins earlier.
    wider = unit - in_size * 2.0
    own = reach - support + np.arange(segments)
    own_base, own_rest = (ops.take(each, ops.constant(own), 0) for each in (base, rest))
    step, _ = divide(ops, own_rest - wider * float(support) + twice - 1.0, twice)
    band, _ = divide(ops, unit + wider * float(reach), twice)
    positions = own_base + step + ops.reshape(ops.arange(band + 2.0), (1, -1))
    # Piece k - support of output j - k, for k from 0 to 2 * support - 1.
    k = np.arange(pieces)
    outputs = (np.arange(segments)[:, np.newaxis] - k + reach).reshape(-1)
    bases, rests = (
        ops.reshape(ops.take(each, ops.constant(outputs), 0), (segments, pieces, 1)) for each in (base, rest)
    )
    distances = (ops.reshape(positions, (segments, 1, -1)) - bases) * twice - rests
    begins = ops.constant(np.float64(k - support).reshape(pieces, 1)) * unit
    within = ops.greater_equal(distances, begins) * (1.0 - ops.greater_equal(distances, begins + unit))
    clamped = clamp(ops, positions, in_size - 1.0)
    outside = ops.minimum(ops.abs(positions - clamped), ops.constant(1.0))
    inside = within * (1.0 - ops.reshape(outside, (segments, 1, -1)))
    return Segments(clamped, distances, inside, unit, window.length, support)


def add_pieces(ops: Ops[T], sums: T, segments: Segments) -> T:
    """Add up the pieces [N, segments, 2 * support, M] of each output pixel, [N, count, M]."""
    pieces = 2 * segments.support
    flat = ops.reshape(sums, (-1, (segments.outputs + pieces - 1) * pieces, ops.size(sums, 3)))
    total = None
    for places in _list_pieces(segments):
        part = ops.take(flat, ops.constant(places), 1)
        total = part if total is None else total + part
    assert total is not None
    return total


def sum_filters(ops: Ops[T], sums: T, segments: Segments) -> T:
    """Sum the pieces' sums [segments, 2 * support, 1] of each filter, for each of its pieces, of the same shape."""
    pieces = 2 * segments.support
    flat = ops.reshape(sums, (-1, 1))
    total = None
    for places in _list_pieces(segments):
        part = ops.take(flat, ops.constant(places), 0)
        total = part if total is None else total + part
    assert total is not None
    outputs = np.arange(segments.outputs + pieces - 1)[:, np.newaxis] - np.arange(pieces)
    # Pieces of outputs beyond the window are not used.
    owners = np.clip(outputs, 0, segments.outputs - 1).reshape(-1)
    return ops.reshape(ops.take(total, ops.constant(owners), 0), (-1, pieces, 1))


def _list_pieces(segments: Segments) -> list[NDArray[np.float64]]:
    """For each piece, its place among [segments * 2 * support] for each output: piece k of output i is (i + k, k)."""
    pieces, outputs = 2 * segments.support, np.arange(float(segments.outputs))
    return [(outputs + k) * pieces + k for k in range(pieces)]
