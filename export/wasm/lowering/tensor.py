"""Tensors of an ONNX graph, each kept as a value of the program in some order of its axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.program.graph import Value


@dataclass(frozen=True, eq=False)
class OrderedTensor:
    """A tensor as ONNX numbers its axes, and the value that has its elements.

    A transpose changes only `order`; elements move when an instruction needs another order. So feature maps stay
    [N, H, W, C] in memory through a graph that says [N, C, H, W].

    Attributes:
        value: the elements.
        order: for each axis of `value`, the axis of the tensor that it is.
    """

    value: Value
    order: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape as ONNX has it."""
        shape = [0] * len(self.order)
        for place, axis in enumerate(self.order):
            shape[axis] = self.value.shape[place]
        return tuple(shape)

    @property
    def rank(self) -> int:
        """Number of axes."""
        return len(self.order)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the elements."""
        return self.value.dtype

    @property
    def constant(self) -> NDArray[Any] | None:
        """The elements in ONNX's order of axes, if they are known at export."""
        if self.value.constant is None:
            return None
        return self.value.constant.transpose(invert(self.order))

    def transpose(self, axes: Sequence[int]) -> OrderedTensor:
        """The same elements with axis i being this tensor's axis `axes[i]`."""
        places = invert(axes)
        return OrderedTensor(self.value, tuple(places[axis] for axis in self.order))


def invert(order: Sequence[int]) -> tuple[int, ...]:
    """Invert a permutation."""
    places = [0] * len(order)
    for place, axis in enumerate(order):
        places[axis] = place
    return tuple(places)


def get_row_major(rank: int) -> tuple[int, ...]:
    """The order of axes that ONNX has."""
    return tuple(range(rank))


def compute_strides(shape: Sequence[int]) -> list[int]:
    """Steps between the elements of each axis of a contiguous array."""
    strides = [1] * len(shape)
    for axis in range(len(shape) - 2, -1, -1):
        strides[axis] = strides[axis + 1] * shape[axis + 1]
    return strides
