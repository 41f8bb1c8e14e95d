"""What convolutions and pools share: kernels, strides, dilations and pads of windows on feature maps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Node, NotCompiledError
from webparity.export.wasm.lowering.tensor import OrderedTensor, compute_strides
from webparity.program.graph import Value

# The places of the axes [N, C, H, W] in memory.
CHANNELS_LAST: Final = (0, 2, 3, 1)


@dataclass(frozen=True)
class Windows:
    """Windows on a map: each pair is down and right.

    Attributes:
        kernel: height and width.
        strides: steps between windows.
        dilations: steps within a window.
        pads: at the top, left, bottom and right.
    """

    kernel: tuple[int, int]
    strides: tuple[int, int]
    dilations: tuple[int, int]
    pads: tuple[int, int, int, int]

    def count(self, sides: Sequence[int], *, ceil: bool = False) -> tuple[int, int]:
        """How many windows fit on a map of this height and width."""
        counts = []
        for axis in range(2):
            reach = self.dilations[axis] * (self.kernel[axis] - 1) + 1
            room = sides[axis] + self.pads[axis] + self.pads[axis + 2] - reach
            if room < 0:
                raise NotCompiledError(f"windows of {reach} on a map of {sides[axis]}")
            step = self.strides[axis]
            count = room // step + 1
            # A window that begins in the padding behind the map is none.
            if ceil and room % step and count * step < sides[axis] + self.pads[axis]:
                count += 1
            counts.append(count)
        return counts[0], counts[1]


def read_windows(node: Node, kernel: Sequence[int], sides: Sequence[int]) -> Windows:
    """Read the attributes of windows on a map [C, H, W] or, with a height of 1, [C, W].

    Args:
        node: with strides, dilations, pads and auto_pad.
        kernel: its sides.
        sides: of the map.
    """
    rank = len(kernel)
    if rank not in {1, 2}:
        raise NotCompiledError(f"windows of {rank} axes")
    strides, dilations = (list(node.get(name) or [1] * rank) for name in ("strides", "dilations"))
    pads = list(node.get("pads") or [0] * (2 * rank))
    padding = node.get_text("auto_pad", "NOTSET")
    if padding in {"SAME_UPPER", "SAME_LOWER"}:
        pads = _compute_same_pads(kernel, strides, dilations, sides, lower=padding == "SAME_LOWER")
    elif padding == "VALID":
        pads = [0] * (2 * rank)
    if rank == 1:
        kernel, strides, dilations = [1, *kernel], [1, *strides], [1, *dilations]
        pads = [0, pads[0], 0, pads[1]]
    if min(pads) < 0:
        raise NotCompiledError(f"pads of {pads}")
    return Windows(
        (int(kernel[0]), int(kernel[1])),
        (int(strides[0]), int(strides[1])),
        (int(dilations[0]), int(dilations[1])),
        (int(pads[0]), int(pads[1]), int(pads[2]), int(pads[3])),
    )


def _compute_same_pads(
    kernel: Sequence[int], strides: Sequence[int], dilations: Sequence[int], sides: Sequence[int], *, lower: bool
) -> list[int]:
    begins, ends = [], []
    for size, stride, dilation, side in zip(kernel, strides, dilations, sides, strict=True):
        count = -(-side // stride)
        whole = max((count - 1) * stride + dilation * (size - 1) + 1 - side, 0)
        begins.append(whole - whole // 2 if lower else whole // 2)
        ends.append(whole - begins[-1])
    return [*begins, *ends]


def arrange_map(builder: Builder, x: OrderedTensor) -> Value:
    """Arrange [N, C, H, W] as a value [N, H, W, C], and [N, C, W] as one of height 1."""
    if x.rank == 4:
        return builder.arrange(x, CHANNELS_LAST)
    if x.rank != 3:
        raise NotCompiledError(f"a tensor of {x.rank} axes")
    value = builder.arrange(x, (0, 2, 1))
    count, width, channels = value.shape
    return builder.reshape(value, (count, 1, width, channels))


def wrap_map(builder: Builder, value: Value, rank: int) -> OrderedTensor:
    """The tensor [N, C, H, W], or [N, C, W], that a value [N, H, W, C] is."""
    if rank == 4:
        return OrderedTensor(value, CHANNELS_LAST)
    count, _, width, channels = value.shape
    return OrderedTensor(builder.reshape(value, (count, width, channels)), (0, 2, 1))


def map_images(builder: Builder, x: Value, lower: Callable[[Value], Value]) -> Value:
    """Lower what takes one map for each map [1, H, W, C] of a value, and join the results."""
    count = x.shape[0]
    if count == 1:
        return lower(x)
    size = x.size // max(count, 1)
    parts = [
        lower(builder.copy(x, (1, *x.shape[1:]), compute_strides(x.shape), offset=index * size))
        for index in range(count)
    ]
    result = Value((count, *parts[0].shape[1:]), parts[0].dtype)
    for index, part in enumerate(parts):
        strides = compute_strides(part.shape)
        builder.copy_into(result, part, part.shape, (0, strides), (index * part.size, strides))
    return result
