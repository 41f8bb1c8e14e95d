"""Tensor operations in TensorFlow, float32, eager or traced; only ops that TF.js has on every backend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import tensorflow as tf

from webparity.tensor_ops.double_float import DoubleFloat


class TensorFlowOps:
    """Implementation of `webparity.tensor_ops.ops.Ops` on TensorFlow tensors, eager or inside a `tf.function`."""

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
        if not isinstance(x, DoubleFloat):
            return tf.abs(x)
        sign = self.greater_equal(x.high, 0.0) * 2.0 - 1.0
        return x.map_halves(lambda half: half * sign)

    def floor(self, x: Any) -> Any:
        """Round down."""
        return tf.floor(x)

    def sqrt(self, x: Any) -> Any:
        """Square root; of double-float numbers by one Newton step from that of the larger half."""
        if not isinstance(x, DoubleFloat):
            return tf.sqrt(x)
        first = tf.sqrt(x.high)
        rest = x - DoubleFloat(first) * DoubleFloat(first)
        # A root of 0 leaves no rest, which is then divided by 1.
        return DoubleFloat(first) + DoubleFloat(rest.high / (first * 2.0 + self.greater_equal(0.0, first)))

    def greater_equal(self, x: Any, y: Any) -> Any:
        """Comparison as 0 and 1."""
        return tf.cast(tf.greater_equal(x, y), tf.float32)

    def exp(self, x: Any) -> Any:
        """Exponential; of double-float numbers up to 0."""
        if not isinstance(x, DoubleFloat):
            return tf.exp(x)
        return _compute_double_float_exp(x)

    def log(self, x: Any) -> Any:
        """Natural logarithm."""
        return tf.math.log(x)

    def tanh(self, x: Any) -> Any:
        """Hyperbolic tangent."""
        return tf.tanh(x)

    def sigmoid(self, x: Any) -> Any:
        """Logistic function."""
        return tf.sigmoid(x)

    def softmax(self, x: Any) -> Any:
        """Softmax of the last axis."""
        return tf.nn.softmax(x)

    def maximum(self, x: Any, y: Any) -> Any:
        """Larger of two."""
        return tf.maximum(x, y)

    def minimum(self, x: Any, y: Any) -> Any:
        """Smaller of two."""
        return tf.minimum(x, y)

    def max(self, x: Any, axis: int) -> Any:
        """Largest along an axis that stays."""
        return tf.reduce_max(x, axis=axis, keepdims=True)

    def sum(self, x: Any, axis: int) -> Any:
        """Sum along an axis that stays."""
        if isinstance(x, DoubleFloat):
            return x.sum(axis)
        return tf.reduce_sum(x, axis=axis, keepdims=True)

    def matmul(self, x: Any, y: Any) -> Any:
        """Matrix product."""
        return x @ y if isinstance(x, DoubleFloat) else tf.matmul(x, y)

    def take(self, x: Any, indices: Any, axis: int) -> Any:
        """Slices at indices."""
        if isinstance(x, DoubleFloat):
            return x.map_halves(lambda half: self.take(half, indices, axis))
        return tf.gather(x, tf.cast(indices, tf.int32), axis=axis)

    def concat(self, parts: Sequence[Any], axis: int) -> Any:
        """Concatenate."""
        if isinstance(parts[0], DoubleFloat):
            return DoubleFloat(
                *(tf.concat(halves, axis) for halves in zip(*((x.high, x.low) for x in parts), strict=True))
            )
        return tf.concat(list(parts), axis)

    def find_smallest(self, x: Any, count: int) -> Any:
        """Indices of the smallest; of equal ones the first."""
        return tf.cast(tf.math.top_k(-x, count).indices, tf.float32)

    def reshape(self, x: Any, shape: Sequence[Any]) -> Any:
        """New shape; static where it can be, so that convolutions behind it get explicit sizes."""
        if isinstance(x, DoubleFloat):
            return x.map_halves(lambda half: self.reshape(half, shape))
        sizes = [n if isinstance(n, int) else tf.cast(n, tf.int32) for n in shape]
        return tf.reshape(x, sizes)

    def permute_dims(self, x: Any, axes: Sequence[int]) -> Any:
        """Axes in another order."""
        if isinstance(x, DoubleFloat):
            return x.map_halves(lambda half: self.permute_dims(half, axes))
        return tf.transpose(x, axes)

    def to_double_float(self, x: Any) -> Any:
        """Convert to double-float."""
        return DoubleFloat(x)

    def double_float_constant(self, values: Any) -> Any:
        """A double-float constant."""
        return DoubleFloat.constant(values, tf.constant)

    def to_float32(self, x: Any) -> Any:
        """Convert to float32: the larger half, which is the rounded sum."""
        return x.high

    def round_real(self, x: Any) -> Any:
        """Return the value; all is float32."""
        return x


_LN2: Final = math.log(2.0)
# Of e^r: r is at most ln 2 / 2 / 16, and what this many terms leave out is below what pairs hold.
_TERMS: Final = 8
_SQUARINGS: Final = 4
# 2^-126 is the smallest number that float32 holds with all its digits.
_HALVINGS: Final = 126.0


def _compute_double_float_exp(x: DoubleFloat) -> DoubleFloat:
    """Compute e to the power of double-float numbers up to 0, to 41 bits; 0 where float32 underflows.

    With x = r - k ln 2 it is e^r / 2^k, and e^r the 16th power of a short Taylor series. The power of two is put
    together from the bits of k, since a GPU may round its own.
    """
    halvings = tf.floor(x.high * (-1.0 / _LN2) + 0.5)
    scale = tf.cast(tf.greater_equal(_HALVINGS, halvings), tf.float32)
    halvings *= scale
    rest = (x * scale + DoubleFloat.constant(_LN2, tf.constant) * DoubleFloat(halvings)) * 0.5**_SQUARINGS
    power = DoubleFloat.constant(1.0 / math.factorial(_TERMS), tf.constant)
    for term in range(_TERMS - 1, -1, -1):
        power = power * rest + DoubleFloat.constant(1.0 / math.factorial(term), tf.constant)
    for _ in range(_SQUARINGS):
        power = power * power
    for bit in (64, 32, 16, 8, 4, 2, 1):
        on = tf.floor(halvings / bit)
        halvings -= on * bit
        scale *= (1.0 - on) + on * 0.5**bit
    return power.map_halves(lambda half: half * scale)
