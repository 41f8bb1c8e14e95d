"""Max-pools that say where the largest elements stand, and what puts these back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.operators.indexing import take_along
from webparity.export.wasm.lowering.operators.reductions import find_best, reduce_axes, squeeze
from webparity.export.wasm.lowering.patches import number_patches, pad_value, take_patches
from webparity.export.wasm.lowering.tensor import OrderedTensor, get_row_major
from webparity.export.wasm.lowering.windows import Windows
from webparity.program.opcodes import Binary, Opcode, Reduce


def find_largest(
    builder: Builder, x: OrderedTensor, windows: Windows, counts: Sequence[int], *, columns_first: bool
) -> tuple[OrderedTensor, OrderedTensor]:
    """Find the largest element of each window, and its place among all elements of the tensor.

    Args:
        builder: of the program.
        x: a map [N, C, ...] of real numbers.
        windows: on its last axes.
        counts: how many along each axis.
        columns_first: whether the places within a map are numbered column by column.

    Returns:
        Elements and places, int64, both [N, C, *counts].
    """
    patches = take_patches(builder, x, windows, counts, -np.inf)
    best = squeeze(builder, find_best(builder, patches, x.rank, minimum=False, last=False), [x.rank])
    values = reduce_axes(builder, Reduce.MAX, patches, [x.rank], keep=False)
    sides = x.shape[2:]
    table = _number_places(sides, windows, counts, columns_first=columns_first)
    rows = np.arange(len(table), dtype=np.int64).reshape(counts) * table.shape[1]
    index = builder.binary(Binary.ADD, best, builder.make_constant(rows))
    places = take_along(builder, builder.make_constant(table.ravel()), 0, _in_memory_order(index))
    maps = np.arange(math.prod(x.shape[:2]), dtype=np.int64).reshape(*x.shape[:2], *[1] * windows.rank)
    found = OrderedTensor(places.value, index.order)
    return values, builder.binary(Binary.ADD, found, builder.make_constant(maps * math.prod(sides)))


def _in_memory_order(x: OrderedTensor) -> OrderedTensor:
    """The value as it lies in memory."""
    return OrderedTensor(x.value, get_row_major(x.rank))


def _number_places(
    sides: Sequence[int], windows: Windows, counts: Sequence[int], *, columns_first: bool
) -> NDArray[np.int64]:
    """The places of each window; one outside the map is the window's first inside."""
    table = number_patches(sides, windows, counts)
    first = np.take_along_axis(table, np.argmax(table >= 0, axis=1)[:, np.newaxis], axis=1)
    table = np.maximum(np.where(table < 0, first, table), 0)
    if not columns_first:
        return table
    numbers: NDArray[np.int64] = np.arange(math.prod(sides), dtype=np.int64).reshape(sides[::-1]).T.ravel()
    return numbers[table]


def _lower_unpool(builder: Builder, node: Node) -> list[OrderedTensor]:
    """Put elements at their places among zeros."""
    x, places = builder.arrange(node[0]), builder.arrange(node[1])
    kernel = node.get("kernel_shape")
    rank = len(kernel)
    strides, pads = node.get("strides") or [1] * rank, node.get("pads") or [0] * (2 * rank)
    sides = [
        (x.shape[axis + 2] - 1) * strides[axis] - pads[axis] - pads[axis + rank] + kernel[axis] for axis in range(rank)
    ]
    shape = (*x.shape[:2], *sides)
    size = math.prod(shape)
    zeros = builder.fill((size,), np.zeros((), x.dtype))
    flat = [zeros, builder.reshape(places, (x.size,)), builder.reshape(x, (x.size,))]
    result = builder.reshape(builder.emit(Opcode.SCATTER_ELEMENTS, flat, (size,), x.dtype, 0, 0), shape)
    if node.find(2) is None:
        return [builder.wrap(result)]
    wanted = [int(side) for side in node.read(2)]
    after = [side - own for side, own in zip(wanted, shape, strict=True)]
    if min(after) < 0:
        raise NotCompiledError(f"to {wanted}, less than {list(shape)}")
    return [builder.wrap(pad_value(builder, result, [0] * len(shape), after, np.zeros((), x.dtype)))]


OPERATORS: Final[dict[str, Lowering]] = {"MaxUnpool": _lower_unpool}
