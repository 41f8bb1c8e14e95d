"""Shapes of every tensor of an ONNX graph for one image, and their bound."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import onnx
from onnx import GraphProto, ModelProto, TensorProto, ValueInfoProto, helper

from webparity.model_safety.limits import get_graph_limits
from webparity.model_safety.refusal import make_refusal
from webparity.text.library_error import summarize_library_error

# Larger ones are weights, whose elements decide no shape; without them inference copies nothing large.
_SMALL: Final = 4096


def list_inputs(graph: GraphProto) -> list[ValueInfoProto]:
    """List the inputs that are no initializers; old files name these among the inputs."""
    kept = {tensor.name for tensor in graph.initializer}
    return [value for value in graph.input if value.name not in kept]


def read_shape(value: ValueInfoProto) -> list[int | None]:
    """Read a tensor's shape; None for each free axis, and no axes where it has no shape."""
    shape = value.type.tensor_type.shape
    return [dim.dim_value if dim.HasField("dim_value") and dim.dim_value > 0 else None for dim in shape.dim]


def infer_shapes(model: ModelProto, shape: Sequence[int], name: str) -> dict[str, list[int | None]]:
    """Infer the shape of each tensor for an input of a given shape; tensors of unknown rank are left out.

    Args:
        model: with one input.
        shape: of the input, the images' number included.
        name: of the file, for messages.

    Raises:
        UnsupportedModelError: a tensor has more elements than allowed, or shapes contradict each other.
    """
    light = _strip_weights(model, shape)
    try:
        # Not in its strict mode, which fails where it lacks a rule; what remains unknown is measured by a run.
        inferred = onnx.shape_inference.infer_shapes(light, data_prop=True)
    except onnx.shape_inference.InferenceError as error:
        raise make_refusal(
            f"a model that takes {list(shape)}",
            f"{name}: {summarize_library_error(error)}",
            "Correct height, width and channels of the preprocessing, or export the model again.",
        ) from error
    graph = inferred.graph
    found: dict[str, list[int | None]] = {tensor.name: list(tensor.dims) for tensor in model.graph.initializer}
    found |= {
        value.name: read_shape(value)
        for value in [*graph.input, *graph.value_info, *graph.output]
        if value.type.tensor_type.HasField("shape")
    }
    limit = get_graph_limits().values
    for tensor, dims in found.items():
        if math.prod(n or 1 for n in dims) > limit:
            raise make_refusal(
                f"tensors of at most {limit} elements for one image",
                f"{tensor} of {dims} in {name}",
                "If it is your own file, allow more with --max-values; otherwise do not use it.",
            )
    return found


def _strip_weights(model: ModelProto, shape: Sequence[int]) -> ModelProto:
    """Copy a model with its input of a given shape and its weights as inputs."""
    light = ModelProto(ir_version=model.ir_version, opset_import=model.opset_import)
    graph = light.graph
    graph.name = "light"
    graph.node.extend(model.graph.node)
    (source,) = list_inputs(model.graph)
    graph.input.append(helper.make_tensor_value_info(source.name, source.type.tensor_type.elem_type, list(shape)))
    for tensor in model.graph.initializer:
        if math.prod(tensor.dims) <= _SMALL and tensor.data_location != TensorProto.EXTERNAL:
            graph.initializer.append(tensor)
        if math.prod(tensor.dims) > _SMALL or model.ir_version < 4:
            graph.input.append(helper.make_tensor_value_info(tensor.name, tensor.data_type, list(tensor.dims)))
    for output in model.graph.output:
        bare = graph.output.add(name=output.name)
        if output.type.HasField("tensor_type"):
            bare.type.tensor_type.elem_type = output.type.tensor_type.elem_type
        else:
            bare.type.CopyFrom(output.type)
    return light
