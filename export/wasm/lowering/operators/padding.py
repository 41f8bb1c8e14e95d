"""Padding: zeros may be merged into a convolution; the other kinds are copies."""

from __future__ import annotations

from typing import Final, Literal, cast

import numpy as np
from numpy.typing import NDArray

from webparity.export.wasm.drafts import PadDraft
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError, normalize_axis
from webparity.export.wasm.lowering.operators.indexing import take_along
from webparity.export.wasm.lowering.operators.shapes import take_slice
from webparity.export.wasm.lowering.patches import pad_value
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.export.wasm.lowering.windows import CHANNELS_LAST
from webparity.program.graph import Value
from webparity.program.opcodes import Opcode

# As NumPy calls them, too.
_MODES: Final = frozenset({"edge", "reflect", "wrap"})


def _lower_pad(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    pads = node.read_list(1, "pads") or []
    axes = [normalize_axis(axis, x.rank) for axis in (node.read_list(3, "axes") or list(range(x.rank)))]
    half = len(axes)
    before, after = [0] * x.rank, [0] * x.rank
    for index, axis in enumerate(axes):
        before[axis], after[axis] = pads[index], pads[index + half]
    mode = node.get_text("mode", "constant")
    if mode != "constant":
        return [_mirror(builder, x, before, after, mode)]
    # Negative pads cut.
    cuts = {
        axis: (max(-before[axis], 0), 1, x.shape[axis] - max(-before[axis], 0) - max(-after[axis], 0))
        for axis in range(x.rank)
        if min(before[axis], after[axis]) < 0
    }
    x = take_slice(builder, x, cuts)
    if x.rank == 4 and not any((*before[:2], *after[:2])):
        # As the convolution or pool behind it wants them.
        x = OrderedTensor(builder.arrange(x, CHANNELS_LAST), CHANNELS_LAST)
    element = _read_element(node, x)
    front = tuple(max(before[axis], 0) for axis in x.order)
    back = tuple(max(after[axis], 0) for axis in x.order)
    if not any((*front, *back)):
        return [x]
    shape = tuple(side + a + b for side, a, b in zip(x.value.shape, front, back, strict=True))
    draft = PadDraft(Opcode.COPY, [Value(shape, x.dtype)], [x.value], before=front, after=back, element=element)
    return [OrderedTensor(builder.append(draft), x.order)]


def _read_element(node: Node, x: OrderedTensor) -> NDArray[np.generic]:
    given = node.find(2)
    if given is None or given.value.size == 0:
        return np.array(node.get("value", 0), x.dtype)
    return node.read(2).astype(x.dtype).reshape(())


def _mirror(builder: Builder, x: OrderedTensor, before: list[int], after: list[int], mode: str) -> OrderedTensor:
    if mode not in _MODES:
        raise NotCompiledError(f"in mode {mode}")
    kind = cast("Literal['edge', 'reflect', 'wrap']", mode)
    for axis in range(x.rank):
        if before[axis] or after[axis]:
            if min(before[axis], after[axis]) < 0:
                raise NotCompiledError("with negative pads")
            # NumPy says which element stands where.
            places = np.pad(np.arange(x.shape[axis]), (before[axis], after[axis]), mode=kind)
            x = take_along(builder, x, axis, builder.make_constant(places.astype(np.int32)))
    return x


def _lower_center(builder: Builder, node: Node) -> list[OrderedTensor]:
    """Cut or pad with zeros on both sides; of an odd number, one more behind."""
    x, wanted = node[0], [int(side) for side in node.read(1)]
    given = node.get("axes")
    axes = [normalize_axis(axis, x.rank) for axis in (list(range(x.rank)) if given is None else given)]
    cuts, before, after = {}, [0] * x.rank, [0] * x.rank
    for axis, side in zip(axes, wanted, strict=True):
        more = side - x.shape[axis]
        if more < 0:
            cuts[axis] = (-more // 2, 1, side)
        else:
            before[axis], after[axis] = more // 2, more - more // 2
    cut = take_slice(builder, x, cuts)
    front, back = ([each[axis] for axis in cut.order] for each in (before, after))
    return [OrderedTensor(pad_value(builder, cut.value, front, back, np.zeros((), x.dtype)), cut.order)]


OPERATORS: Final[dict[str, Lowering]] = {"Pad": _lower_pad, "CenterCropPad": _lower_center}
