"""Conversion of an ONNX graph of half-precision floats to float32, in which every runtime computes."""

from __future__ import annotations

from typing import Final

import numpy as np
from onnx import AttributeProto, GraphProto, ModelProto, TensorProto, numpy_helper

_NAMES: Final[dict[int, str]] = {TensorProto.FLOAT16: "float16", TensorProto.BFLOAT16: "bfloat16"}
# Attributes that name a type of elements.
_TYPES: Final = frozenset({"to", "dtype", "stash_type"})


def convert_to_float32(model: ModelProto) -> tuple[ModelProto, tuple[str, ...]]:
    """Convert float16 and bfloat16 to float32: weights, constants, casts, inputs and outputs.

    Args:
        model: with all its weights; it is not changed.

    Returns:
        The converted model, or the same one where nothing is to be done; and the types that were converted.
    """
    found = sorted(_NAMES[each] for each in _find_types(model.graph))
    if not found:
        return model, ()
    converted = ModelProto()
    converted.CopyFrom(model)
    graph = converted.graph
    for tensor in graph.initializer:
        _convert_tensor(tensor)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                _convert_tensor(attribute.t)
            if attribute.type == AttributeProto.INT and attribute.name in _TYPES and attribute.i in _NAMES:
                attribute.i = TensorProto.FLOAT
    for value in [*graph.input, *graph.output, *graph.value_info]:
        if value.type.tensor_type.elem_type in _NAMES:
            value.type.tensor_type.elem_type = TensorProto.FLOAT
    return converted, tuple(found)


def _find_types(graph: GraphProto) -> set[int]:
    types = {tensor.data_type for tensor in graph.initializer}
    types |= {value.type.tensor_type.elem_type for value in [*graph.input, *graph.output]}
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                types.add(attribute.t.data_type)
            if attribute.type == AttributeProto.INT and attribute.name in _TYPES:
                types.add(attribute.i)
    return types & set(_NAMES)


def _convert_tensor(tensor: TensorProto) -> None:
    if tensor.data_type in _NAMES:
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float32), name))
