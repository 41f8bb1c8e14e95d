"""Reduced weights in a TF.js graph model: TF.js' own quantisation, and a Mul where channels differ in scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.errors import ExportError
from webparity.export.quantization.quantized_weight import REACH, Quantised, Reduced, with_rank
from webparity.export.quantization.weights import Weight

Node = dict[str, Any]
Array = NDArray[Any]
_Entry = tuple[dict[str, Any], Array]

_READERS: Final = frozenset(
    {"Conv2D", "_FusedConv2D", "DepthwiseConv2dNative", "FusedDepthwiseConv2dNative", "MatMul", "_FusedMatMul"}
)
# Two converters may fold a scale into the same weight in another order.
_SAME: Final = 1e-5


def store_weights(
    topology: dict[str, Any], arrays: Sequence[tuple[str, Array]], reduced: Sequence[tuple[Weight, Reduced]]
) -> tuple[list[dict[str, Any]], bytes]:
    """Describe a graph's constants for TF.js' weights manifest and lay out their bytes.

    Args:
        topology: the graph; where a weight has a scale a channel, a Mul is put behind it.
        arrays: its constants by name.
        reduced: weights as the ONNX graph has them, and what is to be stored instead.

    Raises:
        ExportError: this graph has no constant like one of them.
    """
    found = dict(_find(topology, arrays, weight, small) for weight, small in reduced)
    described: list[dict[str, Any]] = []
    parts: list[bytes] = []
    for name, array in arrays:
        entries: list[_Entry] = [({}, array)]
        if name in found:
            reader, small, turned = found[name]
            entries = _stored(small, turned=turned)
            if len(entries) > 1:
                _multiply(topology, reader, name, entries[1][1])
        for suffix, (how, stored) in zip(("", "/scale"), entries, strict=False):
            dtype = "float32" if how else stored.dtype.name
            described.append({"name": name + suffix, "shape": list(stored.shape), "dtype": dtype, **how})
            parts.append(np.ascontiguousarray(stored, stored.dtype.newbyteorder("<")).tobytes())
    return described, b"".join(parts)


def store_values(
    arrays: Sequence[tuple[str, Array]], reduced: Sequence[tuple[Weight, Reduced]]
) -> tuple[list[dict[str, Any]], bytes]:
    """The same for a model that cannot multiply its weights: where channels differ in scale, the products are stored.

    Args:
        arrays: its weights by name.
        reduced: weights as the ONNX graph has them, and what is to be stored instead.
    """
    described: list[dict[str, Any]] = []
    parts: list[bytes] = []
    for name, array in arrays:
        small = next((small for weight, small in reduced if _is_same(array, weight)), None)
        how, stored = _stored(small, turned=False)[0] if small is not None else ({}, array)
        if isinstance(small, Quantised) and small.scale.ndim > 0:
            how, stored = {}, small.values
        described.append({"name": name, "shape": list(array.shape), "dtype": "float32", **how})
        parts.append(np.ascontiguousarray(stored, stored.dtype.newbyteorder("<")).tobytes())
    return described, b"".join(parts)


def _is_same(values: Array, weight: Weight) -> bool:
    limit = _SAME * float(np.max(np.abs(weight.values)))
    return values.shape == weight.values.shape and np.allclose(values, weight.values, rtol=0, atol=limit)


def read_weights(described: Sequence[dict[str, Any]], data: bytes) -> dict[str, Array]:
    """What TF.js makes of a weights file, to the bit: products and sums in doubles, then rounded to float32 once.

    As `decodeWeight` in tfjs-core's io_utils.
    """
    arrays: dict[str, Array] = {}
    offset = 0
    for entry in described:
        quantised = entry.get("quantization", {})
        dtype = np.dtype(quantised.get("dtype", entry["dtype"])).newbyteorder("<")
        count = int(np.prod(entry["shape"], dtype=np.int64))
        values = np.frombuffer(data, dtype, count, offset)
        offset += values.nbytes
        if "scale" in quantised:
            values = values.astype(np.float64) * quantised["scale"] + quantised["min"]
        arrays[entry["name"]] = values.astype(entry["dtype"]).reshape(entry["shape"])
    return arrays


def _find(
    topology: dict[str, Any], arrays: Sequence[tuple[str, Array]], weight: Weight, small: Reduced
) -> tuple[str, tuple[Node, Reduced, bool]]:
    """The constant that is the ONNX graph's weight, with its reader and whether it stands there transposed."""
    known = dict(arrays)
    for node in topology["node"]:
        name = node["input"][1] if node["op"] in _READERS else ""
        if name not in known:
            continue
        turned = bool(node["attr"].get("transpose_b", {}).get("b", False))
        values = known[name].T if turned else known[name]
        if _is_same(values, weight):
            return name, (node, small, turned)
    raise ExportError(
        f"Expected the weight {weight.name} in the TF.js graph too; received none like it. "
        "Export with --precision float32, or only onnx."
    )


def _stored(small: Reduced, *, turned: bool) -> list[_Entry]:
    """The stored array with its entry in the weights manifest, and the scales a channel where there are such."""
    if not isinstance(small, Quantised):
        return [({"quantization": {"dtype": "float16"}}, small.halves.T if turned else small.halves)]
    # TF.js has unsigned codes only.
    codes = (small.codes.astype(np.int16) + REACH).astype(np.uint8)
    by_channel = small.scale.ndim > 0
    factor = 1.0 if by_channel else float(small.scale)
    how = {"quantization": {"dtype": "uint8", "scale": factor, "min": -REACH * factor}}
    stored: list[_Entry] = [(how, codes.T if turned else codes)]
    if by_channel:
        scale = with_rank(small.scale, small.codes.ndim)
        stored.append(({}, scale.T if turned else scale))
    return stored


def _multiply(topology: dict[str, Any], reader: Node, name: str, scale: Array) -> None:
    """Put the product of codes and scales between a constant and its reader."""
    shape = {"dim": [{"size": str(size)} for size in scale.shape]}
    value = {"tensor": {"dtype": "DT_FLOAT", "tensorShape": shape}}
    topology["node"] += [
        {"name": f"{name}/scale", "op": "Const", "attr": {"dtype": {"type": "DT_FLOAT"}, "value": value}},
        {"name": f"{name}/scaled", "op": "Mul", "input": [name, f"{name}/scale"], "attr": {"T": {"type": "DT_FLOAT"}}},
    ]
    reader["input"] = [f"{name}/scaled" if source == name else source for source in reader["input"]]
