"""CLAHE: contrast-limited adaptive histogram equalization of gray pixels, as `cv2.createCLAHE`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.errors import UsageError
from webparity.preprocessing.histograms import accumulate, count_levels, map_levels, to_whole_levels
from webparity.preprocessing.integers import divide, round_half_even
from webparity.preprocessing.pipeline.keys import Key
from webparity.preprocessing.pipeline.kinds import Options, Shape, StepKind
from webparity.tensor_ops.ops import Ops, T

_LEVELS: Final = 256


def equalize_adaptively(ops: Ops[T], pixels: T, options: Options, shape: Shape) -> T:
    """Equalize whole grey levels [N, *shape] by tables of tiles, between which it interpolates (`clahe.cpp`).

    OpenCV scales tables and interpolates in float32, so every product and sum here is rounded to it, in OpenCV's order.
    """
    tiles = options["tiles"]
    levels = to_whole_levels(ops, pixels)
    padded, height, width = _pad(ops, levels, shape, tiles)
    count = height * width
    tiled = ops.permute_dims(ops.reshape(padded, (-1, tiles, height, tiles, width)), (0, 1, 3, 2, 4))
    counts = count_levels(ops, ops.reshape(tiled, (-1, count)), count)
    limit = max(int(options["clip_limit"] * count / _LEVELS), 1) if options["clip_limit"] > 0 else count
    sums = accumulate(ops, _redistribute(ops, counts, float(limit)))
    scale = ops.constant(float(np.float32(255.0) / np.float32(count)))
    tables = round_half_even(ops, ops.round_real(sums * scale))
    rows, columns = _find_tiles(shape.height, height, tiles), _find_tiles(shape.width, width, tiles)
    images = ops.reshape(ops.arange(ops.size(pixels, 0)), (-1, 1)) * float(tiles * tiles * _LEVELS)
    flat = ops.reshape(levels, (-1, shape.height * shape.width)) + images

    def weigh(value: T, weights: NDArray[np.float64]) -> T:
        return ops.round_real(value * ops.constant(weights.reshape(1, -1)))

    total: Any = None
    for row, row_weight in rows:
        along: Any = None
        for column, column_weight in columns:
            starts = np.add.outer(row * tiles, column).reshape(1, -1) * float(_LEVELS)
            found = map_levels(ops, tables, ops.reshape(flat + ops.constant(starts), (-1,)))
            found = ops.reshape(found, (-1, shape.height * shape.width))
            part = weigh(found, np.tile(column_weight, (shape.height, 1)))
            along = part if along is None else ops.round_real(along + part)
        part = weigh(along, np.repeat(row_weight.reshape(-1, 1), shape.width, 1))
        total = part if total is None else ops.round_real(total + part)
    return ops.reshape(round_half_even(ops, total), (-1, *shape))


def _pad(ops: Ops[T], levels: T, shape: Shape, tiles: int) -> tuple[T, int, int]:
    """Pad by reflection until tiles fit, as OpenCV does: both sides, if one of them does not fit."""
    if shape.height % tiles == 0 and shape.width % tiles == 0:
        return levels, shape.height // tiles, shape.width // tiles
    for axis, side in ((1, shape.height), (2, shape.width)):
        more = tiles - side % tiles
        places = np.arange(side + more)
        period = max(2 * (side - 1), 1)
        places = side - 1 - np.abs(places % period - (side - 1))
        levels = ops.take(levels, ops.constant(places.astype(float)), axis)
    return levels, shape.height // tiles + 1, shape.width // tiles + 1


def _redistribute(ops: Ops[T], counts: T, limit: float) -> T:
    """Clip counts [T, 256] and share out what is cut off: evenly, then one each at equal steps."""
    kept = ops.minimum(counts, ops.constant(limit))
    batch, residual = divide(ops, ops.sum(counts - kept, -1), ops.constant(float(_LEVELS)))
    step, _ = divide(ops, ops.constant(float(_LEVELS)), ops.maximum(residual, ops.constant(1.0)))
    step = ops.maximum(step, ops.constant(1.0))
    level = ops.reshape(ops.arange(ops.constant(float(_LEVELS))), (1, -1))
    number, rest = divide(ops, level + step * 0.0, step)
    chosen = (1.0 - ops.minimum(rest, ops.constant(1.0))) * (1.0 - ops.greater_equal(number, residual))
    return kept + batch + chosen


def _find_tiles(side: int, tile: int, tiles: int) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Find the tiles before and behind each pixel of a side, and their weights, in float32 as OpenCV."""
    position = np.arange(side, dtype=np.float32) * np.float32(1.0 / tile) - np.float32(0.5)
    first = np.floor(position)
    share = (position - first).astype(np.float64)
    near, far = np.clip(first, 0, None).astype(np.float64), np.clip(first + 1, None, tiles - 1).astype(np.float64)
    return [(near, (np.float32(1.0) - share.astype(np.float32)).astype(np.float64)), (far, share)]


def _reshape(options: Options, shape: Shape) -> Shape:
    if shape.depth != 1 or min(shape.height, shape.width) < options["tiles"]:
        raise UsageError(
            f"Expected gray pixels, at least {options['tiles']} a side, before the step 'clahe'; received "
            f'{shape.height} x {shape.width} of {shape.depth} channels. Add color.to = "gray", or lower `clahe.tiles`.'
        )
    return shape


STEP = StepKind(
    name="clahe",
    description="contrast-limited adaptive histogram equalization of gray pixels, as cv2.createCLAHE",
    stage="levels",
    keys={
        "clip_limit": Key(kind="number", least=0, most=1000, default=40.0, description="clipLimit; 2 is usual"),
        "tiles": Key(kind="integer", least=1, most=32, default=8, description="tiles along each side, tileGridSize"),
    },
    apply=equalize_adaptively,
    reshape=_reshape,
)
