"""Constants added to a TensorFlow graph."""

from __future__ import annotations

from typing import Any

from tensorflow.python.framework import tensor_util


def add_constant(graph: Any, name: str, values: Any) -> str:
    """Add a node that holds an array or a number; its name.

    Args:
        graph: a TensorFlow GraphDef, changed in place.
        name: which no other node has.
        values: of the type that the node shall have.
    """
    tensor = tensor_util.make_tensor_proto(values)
    node = graph.node.add(op="Const", name=name)
    node.attr["dtype"].type = tensor.dtype
    node.attr["value"].tensor.CopyFrom(tensor)
    return name
