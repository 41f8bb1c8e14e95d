"""The operations traced into TensorFlow, float32; only ops that TF.js has on every backend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf


class TensorFlowOps:
    """`webparity.ops.Ops` on TensorFlow tensors, eager or inside a `tf.function`."""

    def constant(self, values: Any) -> Any:
        """A float32 constant."""
        return tf.constant(np.asarray(values, dtype=np.float32))

    def size(self, x: Any, axis: int) -> Any:
        """Axis length as a float32 scalar."""
        return tf.cast(tf.shape(x)[axis], tf.float32)

    def arange(self, stop: Any) -> Any:
        """Numbers 0 to stop - 1."""
        return tf.range(stop, dtype=tf.float32)

    def astype_real(self, x: Any) -> Any:
        """Convert to float32."""
        return tf.cast(x, tf.float32)

    def abs(self, x: Any) -> Any:
        """Absolute value."""
        return tf.abs(x)

    def floor(self, x: Any) -> Any:
        """Round down."""
        return tf.floor(x)

    def sqrt(self, x: Any) -> Any:
        """Square root."""
        return tf.sqrt(x)

    def greater_equal(self, x: Any, y: Any) -> Any:
        """Comparison as 0 and 1."""
        return tf.cast(tf.greater_equal(x, y), tf.float32)

    def maximum(self, x: Any, y: Any) -> Any:
        """Larger of two."""
        return tf.maximum(x, y)

    def minimum(self, x: Any, y: Any) -> Any:
        """Smaller of two."""
        return tf.minimum(x, y)

    def sum(self, x: Any, axis: int) -> Any:
        """Sum along an axis that stays."""
        return tf.reduce_sum(x, axis=axis, keepdims=True)

    def matmul(self, x: Any, y: Any) -> Any:
        """Matrix product."""
        return tf.matmul(x, y)

    def take(self, x: Any, indices: Any, axis: int) -> Any:
        """Slices at indices."""
        return tf.gather(x, tf.cast(indices, tf.int32), axis=axis)

    def reshape(self, x: Any, shape: Sequence[Any]) -> Any:
        """New shape; static where it can be, so that convolutions behind it get explicit sizes."""
        sizes = [n if isinstance(n, int) else tf.cast(n, tf.int32) for n in shape]
        return tf.reshape(x, sizes)

    def permute_dims(self, x: Any, axes: Sequence[int]) -> Any:
        """Axes in another order."""
        return tf.transpose(x, axes)
