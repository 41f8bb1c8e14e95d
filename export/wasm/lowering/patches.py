"""The elements of each window of a map, one behind the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.export.wasm.drafts import PadDraft
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.tensor import OrderedTensor, compute_strides
from webparity.export.wasm.lowering.windows import Windows, get_channels_last
from webparity.program.graph import Value
from webparity.program.opcodes import Opcode


def pad_value(
    builder: Builder, value: Value, before: Sequence[int], after: Sequence[int], element: NDArray[Any]
) -> Value:
    """Pad the axes of a value with one element; the pads are not negative."""
    if not any((*before, *after)):
        return value
    shape = tuple(side + a + b for side, a, b in zip(value.shape, before, after, strict=True))
    result = Value(shape, value.dtype)
    draft = PadDraft(Opcode.COPY, [result], [value], before=tuple(before), after=tuple(after), element=element)
    return builder.append(draft)


def take_patches(
    builder: Builder, x: OrderedTensor, windows: Windows, counts: Sequence[int], element: Any
) -> OrderedTensor:
    """Take the elements of each window.

    Args:
        builder: of the program.
        x: a map [N, C, ...].
        windows: on its last axes.
        counts: how many along each axis.
        element: what stands outside the map.

    Returns:
        [N, C, *counts, elements of a window, row by row].
    """
    value = builder.arrange(x, get_channels_last(x.rank))
    sides, begins = value.shape[1:-1], windows.pads[: windows.rank]
    reaches = [
        (count - 1) * stride + dilation * (size - 1) + 1
        for count, stride, dilation, size in zip(
            counts, windows.strides, windows.dilations, windows.kernel, strict=True
        )
    ]
    ends = [max(reach - side - begin, 0) for reach, side, begin in zip(reaches, sides, begins, strict=True)]
    padded = pad_value(builder, value, (0, *begins, 0), (0, *ends, 0), np.asarray(element, x.dtype))
    batch, *steps, channel = compute_strides(padded.shape)
    walk = [
        *(batch, *(step * stride for step, stride in zip(steps, windows.strides, strict=True)), channel),
        *(step * dilation for step, dilation in zip(steps, windows.dilations, strict=True)),
    ]
    outer = (value.shape[0], *counts, value.shape[-1])
    taken = builder.copy(padded, (*outer, *windows.kernel), walk)
    return OrderedTensor(
        builder.reshape(taken, (*outer, math.prod(windows.kernel))), (*get_channels_last(x.rank), x.rank)
    )


def number_patches(sides: Sequence[int], windows: Windows, counts: Sequence[int]) -> NDArray[np.int64]:
    """Number the places of a map row by row, and list those of each window.

    Returns:
        [windows, elements of a window]; -1 for places outside the map.
    """
    rank = windows.rank
    places = np.zeros((1,) * (2 * rank), np.int64)
    inside = np.ones((1,) * (2 * rank), np.bool_)
    for axis, (side, step) in enumerate(zip(sides, compute_strides(sides), strict=True)):
        first = np.arange(counts[axis]) * windows.strides[axis] - windows.pads[axis]
        along = first[:, np.newaxis] + np.arange(windows.kernel[axis]) * windows.dilations[axis]
        shape = [1] * (2 * rank)
        shape[axis], shape[axis + rank] = along.shape
        along = along.reshape(shape)
        places, inside = places + along * step, inside & (along >= 0) & (along < side)
    table: NDArray[np.int64] = np.where(inside, places, -1).reshape(math.prod(counts), -1)
    return table
