"""Histograms of grey levels, and tables that map them, for images of a known size."""

from __future__ import annotations

import numpy as np

from webparity.preprocessing.integers import clamp, split_bits
from webparity.tensor_ops.ops import Ops, T

_LEVELS = 256


def count_levels(ops: Ops[T], levels: T, count: int) -> T:
    """Count grey levels: whole numbers 0 to 255, [T, count], to [T, 256].

    A product of two matrices counts, at [a, b], the levels 16 c + d with c >= a and d >= b; its differences are the
    counts of 16 a + b. So the work is 32 operations a pixel.
    """
    halves = split_bits(ops, levels, 4)
    below = ops.constant(np.arange(16.0).reshape(16, 1) - 1.0)
    # 1 where a number is at least as large as that of the row, else 0.
    high, low = (clamp(ops, ops.reshape(half, (-1, 1, count)) - below, ops.constant(1.0)) for half in halves)
    products = ops.reshape(ops.matmul(high, ops.permute_dims(low, (0, 2, 1))), (-1, _LEVELS))
    difference = np.eye(16) - np.eye(16, k=1)
    return ops.matmul(products, ops.constant(np.kron(difference, difference).T))


def accumulate(ops: Ops[T], counts: T) -> T:
    """Sum counts [T, 256] up to each level, that one included."""
    return ops.matmul(counts, ops.constant(np.triu(np.ones((_LEVELS, _LEVELS)))))


def map_levels(ops: Ops[T], tables: T, places: T) -> T:
    """Look up tables [T, 256] at places 256 * table + level, [M], to [M, 1]."""
    return ops.take(ops.reshape(tables, (-1, 1)), places, 0)


def to_whole_levels(ops: Ops[T], pixels: T) -> T:
    """Round pixels to whole grey levels from 0 to 255."""
    return clamp(ops, ops.floor(pixels + 0.5), ops.constant(255.0))
