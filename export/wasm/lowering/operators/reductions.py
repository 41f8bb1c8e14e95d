"""Reductions, softmax, and what else is computed along one axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, normalize_axis
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.program.opcodes import Binary, Opcode, Pool, Reduce

_REDUCTIONS: Final = {
    "ReduceSum": Reduce.SUM,
    "ReduceMean": Reduce.MEAN,
    "ReduceMax": Reduce.MAX,
    "ReduceMin": Reduce.MIN,
    "ReduceProd": Reduce.PRODUCT,
    "ReduceL1": Reduce.L1,
    "ReduceL2": Reduce.L2,
    "ReduceLogSum": Reduce.LOG_SUM,
    "ReduceLogSumExp": Reduce.LOG_SUM_EXP,
    "ReduceSumSquare": Reduce.SUM_SQUARE,
}


def reduce_axes(builder: Builder, kind: Reduce, x: OrderedTensor, axes: Sequence[int], *, keep: bool) -> OrderedTensor:
    """Reduce some axes of a tensor.

    Args:
        builder: of the program.
        kind: what is computed of the elements.
        x: the tensor.
        axes: counted from the first.
        keep: whether they stay, with a length of 1.
    """
    reduced = set(axes)
    value, order = x.value, x.order
    places = [place for place, axis in enumerate(order) if axis in reduced and value.shape[place] != 1]
    if places and any(
        value.shape[place] != 1 and order[place] not in reduced for place in range(places[0], places[-1] + 1)
    ):
        # The reduced axes go last, where one walk reads them.
        order = (*(axis for axis in order if axis not in reduced), *(axis for axis in order if axis in reduced))
        value = builder.arrange(x, order)
        places = [place for place, axis in enumerate(order) if axis in reduced and value.shape[place] != 1]
    first, last = (places[0], places[-1] + 1) if places else (0, 0)
    outer, length, inner = (
        math.prod(part) for part in (value.shape[:first], value.shape[first:last], value.shape[last:])
    )
    shape = [1 if order[place] in reduced else side for place, side in enumerate(value.shape)]
    if kind == Reduce.MEAN and places == [1, 2] and len(shape) == 4 and outer == 1 and x.dtype == np.float32:
        # One window over a map, which is faster.
        numbers = [int(Pool.AVERAGE), *value.shape[1:3], 1, 1, 1, 1, 0, 0, 0, 0, 0]
        result = builder.emit(Opcode.POOL, [value], shape, x.dtype, *numbers)
    else:
        result = builder.emit(Opcode.REDUCE, [value], shape, x.dtype, int(kind), outer, length, inner)
    return OrderedTensor(result, order) if keep else squeeze(builder, OrderedTensor(result, order), axes)


def squeeze(builder: Builder, x: OrderedTensor, axes: Sequence[int]) -> OrderedTensor:
    """Remove axes of length 1."""
    removed = sorted(set(axes))
    kept = [axis for axis in x.order if axis not in removed]
    shape = [side for side, axis in zip(x.value.shape, x.order, strict=True) if axis not in removed]
    order = tuple(axis - sum(each < axis for each in removed) for axis in kept)
    return OrderedTensor(builder.reshape(x.value, shape), order)


def move_last(builder: Builder, x: OrderedTensor, axis: int) -> OrderedTensor:
    """Arrange a tensor so that one of its axes is the last in memory."""
    if x.order and x.order[-1] == axis:
        return x
    order = (*(each for each in x.order if each != axis), axis)
    return OrderedTensor(builder.arrange(x, order), order)


def split_at(x: OrderedTensor, axis: int) -> tuple[int, int, int]:
    """Count the elements of the axes before one in memory, of itself, and of those after it."""
    place = x.order.index(axis)
    shape = x.value.shape
    return math.prod(shape[:place]), shape[place], math.prod(shape[place + 1 :])


def _lower_reduction(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    axes = node.read_list(1, "axes")
    if not axes:
        if node.get("noop_with_empty_axes", 0):
            return [x]
        axes = list(range(x.rank))
    axes = [normalize_axis(axis, x.rank) for axis in axes]
    return [reduce_axes(builder, _REDUCTIONS[node.op_type], x, axes, keep=bool(node.get("keepdims", 1)))]


def _lower_softmax(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    log = int(node.op_type == "LogSoftmax")
    if node.opset < 13:
        axis = normalize_axis(node.get("axis", 1), x.rank)
        value = builder.arrange(x)
        length = math.prod(x.shape[axis:])
        return [builder.wrap(builder.emit(Opcode.SOFTMAX, [value], value.shape, x.dtype, length, log))]
    axis = normalize_axis(node.get("axis", -1), x.rank)
    moved = move_last(builder, x, axis)
    result = builder.emit(Opcode.SOFTMAX, [moved.value], moved.value.shape, x.dtype, x.shape[axis], log)
    return [OrderedTensor(result, moved.order)]


def _lower_hardmax(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    axis = normalize_axis(node.get("axis", -1 if node.opset >= 13 else 1), x.rank)
    if node.opset < 13 and axis != x.rank - 1:
        rows = (math.prod(x.shape[:axis]), math.prod(x.shape[axis:]))
        flat = builder.wrap(builder.reshape(builder.arrange(x), rows))
        return [builder.wrap(builder.reshape(_mark_best(builder, flat, 1).value, x.shape))]
    return [_mark_best(builder, x, axis)]


def _mark_best(builder: Builder, x: OrderedTensor, axis: int) -> OrderedTensor:
    """1 for the first of the largest elements along an axis, 0 for the others."""
    best = find_best(builder, x, axis, minimum=False, last=False)
    places = builder.make_constant(np.arange(x.shape[axis]).reshape([-1, *[1] * (x.rank - 1 - axis)]), np.int64)
    return builder.cast(builder.binary(Binary.EQUAL, best, places), x.dtype)


def find_best(builder: Builder, x: OrderedTensor, axis: int, *, minimum: bool, last: bool) -> OrderedTensor:
    """Find the index of the largest or smallest element along an axis, which stays with a length of 1."""
    place = x.order.index(axis)
    shape = list(x.value.shape)
    shape[place] = 1
    numbers = [int(minimum), int(last), *split_at(x, axis)]
    return OrderedTensor(builder.emit(Opcode.ARG, [x.value], shape, np.int64, *numbers), x.order)


def _lower_arg(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    axis = normalize_axis(node.get("axis", 0), x.rank)
    last = bool(node.get("select_last_index", 0))
    found = find_best(builder, x, axis, minimum=node.op_type == "ArgMin", last=last)
    return [found if node.get("keepdims", 1) else squeeze(builder, found, [axis])]


def _lower_cumulative_sum(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    axis = normalize_axis(int(node.read(1).item()), x.rank)
    numbers = [int(node.get("exclusive", 0)), int(node.get("reverse", 0)), *split_at(x, axis)]
    return [OrderedTensor(builder.emit(Opcode.CUMULATIVE_SUM, [x.value], x.value.shape, x.dtype, *numbers), x.order)]


def _lower_top_k(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    axis = normalize_axis(node.get("axis", -1), x.rank)
    count = int(node.read(1).item()) if node.find(1) is not None else int(node.get("k"))
    place = x.order.index(axis)
    shape = list(x.value.shape)
    shape[place] = count
    numbers = [count, int(node.get("largest", 1)), *split_at(x, axis)]
    values, indices = builder.graph.emit(
        Opcode.TOP_K, [x.value], (tuple(shape), x.dtype), (tuple(shape), np.int64), numbers=[*numbers]
    )
    return [OrderedTensor(values, x.order), OrderedTensor(indices, x.order)]


OPERATORS: Final[dict[str, Lowering]] = {
    **dict.fromkeys(_REDUCTIONS, _lower_reduction),
    **dict.fromkeys(("Softmax", "LogSoftmax"), _lower_softmax),
    "Hardmax": _lower_hardmax,
    **dict.fromkeys(("ArgMax", "ArgMin"), _lower_arg),
    "CumSum": _lower_cumulative_sum,
    "TopK": _lower_top_k,
}
