"""Shapes of an ONNX graph's tensors, inferred, and measured where inference does not tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from onnx import ModelProto, ValueInfoProto, helper

from webparity.model_safety.onnx.inspect import open_session
from webparity.model_safety.onnx.shapes import infer_shapes
from webparity.model_safety.refusal import make_refusal
from webparity.models.onnx.input_form import InputForm
from webparity.models.onnx.network import OnnxNetwork
from webparity.text.library_error import summarize_library_error


def find_shapes(network: OnnxNetwork, form: InputForm) -> dict[str, list[int | None]]:
    """Find the shape of each tensor for one call.

    Args:
        network: the file that was read.
        form: its input, of known size.

    Raises:
        UnsupportedModelError: a tensor is too large, or onnxruntime cannot run the graph on this size.
    """
    model = network.model
    whole = [form.batch or 1, *form.shape]
    shapes = infer_shapes(model, whole, network.name)
    made = [name for node in model.graph.node if node.op_type != "ZipMap" for name in node.output if name]
    unknown = [name for name in made if name not in shapes or None in shapes[name]]
    if unknown:
        try:
            session = open_session(add_outputs(model, unknown))
            dtype = helper.tensor_dtype_to_np_dtype(form.element_type)
            values = session.run(unknown, {form.name: np.zeros(whole, dtype)})
        except Exception as error:  # onnxruntime's own exceptions share no public base
            raise make_refusal(
                f"a model that takes {whole}",
                f"{network.name}: {summarize_library_error(error)}",
                "Correct height, width and channels of the preprocessing, or export the model again.",
            ) from error
        shapes |= {name: list(np.shape(value)) for name, value in zip(unknown, values, strict=True)}
    return shapes


def add_outputs(model: ModelProto, names: Sequence[str]) -> ModelProto:
    """Copy a model with other outputs: the tensors of these names."""
    copy = ModelProto()
    copy.CopyFrom(model)
    del copy.graph.output[:]
    copy.graph.output.extend(ValueInfoProto(name=name) for name in dict.fromkeys(names))
    return copy
