"""Pools."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.operators.reductions import reduce_axes
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.export.wasm.lowering.windows import arrange_map, map_images, read_windows, wrap_map
from webparity.program.graph import Value
from webparity.program.opcodes import Binary, Opcode, Pool, Reduce, Unary

# Of the sums in Lp-pools; 0 stands for the other kinds.
_POWERS: Final = frozenset({0, 1, 2})
_GLOBAL: Final = {"GlobalAveragePool": Reduce.MEAN, "GlobalMaxPool": Reduce.MAX}


def _lower_pool(builder: Builder, node: Node) -> list[OrderedTensor]:
    if node.output_count > 1:
        raise NotCompiledError("with indices")
    x = node[0]
    if x.dtype != np.float32:
        raise NotCompiledError(f"of {x.dtype}")
    windows = read_windows(node, node.get("kernel_shape"), x.shape[2:])
    kind = _find_kind(node)
    power = int(node.get("p", 2)) if kind == Pool.LP else 0
    if power not in _POWERS:
        powers = builder.scale(Binary.POWER, builder.unary(Unary.ABS, x), power)
        sums = _lower_pool(builder, replace(node, inputs=[powers], attributes={**node.attributes, "p": 1}))
        return [builder.scale(Binary.POWER, each, 1 / power) for each in sums]

    def pool(image: Value) -> Value:
        sides = windows.count(image.shape[1:3], ceil=bool(node.get("ceil_mode", 0)))
        numbers = [int(kind), *windows.kernel, *windows.strides, *windows.dilations, *windows.pads, power]
        return builder.emit(Opcode.POOL, [image], (1, *sides, image.shape[3]), np.float32, *numbers)

    return [wrap_map(builder, map_images(builder, arrange_map(builder, x), pool), x.rank)]


def _find_kind(node: Node) -> Pool:
    if node.op_type == "MaxPool":
        return Pool.MAX
    if node.op_type == "LpPool":
        return Pool.LP
    return Pool.AVERAGE_WITH_PADDING if node.get("count_include_pad", 0) else Pool.AVERAGE


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
