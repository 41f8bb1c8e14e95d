"""The output of an ONNX file: the tensor of its classes, and the one that gives the scores."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from onnx import GraphProto, NodeProto, TensorProto

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
        answers: name of the output, one row an image.
        source: name of what its softmax or sigmoid takes; the same as `answers` where there is none.
        end: which of the two it ends in.
        columns: numbers an image in each.
    """

    answers: str
    source: str
    end: Activation | None
    columns: int


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
    end, source = _find_end(answers, makers, shapes, batch * columns)
    return OnnxHead(answers=answers, source=source, end=end, columns=columns)


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


def _find_end(
    answers: str, makers: Mapping[str, NodeProto], shapes: Mapping[str, Sequence[int | None]], size: int
) -> tuple[Activation | None, str]:
    """Find the softmax or sigmoid whose output the answers are views of, and its input of that many elements."""
    name = answers
    while name in makers and makers[name].op_type in _VIEWS and makers[name].input:
        name = makers[name].input[0]
    node = makers.get(name)
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
