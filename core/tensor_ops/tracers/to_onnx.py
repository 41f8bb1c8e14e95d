"""Tensor operations traced into the nodes of an ONNX graph, float32."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper


class OnnxTensor:
    """A named value of the graph; operators add nodes to it.

    Attributes:
        ops: the graph.
        name: of the value.
        is_float64: whether the numbers are float64.
    """

    def __init__(self, ops: OnnxOps, name: str, *, is_float64: bool = False) -> None:
        self.ops = ops
        self.name = name
        self.is_float64 = is_float64

    def __add__(self, other: OnnxTensor | float) -> OnnxTensor:
        return self.ops.add_node("Add", self, other)

    def __radd__(self, other: OnnxTensor | float) -> OnnxTensor:
        return self.ops.add_node("Add", other, self)

    def __sub__(self, other: OnnxTensor | float) -> OnnxTensor:
        return self.ops.add_node("Sub", self, other)

    def __rsub__(self, other: OnnxTensor | float) -> OnnxTensor:
        return self.ops.add_node("Sub", other, self)

    def __mul__(self, other: OnnxTensor | float) -> OnnxTensor:
        return self.ops.add_node("Mul", self, other)

    def __rmul__(self, other: OnnxTensor | float) -> OnnxTensor:
        return self.ops.add_node("Mul", other, self)

    def __truediv__(self, other: OnnxTensor | float) -> OnnxTensor:
        return self.ops.add_node("Div", self, other)


class OnnxOps:
    """`tensor_ops.ops.Ops` that appends to `nodes` and `initializers`; names are counted, so they never vary."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.nodes: list[NodeProto] = []
        self.initializers: dict[str, TensorProto] = {}

    def _make_name(self, stem: str) -> str:
        return f"{self.prefix}/{stem}_{len(self.nodes) + len(self.initializers)}"

    def add_node(self, op: str, *inputs: OnnxTensor | float, **attributes: Any) -> OnnxTensor:
        """Append one node and return its output, float64 if an input is; numbers become constants like the others."""
        is_float64 = any(isinstance(x, OnnxTensor) and x.is_float64 for x in inputs)
        constant = self.double_float_constant if is_float64 else self.constant
        names = [(x if isinstance(x, OnnxTensor) else constant(x)).name for x in inputs]
        output = self._make_name(op.lower())
        self.nodes.append(helper.make_node(op, names, [output], name=output, **attributes))
        return OnnxTensor(self, output, is_float64=is_float64)

    def _add_initializer(self, array: NDArray[Any]) -> OnnxTensor:
        for name, tensor in self.initializers.items():
            known = numpy_helper.to_array(tensor)
            if known.dtype == array.dtype and known.shape == array.shape and np.array_equal(known, array):
                return OnnxTensor(self, name)
        name = self._make_name("constant")
        self.initializers[name] = numpy_helper.from_array(array, name)
        return OnnxTensor(self, name)

    def add_integers(self, values: Sequence[int] | int) -> OnnxTensor:
        """An int64 constant; equal ones are shared."""
        return self._add_initializer(np.asarray(values, dtype=np.int64))

    def constant(self, values: Any) -> OnnxTensor:
        """A float32 constant; equal ones are shared."""
        return self._add_initializer(np.asarray(values, dtype=np.float32))

    def to_double_float(self, x: OnnxTensor) -> OnnxTensor:
        """Convert to float64."""
        return OnnxTensor(self, self.add_node("Cast", x, to=TensorProto.DOUBLE).name, is_float64=True)

    def double_float_constant(self, values: Any) -> OnnxTensor:
        """A float64 constant; equal ones are shared."""
        return OnnxTensor(self, self._add_initializer(np.asarray(values, dtype=np.float64)).name, is_float64=True)

    def to_float32(self, x: OnnxTensor) -> OnnxTensor:
        """Convert to float32."""
        return self.astype_real(x)

    def round_real(self, x: OnnxTensor) -> OnnxTensor:
        """Return the value; all is float32."""
        return x

    def size(self, x: OnnxTensor, axis: int) -> OnnxTensor:
        """Axis length as a float32 scalar."""
        shape = self.add_node("Shape", x)
        return self.add_node(
            "Cast", self.add_node("Gather", shape, self.add_integers(axis), axis=0), to=TensorProto.FLOAT
        )

    def arange(self, stop: OnnxTensor) -> OnnxTensor:
        """Numbers 0 to stop - 1."""
        return self.add_node("Range", 0.0, stop, 1.0)

    def astype_real(self, x: OnnxTensor) -> OnnxTensor:
        """Convert to float32."""
        return OnnxTensor(self, self.add_node("Cast", x, to=TensorProto.FLOAT).name)

    def abs(self, x: OnnxTensor) -> OnnxTensor:
        """Absolute value."""
        return self.add_node("Abs", x)

    def floor(self, x: OnnxTensor) -> OnnxTensor:
        """Round down."""
        return self.add_node("Floor", x)

    def sqrt(self, x: OnnxTensor) -> OnnxTensor:
        """Square root."""
        return self.add_node("Sqrt", x)

    def greater_equal(self, x: OnnxTensor, y: OnnxTensor) -> OnnxTensor:
        """Comparison as 0 and 1."""
        return self.astype_real(self.add_node("GreaterOrEqual", x, y))

    def exp(self, x: OnnxTensor) -> OnnxTensor:
        """Exponential."""
        return self.add_node("Exp", x)

    def log(self, x: OnnxTensor) -> OnnxTensor:
        """Natural logarithm."""
        return self.add_node("Log", x)

    def tanh(self, x: OnnxTensor) -> OnnxTensor:
        """Hyperbolic tangent."""
        return self.add_node("Tanh", x)

    def sigmoid(self, x: OnnxTensor) -> OnnxTensor:
        """Logistic function."""
        return self.add_node("Sigmoid", x)

    def softmax(self, x: OnnxTensor) -> OnnxTensor:
        """Softmax of the last axis."""
        return self.add_node("Softmax", x, axis=-1)

    def maximum(self, x: OnnxTensor, y: OnnxTensor) -> OnnxTensor:
        """Larger of two."""
        return self.add_node("Max", x, y)

    def minimum(self, x: OnnxTensor, y: OnnxTensor) -> OnnxTensor:
        """Smaller of two."""
        return self.add_node("Min", x, y)

    def max(self, x: OnnxTensor, axis: int) -> OnnxTensor:
        """Largest along an axis that stays."""
        return self.add_node("ReduceMax", x, axes=[axis], keepdims=1)

    def sum(self, x: OnnxTensor, axis: int) -> OnnxTensor:
        """Sum along an axis that stays."""
        return self.add_node("ReduceSum", x, self.add_integers([axis]), keepdims=1)

    def matmul(self, x: OnnxTensor, y: OnnxTensor) -> OnnxTensor:
        """Matrix product."""
        return self.add_node("MatMul", x, y)

    def take(self, x: OnnxTensor, indices: OnnxTensor, axis: int) -> OnnxTensor:
        """Slices at indices."""
        return self.add_node("Gather", x, self.add_node("Cast", indices, to=TensorProto.INT64), axis=axis)

    def concat(self, parts: Sequence[OnnxTensor], axis: int) -> OnnxTensor:
        """Concatenate."""
        return self.add_node("Concat", *parts, axis=axis)

    def find_smallest(self, x: OnnxTensor, count: int) -> OnnxTensor:
        """Indices of the smallest; of equal ones the first."""
        values = self.add_node("TopK", x, self.add_integers([count]), largest=0)
        indices = OnnxTensor(self, f"{values.name}_indices")
        self.nodes[-1].output.append(indices.name)
        return self.astype_real(indices)

    def reshape(self, x: OnnxTensor, shape: Sequence[int | OnnxTensor]) -> OnnxTensor:
        """New shape; a constant one where all sizes are known."""
        if all(isinstance(n, int) for n in shape):
            return self.add_node("Reshape", x, self.add_integers([n for n in shape if isinstance(n, int)]))
        parts = [self.add_integers([n]) if isinstance(n, int) else self._convert_to_shape(n) for n in shape]
        return self.add_node("Reshape", x, self.add_node("Concat", *parts, axis=0))

    def _convert_to_shape(self, size: OnnxTensor) -> OnnxTensor:
        integer = self.add_node("Cast", size, to=TensorProto.INT64)
        return self.add_node("Reshape", integer, self.add_integers([1]))

    def permute_dims(self, x: OnnxTensor, axes: Sequence[int]) -> OnnxTensor:
        """Axes in another order."""
        return self.add_node("Transpose", x, perm=list(axes))
