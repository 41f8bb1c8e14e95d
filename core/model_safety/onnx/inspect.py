"""The check of an ONNX file in its own process: read, held to the rules, opened and run once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from google.protobuf.message import DecodeError
from numpy.typing import NDArray
from onnx import ModelProto, ValueInfoProto, helper

from webparity.model_safety.onnx.external_data import embed_external_data, measure_external_data
from webparity.model_safety.onnx.shapes import infer_shapes, list_inputs, read_shape
from webparity.model_safety.onnx.structure import check_structure
from webparity.model_safety.onnx_loops import find_loop
from webparity.model_safety.refusal import make_refusal
from webparity.storage.regular_file import read_regular
from webparity.text.library_error import summarize_library_error

MAX_BYTES: Final = 2**31 - 1  # of a protobuf message, and so of a model with its weights
_ERRORS_ONLY: Final = 3
# Of a side that the file leaves free, only to see that it runs.
_SIDE: Final = 64


def parse_onnx(data: bytes, name: str) -> ModelProto:
    """Read a model out of a file's bytes, without the tensors that are in other files.

    Raises:
        UnsupportedModelError: it is no ONNX file, or its graph breaks a rule.
    """
    try:
        loop = find_loop(memoryview(data))
        model = ModelProto.FromString(data) if loop is None else ModelProto()
    except (ValueError, DecodeError) as error:
        raise make_refusal(
            "an ONNX file", f"{name}: {error}", "Export the model again, or copy its file again."
        ) from error
    if loop is not None:
        raise make_refusal("an ONNX file without loops and functions", f"{name} with {loop}")
    if not model.graph.node or not model.graph.output:
        raise make_refusal("an ONNX file with a graph", f"{name}, which has none", "Export the model again.")
    check_structure(model, name)
    return model


def read_onnx(file: Path) -> tuple[ModelProto, bytes, dict[str, bytes]]:
    """Read a model with the tensors of other files in it.

    Args:
        file: the model.

    Returns:
        The model, its file's bytes, and those of the other files by their paths relative to the model's folder.

    Raises:
        UnsupportedModelError: it cannot be read, breaks a rule, or is too large.
    """
    data = _read_bytes(file)
    model = parse_onnx(data, file.name)
    return model, data, embed_external_data(model, file, MAX_BYTES - len(data))


def _read_bytes(file: Path) -> bytes:
    try:
        return read_regular(file, MAX_BYTES)
    except OSError as error:
        raise make_refusal("an ONNX file", f"{file.name}: {error.strerror or error}", "Give another file.") from error


def measure_other_files(file: Path) -> int:
    """Measure the files that a model keeps tensors in, in bytes; its own is not counted.

    Raises:
        UnsupportedModelError: see `read_onnx`.
    """
    return measure_external_data(parse_onnx(_read_bytes(file), file.name), file)


def open_session(model: ModelProto | bytes) -> Any:
    """Open a model in onnxruntime on the CPU."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    data = model if isinstance(model, bytes) else model.SerializeToString()
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def inspect_onnx(file: Path) -> None:
    """Check a file: its graph, and that onnxruntime opens and runs it on an image of zeros.

    Raises:
        UnsupportedModelError: it breaks a rule, or onnxruntime refuses it.
    """
    model, _, _ = read_onnx(file)
    inputs = list_inputs(model.graph)
    shapes = [[dims[0] or 1, *dims[1:]] if (dims := read_shape(each)) else [] for each in inputs]
    fixed = len(inputs) == 1 and bool(shapes[0]) and None not in shapes[0]
    if fixed:
        infer_shapes(model, [n or 1 for n in shapes[0]], file.name)
    try:
        session = open_session(model)
    except Exception as error:  # onnxruntime's own exceptions share no public base
        raise _refuse_unopened(file.name, error) from error
    try:
        session.run(None, {each.name: _make_zeros(each, dims) for each, dims in zip(inputs, shapes, strict=True)})
    except Exception as error:  # as above
        # Sizes that the file leaves free were guessed.
        if fixed:
            raise _refuse_unopened(file.name, error) from error


def _make_zeros(value: ValueInfoProto, dims: list[int | None]) -> NDArray[Any]:
    dtype = helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
    return np.zeros([_SIDE if n is None else n for n in dims], dtype)


def _refuse_unopened(name: str, error: Exception) -> Exception:
    return make_refusal(
        "an ONNX file that onnxruntime runs",
        f"{name}: {summarize_library_error(error)}",
        "Export the model again with another opset, or install the onnxruntime that ran it.",
    )
