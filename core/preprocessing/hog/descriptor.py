"""HOG descriptors, equal to `skimage.feature.hog` on integer pixels, in operations that every runtime has.

Dalal and Triggs, "Histograms of Oriented Gradients for Human Detection" (CVPR 2005), in scikit-image's form: central
differences that are 0 at the image's border, each gradient's magnitude voted whole into one bin of its cell, mean votes
a cell, blocks of cells divided by their norm with epsilon 1e-5.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from webparity.preprocessing.hog.gradients import compute_gradients
from webparity.preprocessing.hog.orientation import compare_with_edges
from webparity.preprocessing.hog.settings import Hog, Normalisation
from webparity.preprocessing.resizing.products import transpose_images, weight_rows
from webparity.tensor_ops.ops import Ops, T

_EPSILON = 1e-5
_HYSTERESIS = 0.2


def compute_hog_features(ops: Ops[T], pixels: T, size: tuple[int, int], hog: Hog, scale: float) -> T:
    """Compute the HOG feature vectors of gray pixels.

    Orientations are decided on grey levels, where gradients of integer pixels are integers; `scale` multiplies
    only the magnitudes, and so is felt only beside the norm's epsilon. skimage, given pixels times a scale that is no
    power of 2, lets that product's rounding decide orientations on a diagonal edge.

    Args:
        ops: the adapter.
        pixels: real [N, height, width, 1] in grey levels.
        size: height and width, in pixels.
        hog: bins, cells and blocks.
        scale: factor on grey levels.

    Returns:
        Real [N, features], ordered by block row, block column, cell row, cell column, orientation.
    """
    height, width, bins = *size, hog.orientations
    rows, columns = hog.count_cells(height), hog.count_cells(width)
    dx, dy = compute_gradients(ops, pixels, height, width)
    votes = ops.sqrt(dx * dx + dy * dy) * compare_with_edges(ops, dx, dy, bins)
    strips = weight_rows(ops, votes, _build_cell_mean_matrix(columns, width, hog) * scale)
    means = weight_rows(ops, transpose_images(ops, strips, height, columns), _build_cell_mean_matrix(rows, height, hog))
    cells = ops.permute_dims(ops.reshape(means, (-1, bins, columns, rows)), (0, 3, 2, 1))
    # Votes at or past a bin's lower edge, less those past the next one's, are the bin's own.
    own = weight_rows(ops, cells, np.eye(bins) - np.eye(bins, k=1))
    histograms = ops.reshape(own, (-1, rows * columns, bins))
    blocks = ops.take(histograms, ops.constant(_list_block_cell_indices(rows, columns, hog.cells_per_block)), 1)
    blocks = ops.reshape(blocks, (-1, hog.block_features))
    features = hog.count_blocks(height) * hog.count_blocks(width) * hog.block_features
    return ops.reshape(_normalize_blocks(ops, blocks, hog.normalisation), (-1, features))


def _build_cell_mean_matrix(cells: int, length: int, hog: Hog) -> NDArray[np.float64]:
    """Build the matrix [cells, length] of means over the pixels of each cell; later pixels have weight 0."""
    return np.equal.outer(np.arange(cells), np.arange(length) // hog.pixels_per_cell) / hog.pixels_per_cell


def _list_block_cell_indices(rows: int, columns: int, side: int) -> NDArray[np.int64]:
    """Compute the indices of each block's cells in a grid of [rows, columns], block by block."""
    cells = np.arange(rows * columns).reshape(rows, columns)
    return np.lib.stride_tricks.sliding_window_view(cells, (side, side)).reshape(-1)


def _normalize_blocks(ops: Ops[T], blocks: T, norm: Normalisation) -> T:
    """Divide blocks, the last axis, by their norm."""
    if norm == "L1":
        return blocks / (ops.sum(ops.abs(blocks), -1) + _EPSILON)
    blocks = blocks / _divide_by_l2_norm(ops, blocks)
    if norm == "L2-Hys":
        blocks = ops.minimum(blocks, ops.constant(_HYSTERESIS))
        blocks = blocks / _divide_by_l2_norm(ops, blocks)
    return blocks


def _divide_by_l2_norm(ops: Ops[T], blocks: T) -> T:
    return ops.sqrt(ops.sum(blocks * blocks, -1) + _EPSILON**2)
