"""Products of matrices: dense layers where one factor is known, and products of two results."""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.export.wasm.drafts import DenseDraft
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.einsum import lower_einsum
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.products import multiply_matrices
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.program.graph import Value
from webparity.program.opcodes import Binary, Opcode


def multiply_by_weights(
    builder: Builder, x: OrderedTensor, weights: OrderedTensor, layer: str, *, exact: bool = False
) -> OrderedTensor:
    """Multiply the rows [..., D] of a tensor by known weights [D, O], float32.

    Args:
        builder: of the program.
        x: the rows.
        weights: known at export.
        layer: the ONNX node, for error messages.
        exact: whether all terms are whole numbers, which must stay so.
    """
    kernel = weights.constant
    if kernel is None:
        raise ValueError(layer)
    value = builder.arrange(x)
    result = Value((*value.shape[:-1], kernel.shape[1]), np.dtype(np.float32))
    quantized = builder.get_quantized(weights.value)
    draft = DenseDraft(Opcode.DENSE, [result], [value], kernel=kernel, quantized=quantized, layer=layer, exact=exact)
    return builder.wrap(builder.append(draft))


def _lower_matmul(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, y = node[0], node[1]
    if x.dtype.kind != "f" or x.dtype != y.dtype:
        raise NotCompiledError(f"of {x.dtype}")
    if y.constant is not None and y.rank == 2 and x.rank >= 1 and x.dtype == np.float32:
        return [multiply_by_weights(builder, x, y, node.name)]
    return [multiply_matrices(builder, x, y)]


def _lower_gemm(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, y = node[0], node[1]
    if x.dtype.kind != "f":
        raise NotCompiledError(f"of {x.dtype}")
    alpha, beta = float(node.get("alpha", 1.0)), float(node.get("beta", 1.0))
    if node.get("transA", 0):
        x = x.transpose([1, 0])
    if node.get("transB", 0):
        y = y.transpose([1, 0])
    known = y.constant is not None and x.dtype == np.float32
    result = multiply_by_weights(builder, x, y, node.name) if known else multiply_matrices(builder, x, y)
    if alpha != 1:
        result = builder.scale(Binary.MULTIPLY, result, alpha)
    added = node.find(2)
    if added is None:
        return [result]
    return [builder.binary(Binary.ADD, result, added if beta == 1 else builder.scale(Binary.MULTIPLY, added, beta))]


OPERATORS: Final[dict[str, Lowering]] = {"MatMul": _lower_matmul, "Gemm": _lower_gemm, "Einsum": lower_einsum}
