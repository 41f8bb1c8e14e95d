"""Rounding of weights to a grid with the least change of the layer's outputs for the bytes of the codes.

Minimises, for each output channel w on inputs x of the calibration images,

    sum (x . (w - q))^2 + damping * |w - q|^2 + trade * bits(q)

by cyclic coordinate descent from the nearest grid points, as in QuantEase (Behdin et al., 2023). The last term is that
of rate-distortion optimized quantization (Sullivan & Wiegand, IEEE Signal Processing Magazine, 1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.errors import ExportError
from webparity.export.quantization.quantized_weight import QMAX, Int8Weight

Float64 = NDArray[np.float64]

# Share of the mean squared input, which keeps the weights of inputs that are 0 on all calibration images.
_DAMPING: Final = 0.1
# Slope of s^2/12 against h - log2(s), distortion and rate of a fine uniform quantizer of step s (Gish & Pierce, 1968).
_TRADE: Final = np.log(2) / 6
_SWEEPS: Final = 2
_CHUNK: Final = 64


def compute_finest_steps(weights: NDArray[np.float32], *, by_channel: bool) -> NDArray[np.float32]:
    """Compute the smallest steps whose codes reach every weight: float32 of shape (), or one per channel.

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
    # Rounded up, so that the largest weight is within the last code.
    steps = np.nextafter((largest / QMAX).astype(np.float32), np.float32(np.inf))
    return np.where(largest > 0, steps, np.float32(1)).astype(np.float32)


def quantize(
    weights: NDArray[np.float32],
    steps: NDArray[np.float32],
    moments: Sequence[Float64] = (),
    *,
    trade: bool = False,
) -> Int8Weight:
    """Round weights to multiples of their steps.

    Args:
        weights: float32, output channels last.
        steps: from `compute_finest_steps`, or larger.
        moments: second moments of the layer's inputs, float64 [D, D] each, for consecutive parts of the flattened
            leading axes; without them, every weight is rounded to the nearest grid point.
        trade: accept larger errors where they save more bytes than they cost; needs moments.
    """
    wanted = (weights / steps.astype(np.float64)).reshape(-1, weights.shape[-1])
    grid = np.rint(wanted)
    for _ in range(_SWEEPS if moments else 0):
        # One table of code lengths for all parts, which are compressed as one stream.
        bits = _compute_code_lengths(grid) if trade else None
        start = 0
        for moment in moments:
            part = slice(start, start + len(moment))
            grid[part] = _descend(wanted[part], grid[part], moment, bits)
            start = part.stop
    return Int8Weight(codes=grid.astype(np.int8).reshape(weights.shape), scale=np.asarray(steps))


def _compute_code_lengths(grid: Float64) -> Float64:
    """Compute ideal code lengths of -QMAX to QMAX from their frequencies, in bits, float64 [2 * QMAX + 1]."""
    counts = np.bincount((grid + QMAX).astype(np.int64).ravel(), minlength=2 * QMAX + 1) + 0.5
    lengths: Float64 = -np.log2(counts / counts.sum())
    return lengths


def _descend(wanted: Float64, grid: Float64, moment: Float64, bits: Float64 | None) -> Float64:
    """Sweep once over the inputs: each weight takes its best code, given all others.

    Args:
        wanted: the weights in units of their steps, float64 [D, O].
        grid: their codes so far, float64 [D, O].
        moment: float64 [D, D].
        bits: length of each code, or None to ignore it.
    """
    mean = float(np.trace(moment)) / len(moment) or 1.0
    curve = moment + _DAMPING * mean * np.eye(len(moment))
    price = None if bits is None else _TRADE * mean * bits
    grid = grid.copy()
    pull = curve @ (wanted - grid)
    for start in range(0, len(grid), _CHUNK):
        part = slice(start, start + _CHUNK)
        before = grid[part].copy()
        # Only the rows of the chunk are updated at each change; the others by one product afterwards.
        near = pull[part].copy()
        for j in range(len(before)):
            row = start + j
            best = _choose_codes(grid[row] + near[j] / curve[row, row], curve[row, row], price)
            near -= np.outer(curve[part, row], best - grid[row])
            grid[row] = best
        pull -= curve[:, part] @ (grid[part] - before)
    return grid


def _choose_codes(target: Float64, weight: float, price: Float64 | None) -> Float64:
    """Choose the code of the lowest cost for each channel: the nearest, or with a price of bits one beside it or 0."""
    if price is None:
        nearest: Float64 = np.clip(np.rint(target), -QMAX, QMAX)
        return nearest
    best = np.zeros_like(target)
    least = weight * target**2 + price[QMAX]
    below = np.clip(np.floor(target), -QMAX, QMAX - 1)
    for code in (below, below + 1):
        cost = weight * (code - target) ** 2 + price[(code + QMAX).astype(np.int64)]
        best = np.where(cost < least, code, best)
        least = np.minimum(cost, least)
    return best
