"""Quantized weights in TF.js models, in the quantization of its weights manifest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.errors import ExportError
from webparity.export.quantization.onnx_weights import Weight
from webparity.export.quantization.quantized_weight import QMAX, Int8Weight, QuantizedWeight, extend_rank

Node = dict[str, Any]
Array = NDArray[Any]
_Entry = tuple[dict[str, Any], Array]

_READERS: Final = frozenset(
    {"Conv2D", "_FusedConv2D", "DepthwiseConv2dNative", "FusedDepthwiseConv2dNative", "MatMul", "_FusedMatMul"}
)
# Two converters may fold a scale into the same weight in different order.
_SAME: Final = 1e-5


def store_graph_weights(
    topology: dict[str, Any], arrays: Sequence[tuple[str, Array]], quantized: Sequence[tuple[Weight, QuantizedWeight]]
) -> tuple[list[dict[str, Any]], bytes]:
    """Describe a graph's constants for TF.js' weights manifest and lay out their bytes.

    Args:
        topology: the graph; a Mul is inserted behind each weight with a scale per channel.
        arrays: its constants by name.
        quantized: weights as the ONNX graph has them, each with its quantized form.

    Raises:
        ExportError: the graph has no constant that equals one of them.
    """
    found = dict(_find_constant(topology, arrays, weight, stored_as) for weight, stored_as in quantized)
    described: list[dict[str, Any]] = []
    parts: list[bytes] = []
    for name, array in arrays:
        entries: list[_Entry] = [({}, array)]
        if name in found:
            reader, stored_as, transposed = found[name]
            entries = _encode(stored_as, transposed=transposed)
            if len(entries) > 1:
                _insert_multiplication(topology, reader, name, entries[1][1])
        for suffix, (description, stored) in zip(("", "/scale"), entries, strict=False):
            dtype = "float32" if description else stored.dtype.name
            described.append({"name": name + suffix, "shape": list(stored.shape), "dtype": dtype, **description})
            parts.append(np.ascontiguousarray(stored, stored.dtype.newbyteorder("<")).tobytes())
    return described, b"".join(parts)


def store_layers_weights(
    arrays: Sequence[tuple[str, Array]], quantized: Sequence[tuple[Weight, QuantizedWeight]]
) -> tuple[list[dict[str, Any]], bytes]:
    """Describe a layers model's weights and lay out their bytes; those with a scale per channel stay in float32.

    Args:
        arrays: its weights by name.
        quantized: weights as the ONNX graph has them, each with its quantized form.
    """
    described: list[dict[str, Any]] = []
    parts: list[bytes] = []
    for name, array in arrays:
        stored_as = next((stored_as for weight, stored_as in quantized if _is_same(array, weight)), None)
        description, stored = _encode(stored_as, transposed=False)[0] if stored_as is not None else ({}, array)
        if isinstance(stored_as, Int8Weight) and stored_as.scale.ndim > 0:
            description, stored = {}, stored_as.values
        described.append({"name": name, "shape": list(array.shape), "dtype": "float32", **description})
        parts.append(np.ascontiguousarray(stored, stored.dtype.newbyteorder("<")).tobytes())
    return described, b"".join(parts)


def _is_same(values: Array, weight: Weight) -> bool:
    limit = _SAME * float(np.max(np.abs(weight.values)))
    return values.shape == weight.values.shape and np.allclose(values, weight.values, rtol=0, atol=limit)


def read_weights(described: Sequence[dict[str, Any]], data: bytes) -> dict[str, Array]:
    """Read a weights file as TF.js does, to the bit: products and sums in doubles, rounded to float32 once.

    As `decodeWeight` in tfjs-core's io_utils.
    """
    arrays: dict[str, Array] = {}
    offset = 0
    for entry in described:
        quantization = entry.get("quantization", {})
        dtype = np.dtype(quantization.get("dtype", entry["dtype"])).newbyteorder("<")
        count = int(np.prod(entry["shape"], dtype=np.int64))
        values = np.frombuffer(data, dtype, count, offset)
        offset += values.nbytes
        if "scale" in quantization:
            values = values.astype(np.float64) * quantization["scale"] + quantization["min"]
        arrays[entry["name"]] = values.astype(entry["dtype"]).reshape(entry["shape"])
    return arrays


def _find_constant(
    topology: dict[str, Any], arrays: Sequence[tuple[str, Array]], weight: Weight, stored_as: QuantizedWeight
) -> tuple[str, tuple[Node, QuantizedWeight, bool]]:
    """Find the constant that equals a weight; gives its name, its reader and whether it is transposed."""
    known = dict(arrays)
    for node in topology["node"]:
        name = node["input"][1] if node["op"] in _READERS else ""
        if name not in known:
            continue
        transposed = bool(node["attr"].get("transpose_b", {}).get("b", False))
        values = known[name].T if transposed else known[name]
        if _is_same(values, weight):
            return name, (node, stored_as, transposed)
    raise ExportError(
        f"Expected the weight {weight.name} in the TF.js graph too; received none like it. "
        "Export with --precision float32, or only onnx."
    )


def _encode(stored_as: QuantizedWeight, *, transposed: bool) -> list[_Entry]:
    """Encode a weight: the stored array with its entry in the weights manifest, and the scales of channels, if any."""
    if not isinstance(stored_as, Int8Weight):
        return [({"quantization": {"dtype": "float16"}}, stored_as.codes.T if transposed else stored_as.codes)]
    # TF.js has only unsigned codes.
    codes = (stored_as.codes.astype(np.int16) + QMAX).astype(np.uint8)
    by_channel = stored_as.scale.ndim > 0
    factor = 1.0 if by_channel else float(stored_as.scale)
    description = {"quantization": {"dtype": "uint8", "scale": factor, "min": -QMAX * factor}}
    stored: list[_Entry] = [(description, codes.T if transposed else codes)]
    if by_channel:
        scale = extend_rank(stored_as.scale, stored_as.codes.ndim)
        stored.append(({}, scale.T if transposed else scale))
    return stored


def _insert_multiplication(topology: dict[str, Any], reader: Node, name: str, scale: Array) -> None:
    """Insert the product of codes and scales between a constant and its reader."""
    shape = {"dim": [{"size": str(size)} for size in scale.shape]}
    value = {"tensor": {"dtype": "DT_FLOAT", "tensorShape": shape}}
    topology["node"] += [
        {"name": f"{name}/scale", "op": "Const", "attr": {"dtype": {"type": "DT_FLOAT"}, "value": value}},
        {"name": f"{name}/scaled", "op": "Mul", "input": [name, f"{name}/scale"], "attr": {"T": {"type": "DT_FLOAT"}}},
    ]
    reader["input"] = [f"{name}/scaled" if source == name else source for source in reader["input"]]
