"""Nodes of an ONNX graph as the lowering of an operator gets them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto

from webparity.export.wasm.lowering.tensor import OrderedTensor

if TYPE_CHECKING:
    from webparity.export.wasm.lowering.builder import Builder


class NotCompiledError(Exception):
    """A node that programs cannot compute; the message says what of it."""


class ConstantNeededError(NotCompiledError):
    """A node whose result has a shape that only data tells.

    Attributes:
        position: of the input that must be known at export.
    """

    def __init__(self, position: int) -> None:
        super().__init__(f"input {position} is known only when it runs")
        self.position = position


@dataclass(frozen=True)
class Node:
    """One node with its tensors.

    Attributes:
        op_type: the operator.
        name: of the node, for error messages.
        inputs: tensors; None where an optional one is missing.
        attributes: as Python values: numbers, bytes, arrays, lists of them.
        opset: version of the operator set.
        output_count: how many outputs the graph wants; optional ones at the end may be missing.
        lower_branch: lowers a graph among the attributes, which sees the tensors around the node.
    """

    op_type: str
    name: str
    inputs: list[OrderedTensor | None]
    attributes: dict[str, Any]
    opset: int
    output_count: int
    lower_branch: Callable[[GraphProto], list[OrderedTensor]]

    def get(self, name: str, default: Any = None) -> Any:
        """Get an attribute."""
        return self.attributes.get(name, default)

    def get_text(self, name: str, default: str = "") -> str:
        """Get an attribute of text."""
        value = self.attributes.get(name, default)
        return value.decode() if isinstance(value, bytes) else str(value)

    def find(self, position: int) -> OrderedTensor | None:
        """Find an optional input."""
        return self.inputs[position] if position < len(self.inputs) else None

    def __getitem__(self, position: int) -> OrderedTensor:
        tensor = self.find(position)
        if tensor is None:
            raise NotCompiledError(f"input {position} is missing")
        return tensor

    def read(self, position: int) -> NDArray[Any]:
        """Read an input that must be known at export.

        Raises:
            ConstantNeededError: it is not.
        """
        elements = self[position].constant
        if elements is None:
            raise ConstantNeededError(position)
        return elements

    def read_list(self, position: int, attribute: str) -> list[int] | None:
        """Read whole numbers that are an input in new operator sets and an attribute in old ones."""
        if self.find(position) is not None:
            return [int(each) for each in np.ravel(self.read(position))]
        values = self.get(attribute)
        return None if values is None else [int(each) for each in np.ravel(values)]


Lowering = Callable[["Builder", Node], list[OrderedTensor]]


def normalize_axis(axis: int, rank: int) -> int:
    """Count an axis from the first."""
    if not -rank <= axis < max(rank, 1):
        raise NotCompiledError(f"axis {axis} of {rank}")
    return axis + rank if axis < 0 else axis
