"""Decomposition of TensorFlow operators that TF.js or ONNX lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from tensorflow.core.framework import types_pb2

from webparity.export.tensorflow.constant_node import add_constant


def decompose_functions(graph: Any) -> None:
    """Decompose elementwise functions in place.

    Args:
        graph: a TensorFlow GraphDef.
    """
    for node in list(graph.node):
        if node.op in _DECOMPOSITIONS:
            _DECOMPOSITIONS[node.op](_NodeBuilder(graph, node))


def decompose_einsums(graph: Any, source: Any) -> None:
    """Decompose einsums of two tensors into matrix products, in place; others are left unchanged.

    Args:
        graph: a TensorFlow GraphDef.
        source: the `tf.Graph` of the GraphDef, which has the shapes.
    """
    for node in list(graph.node):
        if node.op == "Einsum" and len(node.input) == 2:
            shapes = [tensor.shape.as_list() for tensor in source.get_operation_by_name(node.name).inputs]
            product = _parse_equation(node.attr["equation"].s.decode(), shapes)
            if product is not None:
                _decompose_einsum(_NodeBuilder(graph, node), product)


class _NodeBuilder:
    """Adds the nodes that a decomposed node consists of; the node itself becomes the last of them."""

    def __init__(self, graph: Any, node: Any) -> None:
        self._graph = graph
        self._node = node
        self._count = 0

    @property
    def inputs(self) -> list[str]:
        return list(self._node.input)

    def add_constant(self, values: Any) -> str:
        return add_constant(self._graph, self._make_name(), values)

    def add_node(self, op: str, *inputs: str, index: str | None = None, last: bool = False) -> str:
        """Add a node of the type of the original; `index` names the attribute for the type of its last input."""
        node = self._graph.node.add(op=op, name=self._make_name(), input=inputs)
        node.attr["T"].CopyFrom(self._node.attr["T"])
        if index is not None:
            node.attr[index].type = types_pb2.DT_INT32
        if not last:
            return str(node.name)
        name = self._node.name
        self._node.CopyFrom(node)
        self._node.name = name
        self._graph.node.remove(node)
        return str(name)

    def reshape(self, x: str, shape: Sequence[int]) -> str:
        return self.add_node("Reshape", x, self.add_constant(np.array(shape, np.int32)), index="Tshape")

    def transpose(self, x: str, order: Sequence[int], *, last: bool = False) -> str:
        if not last and list(order) == sorted(order):
            return x
        return self.add_node("Transpose", x, self.add_constant(np.array(order, np.int32)), index="Tperm", last=last)

    def _make_name(self) -> str:
        self._count += 1
        return f"{self._node.name}/part{self._count}"


def _decompose_erfc(build: _NodeBuilder) -> None:
    """Decompose erfc(x), which Keras's GELU uses, into 1 - erf(x)."""
    erf = build.add_node("Erf", *build.inputs)
    build.add_node("Sub", build.add_constant(np.float32(1)), erf, last=True)


def _decompose_softsign(build: _NodeBuilder) -> None:
    """Decompose softsign(x) into x / (1 + |x|)."""
    (x,) = build.inputs
    below = build.add_node("AddV2", build.add_constant(np.float32(1)), build.add_node("Abs", x))
    build.add_node("RealDiv", x, below, last=True)


def _decompose_expm1(build: _NodeBuilder) -> None:
    """Decompose expm1(x) into exp(x) - 1."""
    build.add_node("Sub", build.add_node("Exp", *build.inputs), build.add_constant(np.float32(1)), last=True)


def _decompose_log1p(build: _NodeBuilder) -> None:
    """Decompose log1p(x) into log(1 + x)."""
    build.add_node("Log", build.add_node("AddV2", build.add_constant(np.float32(1)), *build.inputs), last=True)


_DECOMPOSITIONS: Final = {
    "Erfc": _decompose_erfc,
    "Expm1": _decompose_expm1,
    "Log1p": _decompose_log1p,
    "Softsign": _decompose_softsign,
}


@dataclass(frozen=True, kw_only=True)
class _EinsumProduct:
    """An einsum of two tensors as a matrix product: labels of operands and result, and the size of each, or -1."""

    left: str
    right: str
    result: str
    shared: str
    rows: str
    inner: str
    columns: str
    sizes: dict[str, int]

    def multiply_sizes(self, labels: str) -> int:
        sizes = [self.sizes[label] for label in labels]
        return -1 if -1 in sizes else int(np.prod(sizes, dtype=np.int64))


def _parse_equation(equation: str, shapes: Sequence[Sequence[int | None]]) -> _EinsumProduct | None:
    """Parse an equation; None for repeated labels, ellipses, sums over one operand, and two unknown sizes."""
    sides, _, result = equation.replace(" ", "").partition("->")
    left, _, right = sides.partition(",")
    shared = "".join(label for label in result if label in left and label in right)
    rows = "".join(label for label in left if label not in right)
    columns = "".join(label for label in right if label not in left)
    inner = "".join(label for label in left if label in right and label not in result)
    plain = all(labels.isalpha() and len(set(labels)) == len(labels) for labels in (left, right, result))
    if not plain or not inner or set(shared + rows + columns) != set(result):
        return None
    sizes = {
        label: -1 if size is None else size
        for labels, shape in ((left, shapes[0]), (right, shapes[1]))
        for label, size in zip(labels, shape, strict=True)
    }
    if list(sizes.values()).count(-1) > 1:
        return None
    return _EinsumProduct(
        left=left, right=right, result=result, shared=shared, rows=rows, inner=inner, columns=columns, sizes=sizes
    )


def _decompose_einsum(build: _NodeBuilder, product: _EinsumProduct) -> None:
    first, second = build.inputs
    one = build.transpose(first, [product.left.index(label) for label in product.shared + product.rows + product.inner])
    two = build.transpose(
        second, [product.right.index(label) for label in product.shared + product.inner + product.columns]
    )
    groups = [product.shared] if product.shared else []
    one = build.reshape(one, [product.multiply_sizes(labels) for labels in (*groups, product.rows, product.inner)])
    two = build.reshape(two, [product.multiply_sizes(labels) for labels in (*groups, product.inner, product.columns)])
    whole = build.add_node("BatchMatMulV2" if groups else "MatMul", one, two)
    made = product.shared + product.rows + product.columns
    whole = build.reshape(whole, [product.sizes[label] for label in made])
    build.transpose(whole, [made.index(label) for label in product.result], last=True)
