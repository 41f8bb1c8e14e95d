"""Weights of an ONNX graph that can be quantized, in TensorFlow's layout.

These are kernels of convolutions and matrices of dense layers, of a kilobyte or more. Biases, preprocessing, indices,
thresholds and all other constants stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

_LEAST_BYTES: Final = 1024
_READERS: Final = frozenset({"Conv", "Gemm", "MatMul"})


@dataclass(frozen=True, kw_only=True)
class Weight:
    """One weight of an ONNX graph.

    Attributes:
        name: of the initializer.
        node: its only consumer.
        values: float32 in TensorFlow's layout, output channels last: [D, O]; [H, W, I, O]; depthwise [H, W, C, M].
    """

    name: str
    node: NodeProto
    values: NDArray[np.float32]

    @property
    def by_channel(self) -> bool:
        """Whether channels may have scales of their own, which TF.js multiplies each time: too slow for a matrix."""
        return self.node.op_type == "Conv"

    @property
    def depthwise(self) -> bool:
        """Whether each output reads one input channel only."""
        return _count_groups(self.node) > 1

    @property
    def source(self) -> str:
        """The name of the tensor that is multiplied by the weight."""
        return str(self.node.input[0])

    def to_onnx(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Transpose an array of the weight's rank, such as codes or scales, from TensorFlow's layout to ONNX's."""
        if self.node.op_type == "Conv" and self.depthwise:
            moved = values.transpose(2, 3, 0, 1)
            return moved.reshape(-1, 1, *moved.shape[2:])
        if self.node.op_type == "Conv":
            return values.transpose(3, 2, 0, 1)
        return values.T if _is_transposed(self.node) else values


def find_weights(model: ModelProto) -> list[Weight]:
    """Find the weights of a graph that can be quantized, in the order of their consumers."""
    readers = _find_readers(model.graph)
    initializers = {tensor.name: tensor for tensor in model.graph.initializer}
    found = []
    for node in model.graph.node:
        name = node.input[1] if node.op_type in _READERS else ""
        tensor = initializers.get(name)
        if tensor is None or len(readers[name]) != 1 or tensor.data_type != TensorProto.FLOAT:
            continue
        values = _convert_layout(node, numpy_helper.to_array(tensor))
        if values is not None and values.nbytes >= _LEAST_BYTES:
            found.append(Weight(name=name, node=node, values=np.ascontiguousarray(values)))
    return found


def _find_readers(graph: GraphProto) -> dict[str, list[NodeProto]]:
    readers: dict[str, list[NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    return readers


def _convert_layout(node: NodeProto, array: NDArray[np.float32]) -> NDArray[np.float32] | None:
    if node.op_type != "Conv":
        known = array.ndim == 2 and not _has_flag(node, "transA")
        return (array.T if _is_transposed(node) else array) if known else None
    groups = _count_groups(node)
    if array.ndim != 4:
        return None
    if groups == 1:
        return array.transpose(2, 3, 1, 0)
    if array.shape[1] == 1 and array.shape[0] % groups == 0:
        return array.reshape(groups, -1, *array.shape[2:]).transpose(2, 3, 0, 1)
    return None


def _count_groups(node: NodeProto) -> int:
    return next((int(helper.get_attribute_value(a)) for a in node.attribute if a.name == "group"), 1)


def _is_transposed(node: NodeProto) -> bool:
    return _has_flag(node, "transB")


def _has_flag(node: NodeProto, name: str) -> bool:
    return any(a.name == name and a.i for a in node.attribute)
