"""Constants of a TensorFlow graph."""

from __future__ import annotations

from typing import Any

from tensorflow.core.framework.node_def_pb2 import NodeDef
from tensorflow.python.framework import tensor_util


def constant(name: str, values: Any) -> Any:
    """A node that holds an array or a number, of the type that they have."""
    tensor = tensor_util.make_tensor_proto(values)
    node = NodeDef(op="Const", name=name)
    node.attr["dtype"].type = tensor.dtype
    node.attr["value"].tensor.CopyFrom(tensor)
    return node


def add_constant(graph: Any, name: str, values: Any) -> str:
    """Add such a node to a GraphDef, under a name that no other has; the name."""
    graph.node.append(constant(name, values))
    return name
