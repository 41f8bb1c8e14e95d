"""Constant nodes of TensorFlow graphs."""

from __future__ import annotations

from typing import Any

from tensorflow.core.framework.node_def_pb2 import NodeDef
from tensorflow.python.framework import tensor_util


def make_constant(name: str, values: Any) -> Any:
    """Make a Const node of an array or a number, with its dtype."""
    tensor = tensor_util.make_tensor_proto(values)
    node = NodeDef(op="Const", name=name)
    node.attr["dtype"].type = tensor.dtype
    node.attr["value"].tensor.CopyFrom(tensor)
    return node


def add_constant(graph: Any, name: str, values: Any) -> str:
    """Add a Const node to a GraphDef under a new name, and return the name."""
    graph.node.append(make_constant(name, values))
    return name
