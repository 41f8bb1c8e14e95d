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
    """Windows on a map, by axis: down and right, and any axes before these.

    Attributes:
        kernel: sides.
        strides: steps between windows.
        dilations: steps within a window.
        pads: before the first element of each axis, then behind the last of each.
    """

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    pads: tuple[int, ...]

    @property
    def rank(self) -> int:
        """Number of axes."""
        return len(self.kernel)

    def count(self, sides: Sequence[int], *, ceil: bool = False) -> tuple[int, ...]:
        """How many windows fit on a map of these sides."""
        return tuple(self._count(axis, side, ceil=ceil) for axis, side in enumerate(sides))

    def _count(self, axis: int, side: int, *, ceil: bool) -> int:
        reach = self.dilations[axis] * (self.kernel[axis] - 1) + 1
        room = side + self.pads[axis] + self.pads[axis + self.rank] - reach
        if room < 0:
            raise NotCompiledError(f"windows of {reach} on a map of {side}")
        step = self.strides[axis]
        count = room // step + 1
        # A window that begins in the padding behind the map is none.
        return count + 1 if ceil and room % step and count * step < side + self.pads[axis] else count

    def take(self, axes: slice) -> Windows:
        """The same along some of the axes."""
        begins, ends = self.pads[: self.rank], self.pads[self.rank :]
        return Windows(self.kernel[axes], self.strides[axes], self.dilations[axes], (*begins[axes], *ends[axes]))

    def widen(self) -> Windows:
        """The same on a map of height 1, where there is one axis."""
        if self.rank != 1:
            return self
        begin, end = self.pads
        return Windows((1, *self.kernel), (1, *self.strides), (1, *self.dilations), (0, begin, 0, end))


def read_windows(node: Node, kernel: Sequence[int], sides: Sequence[int]) -> Windows:
    """Read the attributes of windows on a map [C, H, W], or of more or fewer axes.

    Args:
        node: with strides, dilations, pads and auto_pad.
        kernel: its sides.
        sides: of the map.
    """
    rank = len(kernel)
    if rank == 0 or rank != len(sides):
        raise NotCompiledError(f"windows of {rank} axes on a map of {len(sides)}")
    strides, dilations = (list(node.get(name) or [1] * rank) for name in ("strides", "dilations"))
    pads = list(node.get("pads") or [0] * (2 * rank))
    padding = node.get_text("auto_pad", "NOTSET")
    if padding in {"SAME_UPPER", "SAME_LOWER"}:
        pads = _compute_same_pads(kernel, strides, dilations, sides, lower=padding == "SAME_LOWER")
    elif padding == "VALID":
        pads = [0] * (2 * rank)
    if min(pads) < 0:
        raise NotCompiledError(f"pads of {pads}")
    return Windows(*(tuple(map(int, each)) for each in (kernel, strides, dilations, pads)))


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


def get_channels_last(rank: int) -> tuple[int, ...]:
    """The order in memory of the axes of a map [N, C, ...]."""
    return (0, *range(2, rank), 1)


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
