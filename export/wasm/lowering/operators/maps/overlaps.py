"""Sums of patches that overlap: the columns of a matrix become a map again."""

from __future__ import annotations

import math
from functools import reduce
from itertools import product
from typing import Final

import numpy as np

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.operators.shapes import take_slice
from webparity.export.wasm.lowering.tensor import OrderedTensor, compute_strides
from webparity.export.wasm.lowering.windows import Windows
from webparity.program.graph import Value
from webparity.program.opcodes import Binary


def _lower_columns(builder: Builder, node: Node) -> list[OrderedTensor]:
    """For each place of a patch: spread its column over a map of zeros, and add the maps."""
    x = node[0]
    sides, kernel = ([int(each) for each in node.read(position)] for position in (1, 2))
    rank = len(sides)
    strides, dilations = (tuple(node.get(name) or [1] * rank) for name in ("strides", "dilations"))
    windows = Windows(tuple(kernel), strides, dilations, tuple(node.get("pads") or [0] * (2 * rank)))
    counts = windows.count(sides)
    size = math.prod(kernel)
    if x.rank != 3 or x.shape[1] % size or x.shape[2] != math.prod(counts):
        raise NotCompiledError(f"of {x.shape} to {sides}")
    channels = x.shape[1] // size
    columns = builder.reshape(builder.arrange(x), (x.shape[0], channels, size, *counts))
    padded = [side + windows.pads[axis] + windows.pads[axis + rank] for axis, side in enumerate(sides)]
    maps = [
        _spread_column(builder, columns, index, windows, places=places, padded=padded)
        for index, places in enumerate(product(*map(range, kernel)))
    ]
    total = reduce(lambda a, b: builder.binary(Binary.ADD, a, b), map(builder.wrap, maps))
    inside = {axis + 2: (windows.pads[axis], 1, side) for axis, side in enumerate(sides)}
    return [take_slice(builder, total, inside)]


def _spread_column(
    builder: Builder, columns: Value, index: int, windows: Windows, *, places: tuple[int, ...], padded: list[int]
) -> Value:
    """A map of zeros [N, C, ...] with the elements of one place of each patch, of columns [N, C, places, ...]."""
    count, channels, _, *counts = columns.shape
    dtype = columns.dtype
    result = builder.fill((count, channels, *padded), np.zeros((), dtype))
    steps, walk = compute_strides(columns.shape), compute_strides(result.shape)
    offset = sum(
        place * dilation * step for place, dilation, step in zip(places, windows.dilations, walk[2:], strict=True)
    )
    spread = [step * stride for step, stride in zip(walk[2:], windows.strides, strict=True)]
    dims = (count, channels, *counts)
    builder.copy_into(
        result, columns, dims, (index * steps[2], [*steps[:2], *steps[3:]]), (offset, [*walk[:2], *spread])
    )
    return result


OPERATORS: Final[dict[str, Lowering]] = {"Col2Im": _lower_columns}
