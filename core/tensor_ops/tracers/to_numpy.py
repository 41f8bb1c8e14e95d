"""Tensor operations in NumPy, float64: the reference that every graph is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class NumpyOps:
    """Implementation of `webparity.tensor_ops.ops.Ops` on NumPy arrays."""

    def constant(self, values: Array | float) -> Array:
        """A float64 array."""
        return np.asarray(values, dtype=np.float64)

    def size(self, x: Array, axis: int) -> Array:
        """Axis length as a float64 scalar."""
        return self.constant(x.shape[axis])

    def arange(self, stop: Array) -> Array:
        """Numbers 0 to stop - 1."""
        return np.arange(float(stop), dtype=np.float64)

    def astype_real(self, x: Array) -> Array:
        """Convert to float64."""
        return x.astype(np.float64)

    def abs(self, x: Array) -> Array:
        """Absolute value."""
        return np.asarray(np.abs(x))

    def floor(self, x: Array) -> Array:
        """Round down."""
        return np.asarray(np.floor(x))

    def sqrt(self, x: Array) -> Array:
        """Square root."""
        return np.asarray(np.sqrt(x))

    def greater_equal(self, x: Array, y: Array) -> Array:
        """Comparison as 0 and 1."""
        return self.astype_real(np.greater_equal(x, y))

    def exp(self, x: Array) -> Array:
        """Exponential."""
        return np.asarray(np.exp(x))

    def log(self, x: Array) -> Array:
        """Natural logarithm."""
        return np.asarray(np.log(x))

    def tanh(self, x: Array) -> Array:
        """Hyperbolic tangent."""
        return np.asarray(np.tanh(x))

    def sigmoid(self, x: Array) -> Array:
        """Logistic function; e to a large power may overflow, and 1 over that is 0."""
        with np.errstate(over="ignore"):
            return np.asarray(1.0 / (1.0 + np.exp(-x)))

    def softmax(self, x: Array) -> Array:
        """Softmax of the last axis."""
        powers = np.exp(x - np.max(x, axis=-1, keepdims=True))
        return np.asarray(powers / np.sum(powers, axis=-1, keepdims=True))

    def maximum(self, x: Array, y: Array) -> Array:
        """Larger of two."""
        return np.asarray(np.maximum(x, y))

    def minimum(self, x: Array, y: Array) -> Array:
        """Smaller of two."""
        return np.asarray(np.minimum(x, y))

    def max(self, x: Array, axis: int) -> Array:
        """Largest along an axis that stays."""
        return np.asarray(np.max(x, axis=axis, keepdims=True))

    def sum(self, x: Array, axis: int) -> Array:
        """Sum along an axis that stays."""
        return np.asarray(np.sum(x, axis=axis, keepdims=True))

    def matmul(self, x: Array, y: Array) -> Array:
        """Matrix product."""
        return np.asarray(np.matmul(x, y))

    def take(self, x: Array, indices: Array, axis: int) -> Array:
        """Slices at indices."""
        return np.asarray(np.take(x, indices.astype(np.int64), axis=axis))

    def concat(self, parts: Sequence[Array], axis: int) -> Array:
        """Concatenate."""
        return np.concatenate(parts, axis)

    def find_smallest(self, x: Array, count: int) -> Array:
        """Indices of the smallest; of equal ones the first."""
        return self.astype_real(np.argsort(x, axis=-1, kind="stable")[..., :count])

    def reshape(self, x: Array, shape: Sequence[int | Array]) -> Array:
        """New shape."""
        return x.reshape([int(n) for n in shape])

    def permute_dims(self, x: Array, axes: Sequence[int]) -> Array:
        """Axes in another order."""
        return np.transpose(x, axes)

    def to_double_float(self, x: Array) -> Array:
        """Return the value; all is float64."""
        return x

    def double_float_constant(self, values: Array | float) -> Array:
        """A float64 array."""
        return self.constant(values)

    def to_float32(self, x: Array) -> Array:
        """Return the value; all is float64."""
        return x

    def round_real(self, x: Array) -> Array:
        """Round to float32."""
        return x.astype(np.float32).astype(np.float64)
