"""Weighted sums along one axis from bands of rows, in time linear in the number of pixels."""

from __future__ import annotations

from webparity.preprocessing.methods import OutputShape
from webparity.tensor_ops.ops import Ops, T


def gather_bands(ops: Ops[T], pixels: T, positions: T, out_size: int, depth: int) -> T:
    """Gather bands of rows.

    Args:
        ops: the adapter.
        pixels: [N, A, B, depth], any dtype.
        positions: rows of each output pixel's band, integers [out_size, band].
        out_size: number of output pixels along A.
        depth: number of channels.

    Returns:
        [N, out_size, band, B * depth].
    """
    gathered = ops.take(pixels, ops.reshape(positions, (-1,)), 1)
    return ops.reshape(gathered, (-1, out_size, ops.size(positions, 1), ops.size(pixels, 2) * float(depth)))


def weight_bands(ops: Ops[T], weights: T, bands: T, out_size: int) -> T:
    """Multiply real bands [N, out_size, band, M] by `weights` [out_size, band], to [N, out_size, 1, M]."""
    return ops.matmul(ops.reshape(weights, (out_size, 1, -1)), bands)


def lay_columns(ops: Ops[T], pixels: T, depth: int) -> T:
    """Lay columns as rows, each with its channels one after the other: [N, A, B, depth] to [N, B, depth * A, 1].

    A transposition of two axes is several times as fast as one of pixels of three channels.
    """
    rows, columns = ops.size(pixels, 1), ops.size(pixels, 2)
    swapped = ops.permute_dims(ops.reshape(pixels, (-1, rows, columns * float(depth))), (0, 2, 1))
    return ops.reshape(swapped, (-1, columns, rows * float(depth), 1))


def lay_rows(ops: Ops[T], columns: T, rows: int | T, shape: OutputShape) -> T:
    """Undo `lay_columns`: [N, width, depth * rows, 1] to [N, rows, width, depth]."""
    swapped = ops.permute_dims(ops.reshape(columns, (-1, shape.width * shape.depth, rows)), (0, 2, 1))
    return ops.reshape(swapped, (-1, rows, shape.width, shape.depth))


def take_image_or_first_row(ops: Ops[T], image: T, wanted: T) -> T:
    """Take images [N, H, W, 3] whole where `wanted` is 1, or their first row alone where it is 0.

    A graph cannot branch; so it computes both ways, and next to nothing in the one that is not wanted.
    """
    return ops.take(image, ops.arange((ops.size(image, 1) - 1.0) * wanted + 1.0), 1)
