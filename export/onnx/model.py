"""Common parts of every ONNX graph: traced preprocessing, outputs, and operator sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from onnx import GraphProto, ModelProto, TensorProto, ValueInfoProto, helper

from webparity.export.onnx.inner_axes import lengthen_inner_axes
from webparity.preprocessing.graph import resize_pixels
from webparity.preprocessing.spec import Preprocessing
from webparity.tensor_ops.tracers.to_onnx import OnnxOps, OnnxTensor

# skl2onnx's neighbours break on 18, and every runtime of the pinned set reads 17.
OPSET: Final = 17
# The newest that every pinned runtime is tested with; only files that others wrote have more than OPSET.
NEWEST_OPSET: Final = 21
ML_DOMAIN: Final = "ai.onnx.ml"
ML_OPSET: Final = 3
IR_VERSION: Final = 8


def trace_preprocessing(
    spec: Preprocessing, normalise: Callable[[OnnxOps, OnnxTensor, Preprocessing], OnnxTensor]
) -> tuple[OnnxOps, OnnxTensor]:
    """Trace from the input `image` to the tap `pixels`, and on to the values that the model takes.

    Args:
        spec: the preprocessing.
        normalise: `normalize` for networks, `normalize_in_double_float` for classifiers.

    Returns:
        The graph under construction, and its values [N, *values_shape].
    """
    ops = OnnxOps("preprocessing")
    pixels = resize_pixels(ops, OnnxTensor(ops, "image"), spec)
    values = normalise(ops, pixels, spec)
    ops.add_node("Identity", pixels)
    ops.nodes[-1].output[0] = "pixels"
    return ops, values


def make_float_output(name: str, shape: Sequence[int]) -> ValueInfoProto:
    """Declare a graph output float32 [N, *shape]."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape])


def make_model(ops: OnnxOps, outputs: Sequence[ValueInfoProto]) -> ModelProto:
    """Make a model of a traced graph with the input `image` and these outputs."""
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])
    model = make_model_proto(
        helper.make_graph(ops.nodes, "webparity", [image], list(outputs), list(ops.initializers.values()))
    )
    lengthen_inner_axes(model)
    return model


def make_model_proto(graph: GraphProto, opset: int = OPSET) -> ModelProto:
    """Make a model with the operator sets that the graph's nodes use."""
    opsets = [helper.make_opsetid("", opset)]
    if any(node.domain == ML_DOMAIN for node in graph.node):
        opsets.append(helper.make_opsetid(ML_DOMAIN, ML_OPSET))
    version = IR_VERSION if opset == OPSET else helper.find_min_ir_version_for(opsets)
    return helper.make_model(graph, opset_imports=opsets, ir_version=version)
