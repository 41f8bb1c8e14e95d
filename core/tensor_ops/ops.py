"""The protocol of tensor operations that preprocessing and classifiers are written against.

Three adapters implement it: `tracers.to_numpy` runs it in float64 (the truth), `tracers.to_tensorflow` and
`tracers.to_onnx` trace it into float32 graphs. Only operators that every target runtime has and computes alike
are here. "Real" means float64 in NumPy and float32 in the graphs; "wide" is float64 there too, where a runtime has it.
Where nothing else is said, an operation takes real numbers and gives such.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, Self, TypeVar

from numpy.typing import NDArray


class Tensor(Protocol):
    """What a traced value can do by operator; sizes are real scalars, so that they mix with coordinates."""

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
        """Absolute value, wide or not."""
        ...

    def floor(self, x: T) -> T:
        """Largest integer not above, as real."""
        ...

    def sqrt(self, x: T) -> T:
        """Square root of numbers from 0, wide or not."""
        ...

    def greater_equal(self, x: T, y: T) -> T:
        """Real 1 where x >= y and 0 elsewhere, with broadcasting."""
        ...

    def exp(self, x: T) -> T:
        """E to the power of each number, or of wide ones up to 0: to 41 bits, and 0 below -87, without float64."""
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
        """Sum along one axis, which stays with length 1; wide or not."""
        ...

    def matmul(self, x: T, y: T) -> T:
        """Matrix product of the last two axes, broadcasting the others; or wide, [..., M, D] with [D, K]."""
        ...

    def take(self, x: T, indices: T, axis: int) -> T:
        """Slices of `x` (any dtype, or wide) at the given integral real indices [n]."""
        ...

    def concat(self, parts: Sequence[T], axis: int) -> T:
        """Tensors one behind the other along an axis, all wide or none."""
        ...

    def smallest(self, x: T, count: int) -> T:
        """Where the smallest of the last axis of [N, M] stand, in rising order: real indices [N, count]."""
        ...

    def reshape(self, x: T, shape: Sequence[int | T]) -> T:
        """New shape from integers and real scalars; one entry may be -1; wide or not."""
        ...

    def permute_dims(self, x: T, axes: Sequence[int]) -> T:
        """Axes in another order; wide or not."""
        ...

    def to_double_float(self, x: T) -> T:
        """The same numbers for sums that float32 would spoil: float64, or pairs of float32 where there is none."""
        ...

    def double_float_constant(self, values: NDArray[Any] | float) -> T:
        """A wide constant."""
        ...

    def to_float32(self, x: T) -> T:
        """Wide numbers rounded to real ones."""
        ...
