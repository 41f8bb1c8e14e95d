"""Computation of nodes whose inputs are known, by ONNX's reference implementation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from onnx import AttributeProto, NodeProto, helper

from webparity.export.wasm.lowering.tensor import OrderedTensor

# Not the same in every run, or of data that no tensor here holds.
_NEVER: Final = frozenset(
    {"RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli", "Dropout"}
)
# Shapes are known even where elements are not, and views cost nothing.
_LOWERED: Final = frozenset({"Shape", "Size", "Identity"})
# The reference has them from version 19 on, which gives the same for what earlier ones take.
_SINCE_19: Final = frozenset({"DequantizeLinear", "QuantizeLinear"})


def fold_node(node: NodeProto, inputs: Sequence[OrderedTensor | None], opset: int) -> list[NDArray[Any]] | None:
    """Compute a node of known inputs; None where that cannot be done."""
    if node.op_type in _NEVER or node.op_type in _LOWERED or node.domain not in {"", "ai.onnx"}:
        return None
    if any(attribute.type == AttributeProto.GRAPH for attribute in node.attribute):
        return None
    known = [None if tensor is None else tensor.constant for tensor in inputs]
    if any(tensor is not None and elements is None for tensor, elements in zip(inputs, known, strict=True)):
        return None
    results = _compute_plain(node, known)
    if results is None:
        results = _compute_by_reference(node, known, opset)
    if results is None or any(not isinstance(each, np.ndarray) or each.dtype == object for each in results):
        return None
    return results


def _compute_plain(node: NodeProto, known: Sequence[NDArray[Any] | None]) -> list[NDArray[Any]] | None:
    """Compute the commonest nodes of shapes without starting the reference implementation."""
    attributes = {each.name: helper.get_attribute_value(each) for each in node.attribute}
    if node.op_type == "Constant" and "value" in attributes:
        from onnx import numpy_helper

        return [numpy_helper.to_array(attributes["value"])]
    (x, *_) = [*known, None]
    if node.op_type == "Transpose" and x is not None:
        return [x.transpose(attributes.get("perm"))]
    return None


def _compute_by_reference(
    node: NodeProto, known: Sequence[NDArray[Any] | None], opset: int
) -> list[NDArray[Any]] | None:
    """Compute a node as ONNX defines it; None where the reference lacks the operator in the file's version."""
    from onnx.reference import ReferenceEvaluator

    names = [name for name in dict.fromkeys(node.input) if name]
    feeds = {name: each for name, each in zip(node.input, known, strict=True) if each is not None}
    graph = helper.make_graph(
        [node],
        "node",
        [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(feeds[name].dtype), None)
            for name in names
        ],
        [helper.make_tensor_value_info(name, 0, None) for name in node.output if name],
    )
    if node.op_type in _SINCE_19:
        opset = max(opset, 19)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    try:
        return [np.asarray(each) for each in ReferenceEvaluator(model).run(None, feeds)]
    except RuntimeError:
        return None
