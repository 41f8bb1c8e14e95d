"""Convolutions of more than two axes, as convolutions of one axis less over channels of several depths."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.patches import pad_value
from webparity.export.wasm.lowering.tensor import OrderedTensor, compute_strides
from webparity.export.wasm.lowering.windows import get_channels_last
from webparity.program.graph import Value

# For one depth of the result: which depths of the kernel meet which depths of the map, at one distance from each other.
DepthTaps = Sequence[tuple[int, int]]


def convolve_by_depth(
    builder: Builder,
    x: OrderedTensor,
    taps: Sequence[DepthTaps],
    groups: int,
    lower: Callable[[OrderedTensor, tuple[int, ...]], OrderedTensor],
) -> OrderedTensor:
    """Compute each depth of a convolution alone.

    Args:
        builder: of the program.
        x: a map [N, C, D, ...].
        taps: of each depth of the result; depths outside the map are zeros.
        groups: of channels.
        lower: lowers the convolution of the other axes: of a map [N, T * C, ...], whose channels go by group, then by
            depth, and of those depths of the kernel.

    Returns:
        [N, O, depths, ...].
    """
    value = builder.arrange(x, get_channels_last(x.rank))
    met = [place for each in taps for _, place in each]
    before, after = max(-min(met), 0), max(max(met) - value.shape[1] + 1, 0)
    rest = [0] * (len(value.shape) - 2)
    padded = pad_value(builder, value, (0, before, *rest), (0, after, *rest), np.zeros((), x.dtype))
    parts = [
        builder.arrange(
            lower(
                _join_depths(builder, padded, [place + before for _, place in each], groups), tuple(k for k, _ in each)
            ),
            get_channels_last(x.rank - 1),
        )
        for each in taps
    ]
    first = parts[0]
    result = Value((first.shape[0], len(parts), *first.shape[1:]), first.dtype)
    batch, depth, *steps = compute_strides(result.shape)
    for index, part in enumerate(parts):
        builder.copy_into(result, part, part.shape, (0, compute_strides(part.shape)), (index * depth, [batch, *steps]))
    return OrderedTensor(result, get_channels_last(x.rank))


def _join_depths(builder: Builder, value: Value, places: Sequence[int], groups: int) -> OrderedTensor:
    """Put the channels of some depths of a value [N, D, ..., C] side by side."""
    batch, depth, *steps, _ = compute_strides(value.shape)
    apart = places[1] - places[0] if len(places) > 1 else 0
    count, _, *sides, channels = value.shape
    each = channels // groups
    shape = (count, *sides, groups, len(places), each)
    walk = [batch, *steps, each, apart * depth, 1]
    joined = builder.copy(value, shape, walk, offset=places[0] * depth)
    flat = builder.reshape(joined, (count, *sides, len(places) * channels))
    return OrderedTensor(flat, get_channels_last(len(sides) + 2))
