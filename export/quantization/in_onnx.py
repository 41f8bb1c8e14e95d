"""Reduced weights in an ONNX graph: stored small, turned into float32 by standard operators before they are read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from webparity.export.quantization.plan import Reduction
from webparity.export.quantization.quantized_weight import Quantised, Reduced, with_rank
from webparity.export.quantization.weights import Weight


def reduce_onnx(reduction: Reduction) -> ModelProto:
    """The graph with its reduced weights stored in fewer bits; all other names stay."""
    model = reduction.model.model
    copy = ModelProto()
    copy.CopyFrom(model)
    nodes: list[NodeProto] = []
    tensors: dict[str, list[TensorProto]] = {}
    for weight, reduced in reduction.pairs:
        made, tensors[weight.name] = _stored(weight, reduced)
        nodes += made
    kept = [new for tensor in model.graph.initializer for new in tensors.get(tensor.name, [tensor])]
    del copy.graph.node[:], copy.graph.initializer[:]
    copy.graph.node.extend([*nodes, *model.graph.node])
    copy.graph.initializer.extend(kept)
    return copy


def _stored(weight: Weight, reduced: Reduced) -> tuple[list[NodeProto], list[TensorProto]]:
    """The nodes that give the weight its old name, and what they read.

    Not DequantizeLinear: onnxruntime fuses it with MatMul into a product that rounds its inputs to 8 bits. Cast and Mul
    of constants are computed once, when the file is opened.
    """
    name = weight.name
    if not isinstance(reduced, Quantised):
        stored = _tensor(f"{name}/float16", weight.to_onnx(reduced.halves))
        return [helper.make_node("Cast", [stored.name], [name], name, to=TensorProto.FLOAT)], [stored]
    stored = _tensor(f"{name}/codes", weight.to_onnx(reduced.codes))
    whole = f"{name}/whole"
    scale = _tensor(f"{name}/scale", weight.to_onnx(with_rank(reduced.scale, reduced.codes.ndim)))
    cast = helper.make_node("Cast", [stored.name], [whole], whole, to=TensorProto.FLOAT)
    return [cast, helper.make_node("Mul", [whole, scale.name], [name], name)], [stored, scale]


def _tensor(name: str, values: NDArray[np.generic]) -> TensorProto:
    return numpy_helper.from_array(np.ascontiguousarray(values), name)
