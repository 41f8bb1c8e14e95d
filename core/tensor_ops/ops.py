"""The protocol of tensor operations that preprocessing and classifiers are written against.

The operations are named as in the array API standard. Four adapters implement them: `tracers.to_numpy` runs them in
float64 (the reference), `tracers.to_tensorflow`, `tracers.to_onnx` and `tracers.to_program` trace them into float32
graphs. Only operators that every target runtime has and computes alike are here. "Real" means float64 in NumPy and
float32 in the graphs; "double-float" means float64, or pairs of float32 (`double_float`) where a runtime has no
float64. Where nothing else is said, an operation takes and gives real numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, Self, TypeVar

from numpy.typing import NDArray


class Tensor(Protocol):
    """Arithmetic of a traced value; sizes are real scalars, so that they combine with coordinates."""

    def __add__(self, other: Any, /) -> Self: ...
    def __sub__(self, other: Any, /) -> Self: ...
    def __mul__(self, other: Any, /) -> Self: ...
    def __truediv__(self, other: Any, /) -> Self: ...
    def __radd__(self, other: Any, /) -> Self: ...
    def __rsub__(self, other: Any, /) -> Self: ...
    def __rmul__(self, other: Any, /) -> Self: ...


T = TypeVar("T", bound=Tensor)


class Ops(Protocol[T]):
    """The operations; `T` is the adapter's tensor."""

    def constant(self, values: NDArray[Any] | float) -> T:
        """A real constant."""
        ...

    def size(self, x: T, axis: int) -> T:
        """The length of an axis, as a real scalar."""
        ...

    def arange(self, stop: T) -> T:
        """Real numbers 0, 1, …, stop - 1."""
        ...

    def astype_real(self, x: T) -> T:
        """Convert integers to real."""
        ...

    def abs(self, x: T) -> T:
        """Absolute value, double-float or not."""
        ...

    def floor(self, x: T) -> T:
        """Largest integer not above, as real."""
        ...

    def sqrt(self, x: T) -> T:
        """Square root of numbers from 0, double-float or not."""
        ...

    def greater_equal(self, x: T, y: T) -> T:
        """Real 1 where x >= y and 0 elsewhere, with broadcasting."""
        ...

    def exp(self, x: T) -> T:
        """E to the power of each number; of double-float numbers only up to 0, to 41 bits, and 0 below -87."""
        ...

    def log(self, x: T) -> T:
        """Natural logarithm of positive numbers."""
        ...

    def tanh(self, x: T) -> T:
        """Hyperbolic tangent."""
        ...

    def sigmoid(self, x: T) -> T:
        """1 / (1 + e^-x)."""
        ...

    def softmax(self, x: T) -> T:
        """e^x over its sum along the last axis."""
        ...

    def maximum(self, x: T, y: T) -> T:
        """Larger of two, element by element, with broadcasting."""
        ...

    def minimum(self, x: T, y: T) -> T:
        """Smaller of two, element by element, with broadcasting."""
        ...

    def max(self, x: T, axis: int) -> T:
        """Largest along one axis, which stays with length 1."""
        ...

    def sum(self, x: T, axis: int) -> T:
        """Sum along one axis, which stays with length 1; double-float or not."""
        ...

    def matmul(self, x: T, y: T) -> T:
        """Matrix product of the last two axes, broadcasting the others; or double-float, [..., M, D] and [D, K]."""
        ...

    def take(self, x: T, indices: T, axis: int) -> T:
        """Slices of `x` (any dtype, or double-float) at integral real indices [n]."""
        ...

    def concat(self, parts: Sequence[T], axis: int) -> T:
        """Concatenation of tensors along an axis, all double-float or none."""
        ...

    def find_smallest(self, x: T, count: int) -> T:
        """Indices of the smallest along the last axis of [N, M], in rising order: real [N, count]."""
        ...

    def reshape(self, x: T, shape: Sequence[int | T]) -> T:
        """New shape from integers and real scalars; one entry may be -1; double-float or not."""
        ...

    def permute_dims(self, x: T, axes: Sequence[int]) -> T:
        """Axes in another order; double-float or not."""
        ...

    def to_double_float(self, x: T) -> T:
        """Convert for sums that float32 cannot hold: to float64, or to double-float where a runtime has no float64."""
        ...

    def double_float_constant(self, values: NDArray[Any] | float) -> T:
        """A double-float constant."""
        ...

    def to_float32(self, x: T) -> T:
        """Round double-float numbers to real ones."""
        ...

    def round_real(self, x: T) -> T:
        """Round real numbers to float32, as graphs do without being told: to follow a library that computes so."""
        ...
