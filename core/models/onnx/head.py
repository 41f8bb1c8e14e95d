"""The output of an ONNX file: the tensor of its classes, and the one that gives the scores."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from onnx import GraphProto, NodeProto, TensorProto

from webparity.models import refusals

_FLOATS: Final = frozenset({TensorProto.FLOAT, TensorProto.DOUBLE})
# They leave every element as it is, in its order.
_VIEWS: Final = frozenset({"Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Cast", "Dropout"})


@dataclass(frozen=True, kw_only=True)
class OnnxHead:
    """The tensors of an ONNX graph that answers are read from.

    Attributes:
        answers: name of the tensor of probabilities, one row an image.
        scores: name of what its softmax or sigmoid takes; the same as `answers` where there is none.
        columns: numbers an image in each; 1 stands for two classes.
    """

    answers: str
    scores: str
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
    scores = _find_scores(answers, makers, shapes, ("Sigmoid" if columns == 1 else "Softmax", batch * columns))
    return OnnxHead(answers=answers, scores=scores, columns=columns)


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


def _find_scores(
    answers: str, makers: Mapping[str, NodeProto], shapes: Mapping[str, Sequence[int | None]], wanted: tuple[str, int]
) -> str:
    """Find the input of the softmax or sigmoid that the answers are views of; `wanted` is operator and elements."""
    name = answers
    while name in makers and makers[name].op_type in _VIEWS and makers[name].input:
        name = makers[name].input[0]
    node = makers.get(name)
    if node is None or node.op_type != wanted[0]:
        return answers
    source = node.input[0]
    # A softmax over another axis would show in the sums; of more numbers it is no row of classes.
    known = shapes.get(source)
    return (
        source if known is not None and None not in known and math.prod(n or 1 for n in known) == wanted[1] else answers
    )
