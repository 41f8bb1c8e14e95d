"""Products of image rows and columns with constant matrices, as products of two axes.

With more axes, oneDNN in TensorFlow 2.21 writes past its buffers where one of them is 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from webparity.tensor_ops.ops import Ops, T


def weight_rows(ops: Ops[T], x: T, weights: NDArray[np.float64]) -> T:
    """Multiply each row of real [M, width], in any shape, by weights [k, width], to real [M, k]."""
    return ops.matmul(ops.reshape(x, (-1, weights.shape[1])), ops.constant(weights.T))


def transpose_images(ops: Ops[T], x: T, height: int, width: int) -> T:
    """Transpose images: real values of [M, height, width], in any shape, to real [M, width, height]."""
    return ops.permute_dims(ops.reshape(x, (-1, height, width)), (0, 2, 1))
