"""ONNX graph of a baked Keras network: traced preprocessing merged with the network that tf2onnx converted."""

from __future__ import annotations

from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, numpy_helper

from webparity.export.onnx.model import OPSET, make_float_output, make_model, make_model_proto, trace_preprocessing
from webparity.models.keras.baked import KerasBaked
from webparity.models.onnx.wide_means import split_wide_means
from webparity.models.tensorflow_log import limit_loggers
from webparity.outputs.registry import get_output_kind
from webparity.preprocessing.graph import normalize

_NETWORK: Final = "network/"


def _trace_preprocessing(baked: KerasBaked) -> ModelProto:
    spec = baked.preprocessing
    ops, values = trace_preprocessing(spec, normalize)
    shapes = {"pixels": (spec.height, spec.width, spec.depth), values.name: spec.values_shape}
    return make_model(ops, [make_float_output(name, shape) for name, shape in shapes.items()])


def _convert_network(baked: KerasBaked) -> tuple[ModelProto, dict[str, NDArray[np.float32]]]:
    """Convert a network from values to answers by tf2onnx, and return its large kernels, which are inputs, by name."""
    import tensorflow as tf
    import tf2onnx

    from webparity.export.tensorflow.freeze import freeze_graph
    from webparity.export.tensorflow.large_kernels import trace_with_kernel_inputs

    values = tf.TensorSpec([None, *baked.preprocessing.values_shape], tf.float32, name="values")
    whole = trace_with_kernel_inputs(baked.predict_features, values, baked.network)
    graph = freeze_graph(whole.function)
    with limit_loggers("tensorflow", "tf2onnx"):
        model, _ = tf2onnx.convert.from_graph_def(
            graph.definition,
            input_names=[f"{name}:0" for name in graph.inputs],
            output_names=[f"{name}:0" for name in graph.outputs],
            opset=OPSET,
        )
    model = split_wide_means(model, _infer_shapes(model))
    outputs = {tap: f"{_NETWORK}{tap}" for tap in get_output_kind(baked.output).numbers}
    network = onnx.compose.add_prefix_graph(model.graph, _NETWORK, rename_inputs=True)
    # Outputs in the order of their sorted names, as TensorFlow flattens a dict.
    renamed = dict(zip([output.name for output in network.output], sorted(outputs.values()), strict=True))
    _rename_tensors(network, renamed)
    return make_model_proto(network), {f"{_NETWORK}{name}:0": kernel for name, kernel in whole.kernels.items()}


def _infer_shapes(model: ModelProto) -> dict[str, list[int | None]]:
    known = onnx.shape_inference.infer_shapes(model).graph.value_info
    return {value.name: [dim.dim_value or None for dim in value.type.tensor_type.shape.dim] for value in known}


def _rename_tensors(graph: onnx.GraphProto, names: dict[str, str]) -> None:
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    for value in [*graph.output, *graph.value_info, *graph.input]:
        value.name = names.get(value.name, value.name)


def trace_network(baked: KerasBaked) -> ModelProto:
    """Convert uint8 [N, H, W, 3] to every tap.

    Args:
        baked: the network in its form for inference.
    """
    front, (back, kernels) = _trace_preprocessing(baked), _convert_network(baked)
    values = front.graph.output[1].name
    merged = onnx.compose.merge_models(
        front,
        back,
        io_map=[(values, back.graph.input[0].name)],
        outputs=["pixels", *[o.name for o in back.graph.output]],
    )
    _rename_tensors(merged.graph, {f"{_NETWORK}{tap}": tap for tap in get_output_kind(baked.output).numbers})
    for output in merged.graph.output:
        output.type.tensor_type.shape.dim[0].dim_param = "N"
    for value in [value for value in merged.graph.input if value.name in kernels]:
        merged.graph.input.remove(value)
        merged.graph.initializer.append(numpy_helper.from_array(kernels[value.name], value.name))
    return merged
