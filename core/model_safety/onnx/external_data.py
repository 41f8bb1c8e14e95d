"""Tensors that an ONNX file keeps in other files: read from beside it only, and put into the model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from onnx import GraphProto, ModelProto, TensorProto

from webparity.model_safety.refusal import make_refusal
from webparity.storage.regular_file import read_regular

_FIX: Final = (
    "Put all files of the model into one folder, without links, or save it as one file: "
    "onnx.save(onnx.load('model.onnx'), 'whole.onnx')."
)


def list_external_tensors(graph: GraphProto) -> list[TensorProto]:
    """List the initializers whose elements are in another file."""
    return [tensor for tensor in graph.initializer if tensor.data_location == TensorProto.EXTERNAL]


def measure_external_data(model: ModelProto, file: Path) -> int:
    """Measure the other files of a model together, in bytes.

    Raises:
        UnsupportedModelError: a path leads out of the model's folder, or is a link or no plain file.
    """
    return sum(path.stat().st_size for path in _find_files(model, file).values())


def embed_external_data(model: ModelProto, file: Path, max_bytes: int) -> dict[str, bytes]:
    """Read the tensors that are in other files, and put them into the model, which is changed.

    Args:
        model: read from the file.
        file: the model's own.
        max_bytes: the most that the other files may have together.

    Returns:
        The other files' bytes, by their paths relative to the model's folder.

    Raises:
        UnsupportedModelError: a path leads out of the model's folder or is a link; a file is missing, too large, or
            shorter than its tensors.
    """
    contents: dict[str, bytes] = {}
    left = max_bytes
    for location, path in _find_files(model, file).items():
        try:
            contents[location] = read_regular(path, left)
        except OSError as error:
            raise _refuse(location, file, str(error.strerror or error)) from error
        left -= len(contents[location])
    for tensor in list_external_tensors(model.graph):
        fields = _read_fields(tensor)
        content = contents[fields["location"]]
        start, length = _read_range(fields, tensor, file, len(content))
        tensor.raw_data = content[start : start + length]
        tensor.data_location = TensorProto.DEFAULT
        del tensor.external_data[:]
    return contents


def _find_files(model: ModelProto, file: Path) -> dict[str, Path]:
    """Find the other files by their relative paths."""
    found: dict[str, Path] = {}
    for tensor in list_external_tensors(model.graph):
        location = _read_fields(tensor).get("location", "")
        if location not in found:
            found[location] = _require_beside(location, file)
    return found


def _require_beside(location: str, file: Path) -> Path:
    parts = PurePosixPath(location).parts
    plain = bool(parts) and not PurePosixPath(location).is_absolute() and ".." not in parts
    if not plain or set(location) & set("\\:\0") or PurePosixPath(location).as_posix() != location:
        raise _refuse(location, file, "a path that may lead out of the model's folder")
    path = file.parent
    for part in parts:
        path /= part
        if path.is_symlink():
            raise _refuse(location, file, "a link")
    if not path.is_file():
        raise _refuse(location, file, "no such file" if not path.exists() else "no plain file")
    return path


def _read_fields(tensor: TensorProto) -> dict[str, str]:
    return {entry.key: entry.value for entry in tensor.external_data}


def _read_range(fields: dict[str, str], tensor: TensorProto, file: Path, size: int) -> tuple[int, int]:
    location = fields["location"]
    try:
        start = int(fields.get("offset", "0"))
        length = int(fields.get("length", str(size - start)))
    except ValueError as error:
        raise _refuse(location, file, "an offset or a length that is no number") from error
    if start < 0 or length < 0 or start + length > size:
        raise _refuse(location, file, f"{size} bytes, fewer than {tensor.name} needs")
    return start, length


def _refuse(location: str, file: Path, what: str) -> Exception:
    return make_refusal(
        "tensors in the model's file or in plain files beside it",
        f"{file.name}, which names {location!r}: {what}",
        _FIX,
    )


def iterate_attribute_tensors(graph: GraphProto) -> Iterator[tuple[Any, TensorProto]]:
    """Iterate over the tensors in attributes, each with its node."""
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield node, attribute.t
            for tensor in attribute.tensors:
                yield node, tensor
