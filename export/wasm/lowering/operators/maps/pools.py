"""Pools."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.operators.maps.max_places import find_largest
from webparity.export.wasm.lowering.operators.reductions import reduce_axes
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.export.wasm.lowering.windows import (
    Windows,
    arrange_map,
    get_channels_last,
    map_images,
    read_windows,
    wrap_map,
)
from webparity.program.graph import Value
from webparity.program.opcodes import Binary, Opcode, Pool, Reduce, Unary

# Of the sums in Lp-pools; 0 stands for the other kinds.
_POWERS: Final = frozenset({0, 1, 2})
_GLOBAL: Final = {"GlobalAveragePool": Reduce.MEAN, "GlobalMaxPool": Reduce.MAX}
# Whole numbers of these types are float32 too.
_EXACT: Final = tuple(map(np.dtype, ("u1", "i1", "u2", "i2")))


@dataclass(frozen=True)
class _Setting:
    """What is computed of a window.

    Attributes:
        kind: of pool.
        power: of the terms, for Lp-pools.
        ceil: whether a window that is cut short counts.
    """

    kind: Pool
    power: int
    ceil: bool


def _lower_pool(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    windows = read_windows(node, node.get("kernel_shape"), x.shape[2:])
    kind = _find_kind(node)
    setting = _Setting(kind, int(node.get("p", 2)) if kind == Pool.LP else 0, bool(node.get("ceil_mode", 0)))
    if kind == Pool.MAX and x.dtype in _EXACT:
        x = builder.cast(x, np.float32)
    if kind == Pool.MAX and (node.output_count > 1 or x.dtype == np.float64):
        counts = windows.count(x.shape[2:], ceil=setting.ceil)
        values, places = find_largest(builder, x, windows, counts, columns_first=bool(node.get("storage_order", 0)))
        return [builder.cast(values, node[0].dtype), places]
    if x.dtype != np.float32:
        raise NotCompiledError(f"of {x.dtype}")
    if setting.power in _POWERS and (kind != Pool.LP or windows.rank <= 2):
        return [builder.cast(_pool(builder, x, windows, setting), node[0].dtype)]
    power = setting.power
    powers = builder.scale(Binary.POWER, builder.unary(Unary.ABS, x), power)
    sums = _pool(builder, powers, windows, _Setting(kind, 1, setting.ceil))
    return [builder.scale(Binary.POWER, sums, 1 / power)]


def _find_kind(node: Node) -> Pool:
    if node.op_type == "MaxPool":
        return Pool.MAX
    if node.op_type == "LpPool":
        return Pool.LP
    return Pool.AVERAGE_WITH_PADDING if node.get("count_include_pad", 0) else Pool.AVERAGE


def _pool(builder: Builder, x: OrderedTensor, windows: Windows, setting: _Setting) -> OrderedTensor:
    if windows.rank > 2:
        return _pool_in_turn(builder, x, windows, setting)
    map_windows = windows.widen()

    def pool(image: Value) -> Value:
        sides = map_windows.count(image.shape[1:3], ceil=setting.ceil)
        numbers = [*map_windows.kernel, *map_windows.strides, *map_windows.dilations, *map_windows.pads, setting.power]
        return builder.emit(Opcode.POOL, [image], (1, *sides, image.shape[3]), np.float32, int(setting.kind), *numbers)

    return wrap_map(builder, map_images(builder, arrange_map(builder, x), pool), x.rank)


def _pool_in_turn(builder: Builder, x: OrderedTensor, windows: Windows, setting: _Setting) -> OrderedTensor:
    """Pool along the first axis, where the others are channels, then along the others, where the first one is."""
    deep = get_channels_last(x.rank)
    value = builder.arrange(x, deep)
    rows = OrderedTensor(builder.reshape(value, (*value.shape[:2], math.prod(value.shape[2:]))), (0, 2, 1))
    rows_value = builder.arrange(_pool(builder, rows, windows.take(slice(0, 1)), setting), (0, 2, 1))
    whole = OrderedTensor(builder.reshape(rows_value, (*rows_value.shape[:2], *value.shape[2:])), deep)
    order = (0, *range(3, x.rank), 2, 1)
    value = builder.arrange(whole, order)
    depth, channels = value.shape[-2:]
    flat = get_channels_last(x.rank - 1)
    maps = OrderedTensor(builder.reshape(value, (*value.shape[:-2], depth * channels)), flat)
    result = builder.arrange(_pool(builder, maps, windows.take(slice(1, None)), setting), flat)
    return OrderedTensor(builder.reshape(result, (*result.shape[:-1], depth, channels)), order)


def _lower_global_pool(builder: Builder, node: Node) -> list[OrderedTensor]:
    spatial = list(range(2, node[0].rank))
    return [reduce_axes(builder, _GLOBAL[node.op_type], node[0], spatial, keep=True)]


def _lower_global_lp(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, power = node[0], node.get("p", 2)
    spatial = list(range(2, x.rank))
    if power in _POWERS:
        return [reduce_axes(builder, Reduce.L1 if power == 1 else Reduce.L2, x, spatial, keep=True)]
    powers = builder.scale(Binary.POWER, builder.unary(Unary.ABS, x), power)
    return [builder.scale(Binary.POWER, reduce_axes(builder, Reduce.SUM, powers, spatial, keep=True), 1 / power)]


OPERATORS: Final[dict[str, Lowering]] = {
    **dict.fromkeys(("MaxPool", "AveragePool", "LpPool"), _lower_pool),
    **dict.fromkeys(_GLOBAL, _lower_global_pool),
    "GlobalLpPool": _lower_global_lp,
}
