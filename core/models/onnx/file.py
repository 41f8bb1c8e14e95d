"""Reading of ONNX files as models."""

from __future__ import annotations

from pathlib import Path

from webparity.model_safety.inspection import inspect_model_file
from webparity.model_safety.onnx.inspect import MAX_BYTES, parse_onnx, read_onnx
from webparity.model_safety.refusal import make_refusal
from webparity.models.onnx.constants import move_constants
from webparity.models.onnx.float32 import convert_to_float32
from webparity.models.onnx.network import Layout, OnnxNetwork


def load_onnx(file: Path) -> OnnxNetwork:
    """Read an ONNX file; `model_safety` checks it first, in a process of its own.

    Args:
        file: the model; tensors in other files are read from beside it.

    Raises:
        UnsupportedModelError: it breaks a rule, or onnxruntime does not run it.
    """
    inspect_model_file(file, "onnx")
    own, data, files = read_onnx(file)
    model, types = convert_to_float32(own)
    return OnnxNetwork(model=move_constants(model), own=own, data=data, files=files, types=types, name=file.stem)


def wrap_onnx(model: object, layout: Layout | None = None) -> OnnxNetwork:
    """Make a model of a graph in memory.

    Args:
        model: an `onnx.ModelProto`, with all its weights in it.
        layout: the order of axes of its input, if its shape does not tell.

    Raises:
        UnsupportedModelError: it breaks a rule, or is too large for one file.
    """
    from google.protobuf.message import EncodeError

    try:
        data: bytes = model.SerializeToString(deterministic=True)  # type: ignore[attr-defined]  # a ModelProto
    except (EncodeError, ValueError) as error:
        raise make_refusal(
            f"a model of at most {MAX_BYTES} bytes", f"a larger one: {error}", "Save it as a file."
        ) from error
    own = parse_onnx(data, "the model")
    if any(tensor.external_data for tensor in own.graph.initializer):
        raise make_refusal("a model with its weights in it", "one with weights in other files", "Give its file.")
    converted, types = convert_to_float32(own)
    return OnnxNetwork(
        model=move_constants(converted), own=own, data=data, layout=layout, types=types, name=own.graph.name or "model"
    )
