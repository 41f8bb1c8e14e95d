"""Weights in parts whose sums of products float32 holds exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Whole numbers up to here are float32, and so is every sum of them that stays below, in any order.
LARGEST = 1 << 24


def split_terms(weights: NDArray[np.int64], largest: int, step: int, room: int = LARGEST) -> list[tuple[int, int]]:
    """Split the terms of sums into as few runs as keep each sum of products exact.

    Args:
        weights: [outputs, terms], whole numbers.
        largest: that they are multiplied by, without its sign; at most 2^16.
        step: terms that stay together where they can, such as a channel's.
        room: the largest sum.

    Returns:
        The first and the last term, exclusively, of each run; none is empty.
    """
    sizes = np.abs(weights) * largest
    runs: list[tuple[int, int]] = []
    start, held = 0, np.zeros(len(weights), np.int64)
    at = 0
    while at < sizes.shape[1]:
        end = min((at // step + 1) * step, sizes.shape[1])
        block = sizes[:, at:end].sum(axis=1)
        if (block > room).any():
            end, block = at + 1, sizes[:, at]
        if at > start and (held + block > room).any():
            runs.append((start, at))
            start, held = at, np.zeros(len(weights), np.int64)
        held = held + block
        at = end
    return [*runs, (start, sizes.shape[1])]


def bound_distance(dtype: np.dtype[np.integer], zero_point: NDArray[np.integer] | None) -> int:
    """The largest distance between a number of a type and its zero point, or any other where that is not known."""
    limits = np.iinfo(dtype)
    low, high = int(limits.min), int(limits.max)
    if zero_point is None:
        return high - low
    points = [int(point) for point in np.ravel(zero_point)]
    return max(max(point - low, high - point) for point in points)
