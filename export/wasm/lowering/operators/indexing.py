"""Operators that take or place elements by indices."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError, normalize_axis
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.program.opcodes import Opcode

_MODES: Final = {"none": 0, "add": 1, "mul": 2, "max": 3, "min": 4}


def take_along(builder: Builder, x: OrderedTensor, axis: int, indices: OrderedTensor) -> OrderedTensor:
    """Take slices of an axis; the axes of the indices stand in its place."""
    value = builder.arrange(indices)
    place = x.order.index(axis)
    shape = x.value.shape
    outer, inner = math.prod(shape[:place]), math.prod(shape[place + 1 :])
    taken = (*shape[:place], *value.shape, *shape[place + 1 :])
    result = builder.emit(Opcode.GATHER, [x.value, value], taken, x.dtype, outer, shape[place], inner)
    more = indices.rank - 1
    order: list[int] = []
    for each in x.order:
        if each == axis:
            order += range(axis, axis + indices.rank)
        else:
            order.append(each + more if each > axis else each)
    return OrderedTensor(result, tuple(order))


def _lower_gather(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, indices = node[0], node[1]
    return [take_along(builder, x, normalize_axis(node.get("axis", 0), x.rank), indices)]


def _lower_gather_elements(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, indices = builder.arrange(node[0]), builder.arrange(node[1])
    axis = normalize_axis(node.get("axis", 0), len(x.shape))
    result = builder.emit(Opcode.GATHER_ELEMENTS, [x, indices], indices.shape, x.dtype, axis)
    return [builder.wrap(result)]


def _lower_gather_nd(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, indices = builder.arrange(node[0]), builder.arrange(node[1])
    batch = int(node.get("batch_dims", 0))
    shape = (*indices.shape[:-1], *x.shape[batch + indices.shape[-1] :])
    return [builder.wrap(builder.emit(Opcode.GATHER_ND, [x, indices], shape, x.dtype, batch))]


def _lower_scatter_elements(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, indices, updates = (builder.arrange(node[position]) for position in range(3))
    axis = normalize_axis(node.get("axis", 0), len(x.shape))
    numbers = (axis, _find_mode(node))
    return [builder.wrap(builder.emit(Opcode.SCATTER_ELEMENTS, [x, indices, updates], x.shape, x.dtype, *numbers))]


def _lower_scatter_nd(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, indices, updates = (builder.arrange(node[position]) for position in range(3))
    return [builder.wrap(builder.emit(Opcode.SCATTER_ND, [x, indices, updates], x.shape, x.dtype, _find_mode(node)))]


def _find_mode(node: Node) -> int:
    mode = node.get_text("reduction", "none")
    if mode not in _MODES:
        raise NotCompiledError(f"with reduction {mode}")
    return _MODES[mode]


def _lower_one_hot(builder: Builder, node: Node) -> list[OrderedTensor]:
    indices, values = node[0], builder.arrange(node[2])
    depth = int(node.read(1).item())
    axis = normalize_axis(node.get("axis", -1), indices.rank + 1)
    wide = builder.cast(indices, np.int64)
    places = builder.arrange(wide)
    shape = (*places.shape[:axis], depth, *places.shape[axis:])
    outer, inner = math.prod(places.shape[:axis]), math.prod(places.shape[axis:])
    return [builder.wrap(builder.emit(Opcode.ONE_HOT, [places, values], shape, values.dtype, outer, depth, inner))]


def _lower_compress(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, chosen = node[0], node.read(1)
    axis = node.get("axis")
    if axis is None:
        x = builder.wrap(builder.reshape(builder.arrange(x), (math.prod(x.shape),)))
    axis = 0 if axis is None else normalize_axis(axis, x.rank)
    places = builder.make_constant(np.flatnonzero(chosen).astype(np.int32))
    return [take_along(builder, x, axis, places)]


def _lower_eye_like(builder: Builder, node: Node) -> list[OrderedTensor]:
    dtypes = {1: np.float32, 6: np.int32, 7: np.int64, 11: np.float64}
    dtype = dtypes.get(node.get("dtype", 0), node[0].dtype)
    rows, columns = node[0].shape
    return [builder.make_constant(np.eye(rows, columns, k=int(node.get("k", 0))), dtype)]


OPERATORS: Final[dict[str, Lowering]] = {
    "Gather": _lower_gather,
    "GatherElements": _lower_gather_elements,
    "GatherND": _lower_gather_nd,
    "ScatterElements": _lower_scatter_elements,
    "Scatter": _lower_scatter_elements,
    "ScatterND": _lower_scatter_nd,
    "OneHot": _lower_one_hot,
    "Compress": _lower_compress,
    "EyeLike": _lower_eye_like,
}
