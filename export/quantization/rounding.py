"""Rounding weights to a grid so that the layer's outputs change least for the bytes that the codes will take.

Minimises, for each output channel w on inputs x of the calibration images,

    sum (x . (w - q))^2 + damping * |w - q|^2 + trade * bits(q)

by cyclic coordinate descent from the nearest grid points, as QuantEase does (Behdin et al., 2023) without the last
term, which is that of rate-distortion optimised quantisation (Sullivan & Wiegand, IEEE Signal Processing Magazine,
1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.errors import ExportError
from webparity.export.quantization.quantized_weight import REACH, Quantised

Float64 = NDArray[np.float64]

# Share of the mean squared input: inputs that no calibration image lights hold their weights, for those that will.
_DAMPING: Final = 0.1
# Slope of s^2/12 against h - log2(s), distortion and rate of a fine uniform quantiser of step s (Gish & Pierce, 1968).
_TRADE: Final = np.log(2) / 6
_SWEEPS: Final = 2
_CHUNK: Final = 64


def smallest_steps(weights: NDArray[np.float32], *, by_channel: bool) -> NDArray[np.float32]:
    """The finest steps that reach every weight: float32 of shape (), or one a channel along the last axes.

    Args:
        weights: float32, output channels last; for depthwise kernels [H, W, C, M] the last two.
        by_channel: a step for each output channel.

    Raises:
        ExportError: a weight is not finite.
    """
    if not np.isfinite(weights).all():
        raise ExportError("Expected finite weights; received NaN or infinity. Train the model again.")
    axes = tuple(range(weights.ndim - 1)) if by_channel else None
    largest = np.max(np.abs(weights), axis=axes)
    # Rounded up, or the largest weight would lie beyond the last code.
    steps = np.nextafter((largest / REACH).astype(np.float32), np.float32(np.inf))
    return np.where(largest > 0, steps, np.float32(1)).astype(np.float32)


def quantise(
    weights: NDArray[np.float32],
    steps: NDArray[np.float32],
    moments: Sequence[Float64] = (),
    *,
    trade: bool = False,
) -> Quantised:
    """Round weights to multiples of their steps.

    Args:
        weights: float32, output channels last.
        steps: as `smallest_steps` gives them, or coarser.
        moments: mean products of the layer's inputs, float64 [D, D] each, for consecutive parts of the flattened
            leading axes; without them, every weight goes to its nearest grid point.
        trade: give up exactness where it saves more bytes than it costs; needs moments.
    """
    wanted = (weights / steps.astype(np.float64)).reshape(-1, weights.shape[-1])
    grid = np.rint(wanted)
    for _ in range(_SWEEPS if moments else 0):
        # One table of code lengths for all parts: they end in one stream.
        bits = _bits(grid) if trade else None
        start = 0
        for moment in moments:
            part = slice(start, start + len(moment))
            grid[part] = _descend(wanted[part], grid[part], moment, bits)
            start = part.stop
    return Quantised(codes=grid.astype(np.int8).reshape(weights.shape), scale=np.asarray(steps))


def _bits(grid: Float64) -> Float64:
    """Ideal code length of -REACH to REACH as often as they stand in the grid, float64 [2 * REACH + 1]."""
    counts = np.bincount((grid + REACH).astype(np.int64).ravel(), minlength=2 * REACH + 1) + 0.5
    lengths: Float64 = -np.log2(counts / counts.sum())
    return lengths


def _descend(wanted: Float64, grid: Float64, moment: Float64, bits: Float64 | None) -> Float64:
    """One sweep over the inputs: each weight takes its best code, given all others.

    Args:
        wanted: the weights in units of their steps, float64 [D, O].
        grid: their codes so far, float64 [D, O].
        moment: float64 [D, D].
        bits: of each code, if they count.
    """
    mean = float(np.trace(moment)) / len(moment) or 1.0
    curve = moment + _DAMPING * mean * np.eye(len(moment))
    price = None if bits is None else _TRADE * mean * bits
    grid = grid.copy()
    pull = curve @ (wanted - grid)
    for start in range(0, len(grid), _CHUNK):
        part = slice(start, start + _CHUNK)
        before = grid[part].copy()
        # Only the chunk's own rows follow each change at once; the others follow in one product.
        near = pull[part].copy()
        for j in range(len(before)):
            row = start + j
            best = _cheapest(grid[row] + near[j] / curve[row, row], curve[row, row], price)
            near -= np.outer(curve[part, row], best - grid[row])
            grid[row] = best
        pull -= curve[:, part] @ (grid[part] - before)
    return grid


def _cheapest(target: Float64, weight: float, price: Float64 | None) -> Float64:
    """The code of the lowest cost for each channel: the nearest; where bits have a price, one beside it or zero."""
    if price is None:
        nearest: Float64 = np.clip(np.rint(target), -REACH, REACH)
        return nearest
    best = np.zeros_like(target)
    least = weight * target**2 + price[REACH]
    below = np.clip(np.floor(target), -REACH, REACH - 1)
    for code in (below, below + 1):
        cost = weight * (code - target) ** 2 + price[(code + REACH).astype(np.int64)]
        best = np.where(cost < least, code, best)
        least = np.minimum(cost, least)
    return best
