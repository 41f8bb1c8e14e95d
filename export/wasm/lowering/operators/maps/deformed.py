"""Convolutions whose windows are bent by data."""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.operators.maps.grids import MapAxis, list_linear_taps, sample
from webparity.export.wasm.lowering.operators.products import multiply_by_weights
from webparity.export.wasm.lowering.operators.shapes import join, take_slice
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.export.wasm.lowering.windows import Windows, get_channels_last, read_windows
from webparity.program.opcodes import Binary


def _lower_deformed(builder: Builder, node: Node) -> list[OrderedTensor]:
    """Take the elements of each window where its offsets say, and multiply them by the weights."""
    x, weights = node[0], node.read(1)
    if x.rank != 4 or x.dtype != np.float32:
        raise NotCompiledError(f"of {x.dtype} of {x.rank - 2} axes")
    windows = read_windows(node, weights.shape[2:], x.shape[2:])
    parts = int(node.get("offset_group", 1))
    each = x.shape[1] // parts
    patches = join(
        builder,
        [
            _take_patches(builder, node, windows, part, take_slice(builder, x, {1: (part * each, 1, each)}))
            for part in range(parts)
        ],
        axis=4,
    )
    groups = int(node.get("group", 1))
    outputs, inputs = len(weights) // groups, weights.shape[1]
    products = []
    for group in range(groups):
        taken = take_slice(builder, patches, {4: (group * inputs, 1, inputs)})
        # [N, windows down, right, places and channels]
        value = builder.arrange(taken, (0, 2, 3, 1, 4))
        rows = builder.wrap(builder.reshape(value, (*value.shape[:3], value.shape[3] * inputs)))
        kernel = weights[group * outputs : (group + 1) * outputs].transpose(2, 3, 1, 0).reshape(-1, outputs)
        products.append(multiply_by_weights(builder, rows, builder.make_constant(kernel), node.name))
    result = join(builder, products, axis=3)
    if node.find(3) is not None:
        result = builder.binary(Binary.ADD, result, node[3])
    return [OrderedTensor(builder.arrange(result), get_channels_last(4))]


def _take_patches(builder: Builder, node: Node, windows: Windows, part: int, x: OrderedTensor) -> OrderedTensor:
    """The elements of all windows, [N, places, windows down, right, C]."""
    size = windows.kernel[0] * windows.kernel[1]
    counts = windows.count(x.shape[2:])
    given = take_slice(builder, node[2], {1: (part * 2 * size, 1, 2 * size)})
    if given.shape[2:] != counts:
        raise NotCompiledError(f"with offsets of {given.shape} for {counts}")
    axes = [MapAxis(side, aligned=False, padding="zeros") for side in x.shape[2:]]
    taps = []
    for axis in range(2):
        offsets = take_slice(builder, given, {1: (axis, 2, size)})
        starts = np.arange(counts[axis]) * windows.strides[axis] - windows.pads[axis]
        within = np.indices(windows.kernel)[axis].ravel() * windows.dilations[axis]
        plain = within[:, np.newaxis] + starts
        shape = (1, size, counts[0], 1) if axis == 0 else (1, size, 1, counts[1])
        places = builder.binary(Binary.ADD, offsets, builder.make_constant(plain.reshape(shape), np.float32))
        taps.append(list_linear_taps(builder, axes[axis], places))
    taken = sample(builder, x, axes, taps)
    mask = node.find(4)
    if mask is None:
        return taken
    own = take_slice(builder, mask, {1: (part * size, 1, size)})
    flat = builder.wrap(builder.reshape(builder.arrange(own), (*own.shape, 1)))
    return builder.binary(Binary.MULTIPLY, taken, flat)


OPERATORS: Final[dict[str, Lowering]] = {"DeformConv": _lower_deformed}
