"""Einsum, as products of matrices, two operands at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Node, NotCompiledError
from webparity.export.wasm.lowering.operators.reductions import reduce_axes
from webparity.export.wasm.lowering.products import multiply_matrices
from webparity.export.wasm.lowering.tensor import OrderedTensor, compute_strides
from webparity.program.opcodes import Reduce

# A tensor and the label of each of its axes.
_Labelled = tuple[OrderedTensor, list[str]]


def lower_einsum(builder: Builder, node: Node) -> list[OrderedTensor]:
    """Lower an equation of real numbers."""
    if node[0].dtype.kind != "f":
        raise NotCompiledError(f"of {node[0].dtype}")
    tensors = [node[position] for position in range(len(node.inputs))]
    terms, result = _parse(node.get_text("equation"), [tensor.rank for tensor in tensors])
    pairs = [_take_diagonal(builder, tensor, term) for tensor, term in zip(tensors, terms, strict=True)]
    while len(pairs) > 1:
        first, second, *others = pairs
        later = [*result, *(label for _, labels in others for label in labels)]
        pairs = [_multiply_pair(builder, first, second, later), *others]
    (x, labels) = _sum_unwanted(builder, *pairs[0], result)
    return [_permute(x, labels, result)]


def _multiply_pair(builder: Builder, first: _Labelled, second: _Labelled, later: Sequence[str]) -> _Labelled:
    """Multiply two operands, and sum over what no later one and no result has."""
    (x, a), (y, b) = first, second
    x, a = _sum_unwanted(builder, x, a, [*b, *later])
    y, b = _sum_unwanted(builder, y, b, [*a, *later])
    sizes = dict(zip(a, x.shape, strict=True))
    for label, side in zip(b, y.shape, strict=True):
        sizes[label] = side if sizes.get(label, 1) == 1 else sizes[label]
    summed = [label for label in a if label in b and label not in later]
    batch = [label for label in a if label in b and label in later]
    rows = [label for label in a if label not in b]
    columns = [label for label in b if label not in a]
    left = _group(builder, x, a, [batch, rows, summed])
    right = _group(builder, y, b, [batch, summed, columns])
    product = multiply_matrices(builder, left, right)
    labels = [*batch, *rows, *columns]
    return builder.wrap(builder.reshape(builder.arrange(product), [sizes[label] for label in labels])), labels


def _parse(equation: str, ranks: Sequence[int]) -> tuple[list[list[str]], list[str]]:
    """Split an equation into labels; the axes of an ellipsis become capital digits counted from the last."""
    text = equation.replace(" ", "")
    left, _, right = text.partition("->")
    terms = []
    for term, rank in zip(left.split(","), ranks, strict=True):
        terms.append(_expand_ellipsis(term, rank - len(term.replace("...", ""))))
    width = max((sum(label[0] == "." for label in term) for term in terms), default=0)
    if "->" in text:
        return terms, _expand_ellipsis(right, width)
    every = [label for term in terms for label in term]
    once = sorted(label for label in set(every) if every.count(label) == 1 and label[0] != ".")
    return terms, [*(f".{number}" for number in range(width - 1, -1, -1)), *once]


def _expand_ellipsis(term: str, width: int) -> list[str]:
    before, dots, after = term.partition("...")
    middle = [f".{number}" for number in range(width - 1, -1, -1)] if dots else []
    return [*before, *middle, *after]


def _take_diagonal(builder: Builder, x: OrderedTensor, labels: list[str]) -> tuple[OrderedTensor, list[str]]:
    """Keep the diagonal of axes of the same label."""
    if len(set(labels)) == len(labels):
        return x, labels
    value = builder.arrange(x)
    strides = compute_strides(value.shape)
    kept = list(dict.fromkeys(labels))
    steps = [sum(step for step, own in zip(strides, labels, strict=True) if own == label) for label in kept]
    shape = [value.shape[labels.index(label)] for label in kept]
    return builder.wrap(builder.copy(value, shape, steps)), kept


def _sum_unwanted(
    builder: Builder, x: OrderedTensor, labels: list[str], wanted: Sequence[str]
) -> tuple[OrderedTensor, list[str]]:
    axes = [axis for axis, label in enumerate(labels) if label not in wanted]
    if not axes:
        return x, labels
    return reduce_axes(builder, Reduce.SUM, x, axes, keep=False), [label for label in labels if label in wanted]


def _group(builder: Builder, x: OrderedTensor, labels: list[str], groups: Sequence[Sequence[str]]) -> OrderedTensor:
    """Arrange a tensor as [batch, rows, columns], each the product of some of its axes; batches stay apart."""
    batch, *others = groups
    order = [labels.index(label) for group in groups for label in group]
    value = builder.arrange(x, order)
    shape = [*(x.shape[labels.index(label)] for label in batch)]
    shape += [math.prod(x.shape[labels.index(label)] for label in group) for group in others]
    return builder.wrap(builder.reshape(value, shape))


def _permute(x: OrderedTensor, labels: Sequence[str], wanted: Sequence[str]) -> OrderedTensor:
    if sorted(labels) != sorted(wanted):
        raise NotCompiledError(f"to {''.join(wanted)}")
    return x.transpose([labels.index(label) for label in wanted])
