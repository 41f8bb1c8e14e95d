"""The output of an ONNX file: the tensor of its classes, and the one that gives the scores."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from onnx import GraphProto, NodeProto, TensorProto, numpy_helper

from webparity.models import refusals
from webparity.models.onnx.network import Activation

_FLOATS: Final = frozenset({TensorProto.FLOAT, TensorProto.DOUBLE})
_ENDS: Final[dict[str, Activation]] = {"Softmax": "softmax", "Sigmoid": "sigmoid"}
# They leave every element as it is, in its order.
_VIEWS: Final = frozenset({"Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Cast", "Dropout"})


@dataclass(frozen=True, kw_only=True)
class OnnxHead:
    """The tensors of an ONNX graph that answers are read from.

    Attributes:
        answers: name of the output, one row an image; where the file rounds a softmax or sigmoid to a few levels at
            its very end, as quantizing tools write it, what it is before that: rounded probabilities sum to 1 no more.
        source: name of what its softmax or sigmoid takes; the same as `answers` where there is none.
        end: which of the two it ends in.
        columns: numbers an image in each.
        is_rounded: whether the file rounds the answers after that.
    """

    answers: str
    source: str
    end: Activation | None
    columns: int
    is_rounded: bool = False


def find_onnx_head(graph: GraphProto, shapes: Mapping[str, Sequence[int | None]], batch: int) -> OnnxHead:
    """Find the output of a graph and the tensor before its softmax or sigmoid.

    Args:
        graph: of the file.
        shapes: of its tensors for that many images.
        batch: how many images the shapes are for.

    Raises:
        UnsupportedModelError: there is no single row of classes.
    """
    makers = {name: node for node in graph.node for name in node.output}
    rows = _list_rows(graph, makers)
    found = ", ".join(f"{name!r} {[*shapes[name]] if name in shapes else ''}".strip() for name in rows)
    if len(rows) != 1:
        raise refusals.ONNX_OUTPUT(f"{len(rows)} rows of numbers: {found}" if rows else "no row of numbers")
    (answers,) = rows
    columns = _count_columns(shapes.get(answers), batch)
    if columns is None:
        raise refusals.ONNX_OUTPUT(found)
    last = _skip_views(answers, makers)
    end, source = _find_end(last, answers, makers, shapes, batch * columns)
    unrounded = end is None and _skip_rounding(last, makers)
    if unrounded:
        end, source = _find_end(unrounded, answers, makers, shapes, batch * columns)
    if unrounded and end is not None:
        return OnnxHead(answers=unrounded, source=source, end=end, columns=columns, is_rounded=True)
    return OnnxHead(answers=answers, source=source, end=end, columns=columns)


def find_step(graph: GraphProto, name: str) -> float:
    """Find the distance of two levels of a tensor that is rounded to a few, the largest of its channels; 0 without."""
    makers = {output: node for node in graph.node for output in node.output}
    node = makers.get(_skip_views(name, makers))
    if node is None or node.op_type != "DequantizeLinear":
        return 0.0
    scales = [numpy_helper.to_array(each) for each in graph.initializer if each.name == node.input[1]]
    return max((float(np.max(np.abs(each), initial=0.0)) for each in scales), default=0.0)


def _list_rows(graph: GraphProto, makers: Mapping[str, NodeProto]) -> list[str]:
    """List the outputs of floats; of probabilities as a map for each image, the tensor that the maps are made of."""
    rows = []
    for output in graph.output:
        maker = makers.get(output.name)
        if maker is not None and maker.op_type == "ZipMap":
            rows.append(maker.input[0])
        elif output.type.tensor_type.elem_type in _FLOATS:
            rows.append(output.name)
    return list(dict.fromkeys(rows))


def _count_columns(shape: Sequence[int | None] | None, batch: int) -> int | None:
    """Count the numbers of one image in [N, C], [N, C, 1, 1], [N] or, for one image, [C]; None for any other shape."""
    if not shape or None in shape:
        return None
    known = [n for n in shape if n is not None]
    if len(known) == 1:
        return known[0] // batch if batch == 1 or known[0] == batch else None
    columns = [n for n in known[1:] if n != 1]
    return math.prod(columns) if known[0] == batch and len(columns) < 2 else None


def _skip_views(name: str, makers: Mapping[str, NodeProto]) -> str:
    """Find the tensor that another one is a view of."""
    while name in makers and makers[name].op_type in _VIEWS and makers[name].input:
        name = makers[name].input[0]
    return name


def _skip_rounding(name: str, makers: Mapping[str, NodeProto]) -> str:
    """Find the tensor that is quantized and dequantized again; an empty text where a tensor is not rounded so."""
    for operator in ("DequantizeLinear", "QuantizeLinear"):
        node = makers.get(name)
        if node is None or node.op_type != operator:
            return ""
        name = _skip_views(node.input[0], makers)
    return name


def _find_end(
    last: str, answers: str, makers: Mapping[str, NodeProto], shapes: Mapping[str, Sequence[int | None]], size: int
) -> tuple[Activation | None, str]:
    """Find the softmax or sigmoid that makes the last tensor but for views, and its input of that many elements."""
    node = makers.get(last)
    found_end = _name_end(node, makers) if node is not None else None
    if found_end is None:
        return None, answers
    end, source = found_end
    # A softmax over another axis would show in the sums; of more numbers it is no row of classes.
    known = shapes.get(source)
    found = known is not None and None not in known and math.prod(n or 1 for n in known) == size
    return (end, source) if found else (None, answers)


def _name_end(node: NodeProto, makers: Mapping[str, NodeProto]) -> tuple[Activation, str] | None:
    """Name what a node computes and of which tensor; a softmax may be written as e^(x - log sum e^x)."""
    if node.op_type in _ENDS:
        return _ENDS[node.op_type], node.input[0]
    difference = makers.get(node.input[0]) if node.op_type == "Exp" else None
    if difference is None or difference.op_type != "Sub":
        return None
    source, name = difference.input
    while name in makers and makers[name].op_type in _VIEWS:
        name = makers[name].input[0]
    total = makers.get(name)
    known = total is not None and total.op_type == "ReduceLogSumExp" and total.input[0] == source
    return ("softmax", source) if known else None
