"""Weights of an ONNX graph: its float32 initializers, tensors that it fills with one number, and sums of ai.onnx.ml."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, numpy_helper

# Attributes of the operators of ai.onnx.ml that are terms of sums, or factors in them; not thresholds, nor what comes
# before thresholds.
_SUMMED: Final = frozenset({"class_weights", "target_weights", "base_values", "coefficients", "intercepts", "rho"})

Move = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def move_weights(model: ModelProto, move: Move) -> None:
    """Replace every weight by what `move` gives for it.

    Args:
        model: changed in place; tensors filled by `ConstantOfShape` become initializers.
        move: a function of float32 of any shape.
    """
    graph = model.graph
    known = {tensor.name: tensor for tensor in graph.initializer}
    filled = {node.output[0]: values for node in graph.node if (values := _read_filled(node, known)) is not None}
    for tensor in graph.initializer:
        if tensor.data_type == TensorProto.FLOAT:
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(move(numpy_helper.to_array(tensor)), name))
    for node in graph.node:
        if node.domain == "ai.onnx.ml":
            _move_attributes(node, move)
    kept = [node for node in graph.node if node.op_type != "ConstantOfShape" or node.output[0] not in filled]
    del graph.node[:]
    graph.node.extend(kept)
    graph.initializer.extend(numpy_helper.from_array(move(values), name) for name, values in filled.items())
    if filled:
        model.ir_version = max(model.ir_version, 4)  # before, initializers were inputs too


def _move_attributes(node: NodeProto, move: Move) -> None:
    for attribute in node.attribute:
        if attribute.name in _SUMMED and attribute.floats:
            attribute.floats[:] = move(np.array(attribute.floats, np.float32)).tolist()


def _read_filled(node: NodeProto, known: dict[str, TensorProto]) -> NDArray[np.float32] | None:
    """Read a float32 tensor that a node fills with one number; None for other nodes."""
    if node.op_type != "ConstantOfShape" or node.input[0] not in known:
        return None
    shape = [int(n) for n in numpy_helper.to_array(known[node.input[0]])]
    value: Any = next((numpy_helper.to_array(each.t) for each in node.attribute), np.zeros(1, np.float32))
    return np.full(shape, value.ravel()[0], np.float32) if value.dtype == np.float32 and math.prod(shape) else None
