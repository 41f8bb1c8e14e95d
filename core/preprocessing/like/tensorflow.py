"""Resizing that reproduces `tf.image.resize(image, (height, width))`: bilinear, not antialiased, not rounded.

`keras.utils.image_dataset_from_directory` reads images so; with `color_mode="grayscale"` a JPEG's gray is libjpeg's own
Y. From RGB pixels Y comes back by libjpeg's formula, rounded: equal for gray JPEGs, within a level for most pixels of
coloured ones.
"""

from __future__ import annotations

import numpy as np

from webparity.preprocessing.gray import LUMA_601, to_grey_levels
from webparity.preprocessing.methods import OutputShape
from webparity.preprocessing.resizing.neighbours import find_lower_neighbours, take_neighbours
from webparity.tensor_ops.ops import Ops, T


def resize_like_tensorflow(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] to real [N, height, width, depth] in grey levels, not rounded."""
    rows, row_rests = find_lower_neighbours(ops, ops.size(image, 1), shape.height)
    columns, column_rests = find_lower_neighbours(ops, ops.size(image, 2), shape.width)
    pixels = to_grey_levels(ops, take_neighbours(ops, image, rows, columns), shape.depth, LUMA_601)
    pixels = ops.reshape(pixels, (-1, shape.width, 2, shape.depth))
    pixels = ops.sum(pixels * _make_pair_weights(ops, column_rests, shape.width), 2)
    pixels = ops.reshape(pixels, (-1, shape.height, 2, shape.width * shape.depth))
    pixels = ops.sum(pixels * _make_pair_weights(ops, row_rests, shape.height), 2)
    return ops.reshape(pixels, (-1, shape.height, shape.width, shape.depth))


def _make_pair_weights(ops: Ops[T], rest: T, out_size: int) -> T:
    """Make the weights of a pixel and of the next one, real [out_size, 2, 1]."""
    share = rest / (2.0 * out_size)
    pair = ops.constant(np.array([1.0, 0.0])) + share * ops.constant(np.array([-1.0, 1.0]))
    return ops.reshape(pair, (out_size, 2, 1))
