"""Quantized weights in an ONNX graph, restored to float32 by standard operators."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from webparity.export.quantization.onnx_weights import Weight
from webparity.export.quantization.plan import QuantizationPlan
from webparity.export.quantization.quantized_weight import Int8Weight, QuantizedWeight, extend_rank


def quantize_onnx_graph(plan: QuantizationPlan) -> ModelProto:
    """Store the quantized weights of a graph in fewer bits; all names stay."""
    model = plan.model.model
    copy = ModelProto()
    copy.CopyFrom(model)
    nodes: list[NodeProto] = []
    tensors: dict[str, list[TensorProto]] = {}
    for weight, quantized in plan.pairs:
        made, tensors[weight.name] = _store(weight, quantized)
        nodes += made
    kept = [new for tensor in model.graph.initializer for new in tensors.get(tensor.name, [tensor])]
    del copy.graph.node[:], copy.graph.initializer[:]
    copy.graph.node.extend([*nodes, *model.graph.node])
    copy.graph.initializer.extend(kept)
    return copy


def _store(weight: Weight, quantized: QuantizedWeight) -> tuple[list[NodeProto], list[TensorProto]]:
    """Make the nodes that restore a weight under its old name, and their constants.

    DequantizeLinear is not used: onnxruntime fuses it with MatMul to a product that rounds its inputs to 8 bits. Cast
    and Mul of constants are computed once, when the file is opened.
    """
    name = weight.name
    if not isinstance(quantized, Int8Weight):
        stored = _make_tensor(f"{name}/float16", weight.to_onnx(quantized.codes))
        return [helper.make_node("Cast", [stored.name], [name], name, to=TensorProto.FLOAT)], [stored]
    stored = _make_tensor(f"{name}/codes", weight.to_onnx(quantized.codes))
    whole = f"{name}/whole"
    scale = _make_tensor(f"{name}/scale", weight.to_onnx(extend_rank(quantized.scale, quantized.codes.ndim)))
    cast = helper.make_node("Cast", [stored.name], [whole], whole, to=TensorProto.FLOAT)
    return [cast, helper.make_node("Mul", [whole, scale.name], [name], name)], [stored, scale]


def _make_tensor(name: str, values: NDArray[np.generic]) -> TensorProto:
    return numpy_helper.from_array(np.ascontiguousarray(values), name)
