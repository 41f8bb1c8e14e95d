"""The small set of array operations that preprocessing is written against, named as in the array API standard.

Three adapters implement it: `tracers.to_numpy` runs it in float64 (the truth), `tracers.to_tensorflow` and
`tracers.to_onnx` trace it into float32 graphs. Only operators that every target runtime has and computes alike
are here. "Real" means float64 in NumPy and float32 in the graphs.
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
        """Absolute value."""
        ...

    def floor(self, x: T) -> T:
        """Largest integer not above, as real."""
        ...

    def sqrt(self, x: T) -> T:
        """Square root of numbers from 0."""
        ...

    def greater_equal(self, x: T, y: T) -> T:
        """Real 1 where x >= y and 0 elsewhere, with broadcasting."""
        ...

    def maximum(self, x: T, y: T) -> T:
        """Larger of two, element by element, with broadcasting."""
        ...

    def minimum(self, x: T, y: T) -> T:
        """Smaller of two, element by element, with broadcasting."""
        ...

    def sum(self, x: T, axis: int) -> T:
        """Sum along one axis, which stays with length 1."""
        ...

    def matmul(self, x: T, y: T) -> T:
        """Matrix product of the last two axes, broadcasting the others."""
        ...

    def take(self, x: T, indices: T, axis: int) -> T:
        """Slices of `x` (any dtype) at the given integral real indices [n]."""
        ...

    def reshape(self, x: T, shape: Sequence[int | T]) -> T:
        """New shape from integers and real scalars; one entry may be -1."""
        ...

    def permute_dims(self, x: T, axes: Sequence[int]) -> T:
        """Axes in another order."""
        ...
