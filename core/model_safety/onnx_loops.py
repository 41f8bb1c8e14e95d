"""Detection of loops in the bytes of an ONNX file, before onnxruntime opens it.

A Loop of 2^62 steps takes a hundred bytes and no memory. Exports hold none: recurrent layers are written out, and a
Scan runs once over an axis of a tensor that is there. The package `onnx` is not needed where bundles are used, so the
few messages on the way are read here (https://protobuf.dev/programming-guides/encoding, onnx/onnx.proto).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_VARINT: Final = 0
_FIXED64: Final = 1
_BYTES: Final = 2
_FIXED32: Final = 5
_SIZES: Final = {_FIXED64: 8, _FIXED32: 4}

# Field numbers: ModelProto.graph, ModelProto.functions, GraphProto.node, NodeProto.op_type, NodeProto.attribute,
# AttributeProto.g and AttributeProto.graphs.
_GRAPH: Final = 7
_FUNCTIONS: Final = 25
_NODE: Final = 1
_OPERATOR: Final = 4
_ATTRIBUTE: Final = 5
_SUBGRAPHS: Final = (6, 11)

_ENDLESS: Final = frozenset({"Loop", "SequenceMap"})
_MAX_DEPTH: Final = 8


def find_loop(model: memoryview) -> str | None:
    """Describe the first operator whose repetitions are not bounded by the size of a tensor, or return None.

    Args:
        model: an ONNX file's bytes.

    Raises:
        ValueError: they are no protobuf message.
    """
    pending: list[tuple[memoryview, int, bool]] = []
    for field, value in _iterate_fields(model):
        if field == _FUNCTIONS:
            return "a function of its own"
        if field == _GRAPH:
            pending.append((value, 0, False))
    while pending:
        graph, depth, in_scan = pending.pop()
        for node in (value for field, value in _iterate_fields(graph) if field == _NODE):
            fields = list(_iterate_fields(node))
            # All of them: readers take the last where a field is given twice.
            operators = {bytes(value).decode("utf-8", "replace") for field, value in fields if field == _OPERATOR}
            if operators & _ENDLESS:
                return f"the operator {min(operators & _ENDLESS)}"
            is_scan = "Scan" in operators
            if is_scan and in_scan:
                return "a Scan within a Scan"
            subgraphs = [
                inner
                for field, value in fields
                if field == _ATTRIBUTE
                for number, inner in _iterate_fields(value)
                if number in _SUBGRAPHS
            ]
            if subgraphs and depth == _MAX_DEPTH:
                return f"graphs nested over {_MAX_DEPTH} deep"
            pending += [(inner, depth + 1, in_scan or is_scan) for inner in subgraphs]
    return None


def _iterate_fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Iterate over the length-delimited fields of a message, by field number; other fields are skipped."""
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        wire = key & 7
        if wire == _VARINT:
            _, at = _read_varint(message, at)
            continue
        if wire == _BYTES:
            size, at = _read_varint(message, at)
        elif wire in _SIZES:
            size = _SIZES[wire]
        else:
            raise ValueError(f"no protobuf message, by its wire type {wire}")
        if at + size > len(message):
            raise ValueError("a protobuf message that is cut")
        if wire == _BYTES:
            yield key >> 3, message[at : at + size]
        at += size


def _read_varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for place in range(10):
        if at + place >= len(message):
            break
        byte = message[at + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError("a protobuf message that is cut")
