"""Operators that move elements without computing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from onnx import numpy_helper

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError, normalize_axis
from webparity.export.wasm.lowering.operators.reductions import squeeze
from webparity.export.wasm.lowering.tensor import OrderedTensor, compute_strides


def _lower_reshape(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    wanted = node.read_list(1, "shape") or []
    if not node.get("allowzero", 0):
        wanted = [x.shape[axis] if side == 0 else side for axis, side in enumerate(wanted)]
    if -1 in wanted:
        others = math.prod(side for side in wanted if side != -1)
        wanted[wanted.index(-1)] = math.prod(x.shape) // max(others, 1)
    return [_reshape(builder, x, wanted)]


def _reshape(builder: Builder, x: OrderedTensor, shape: list[int]) -> OrderedTensor:
    if [side for side in shape if side != 1] == [side for side in x.shape if side != 1]:
        # Only axes of length 1 come or go: the others stay where they are in memory.
        kept = [axis for axis in range(x.rank) if x.shape[axis] != 1]
        places = [axis for axis, side in enumerate(shape) if side != 1]
        new = dict(zip(kept, places, strict=True))
        moved = [new[axis] for axis in x.order if axis in new]
        order = (*(axis for axis, side in enumerate(shape) if side == 1), *moved)
        return OrderedTensor(builder.reshape(x.value, [shape[axis] for axis in order]), order)
    return builder.wrap(builder.reshape(builder.arrange(x), shape))


def _lower_flatten(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    axis = node.get("axis", 1)
    axis = axis + x.rank if axis < 0 else axis
    return [_reshape(builder, x, [math.prod(x.shape[:axis]), math.prod(x.shape[axis:])])]


def _lower_squeeze(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    axes = node.read_list(1, "axes")
    if axes is None:
        axes = [axis for axis in range(x.rank) if x.shape[axis] == 1]
    return [squeeze(builder, x, [normalize_axis(axis, x.rank) for axis in axes])]


def _lower_unsqueeze(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    axes = node.read_list(1, "axes") or []
    rank = x.rank + len(axes)
    added = sorted(normalize_axis(axis, rank) for axis in axes)
    kept = [axis for axis in range(rank) if axis not in added]
    order = (*added, *(kept[axis] for axis in x.order))
    return [OrderedTensor(builder.reshape(x.value, [*[1] * len(added), *x.value.shape]), order)]


def _lower_transpose(_: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    return [x.transpose(node.get("perm") or list(range(x.rank))[::-1])]


def _lower_concat(builder: Builder, node: Node) -> list[OrderedTensor]:
    tensors = [node[position] for position in range(len(node.inputs))]
    return [join(builder, tensors, normalize_axis(node.get("axis", 1), tensors[0].rank))]


def join(builder: Builder, tensors: Sequence[OrderedTensor], axis: int) -> OrderedTensor:
    """Put tensors one behind the other along an axis."""
    filled = [tensor for tensor in tensors if tensor.value.size]
    tensors = filled or [tensors[0]]
    lead = max(tensors, key=lambda each: (each.value.constant is None, each.value.size))
    order = lead.order
    values = [builder.arrange(tensor, order) for tensor in tensors]
    place = order.index(axis)
    if len(values) == 1:
        return OrderedTensor(values[0], order)
    shape = list(values[0].shape)
    shape[place] = sum(value.shape[place] for value in values)
    result = type(values[0])(tuple(shape), values[0].dtype)
    steps, offset = compute_strides(shape), 0
    for value in values:
        builder.copy_into(result, value, value.shape, (0, compute_strides(value.shape)), (offset, steps))
        offset += value.shape[place] * steps[place]
    return OrderedTensor(result, order)


def _lower_split(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    axis = normalize_axis(node.get("axis", 0), x.rank)
    sizes = node.read_list(1, "split")
    if sizes is None:
        count = int(node.get("num_outputs", node.output_count))
        each = -(-x.shape[axis] // count)
        sizes = [each] * (count - 1) + [x.shape[axis] - each * (count - 1)]
    parts, start = [], 0
    for size in sizes:
        parts.append(take_slice(builder, x, {axis: (start, 1, size)}))
        start += size
    return parts


def take_slice(builder: Builder, x: OrderedTensor, slices: dict[int, tuple[int, int, int]]) -> OrderedTensor:
    """Take elements by axis: from a start at steps, which may be negative, so many."""
    strides = compute_strides(x.value.shape)
    shape, steps, offset = list(x.value.shape), list(strides), 0
    for axis, (start, step, count) in slices.items():
        place = x.order.index(axis)
        shape[place], steps[place] = count, strides[place] * step
        offset += start * strides[place]
    if tuple(shape) == x.value.shape and steps == strides:
        return x
    if 0 in shape:
        offset = 0
    return OrderedTensor(builder.copy(x.value, shape, steps, offset), x.order)


def _lower_slice(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    starts, ends = node.read_list(1, "starts") or [], node.read_list(2, "ends") or []
    axes = node.read_list(3, "axes") or list(range(len(starts)))
    steps = node.read_list(4, "steps") or [1] * len(starts)
    slices = {}
    for start, end, given, step in zip(starts, ends, axes, steps, strict=True):
        axis = normalize_axis(given, x.rank)
        chosen = range(x.shape[axis])[slice(start, _limit_end(end, x.shape[axis]), step)]
        slices[axis] = (chosen.start, step, len(chosen))
    return [take_slice(builder, x, slices)]


def _limit_end(end: int, side: int) -> int | None:
    """The end of a Python slice; before the first element there is none that it could name."""
    return None if end < -side else end


def _lower_expand(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    shape = np.broadcast_shapes(x.shape, tuple(int(side) for side in node.read(1)))
    return [_repeat(builder, x, shape)]


def _repeat(builder: Builder, x: OrderedTensor, shape: tuple[int, ...]) -> OrderedTensor:
    """Repeat axes of length 1, and new ones in front."""
    if shape == x.shape:
        return x
    missing = len(shape) - x.rank
    strides = compute_strides(x.value.shape)
    order = (*range(missing), *(axis + missing for axis in x.order))
    steps = [0] * missing + [0 if side == 1 else step for side, step in zip(x.value.shape, strides, strict=True)]
    return OrderedTensor(builder.copy(x.value, [shape[axis] for axis in order], steps), order)


def _lower_tile(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    repeats = node.read_list(1, "repeats") or []
    value = builder.arrange(x)
    strides = compute_strides(value.shape)
    shape = [side for axis in range(x.rank) for side in (repeats[axis], value.shape[axis])]
    steps = [step for axis in range(x.rank) for step in (0, strides[axis])]
    tiled = builder.copy(value, shape, steps)
    return [builder.wrap(builder.reshape(tiled, [r * s for r, s in zip(repeats, value.shape, strict=True)]))]


def _lower_depth_to_space(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, block = node[0], int(node.get("blocksize"))
    count, depth, height, width = x.shape
    less = depth // block**2
    if node.get_text("mode", "DCR") == "DCR":
        parts, axes = (count, block, block, less, height, width), (0, 3, 4, 1, 5, 2)
    else:
        parts, axes = (count, less, block, block, height, width), (0, 1, 4, 2, 5, 3)
    split = builder.wrap(builder.reshape(builder.arrange(x), parts)).transpose(axes)
    return [builder.wrap(builder.reshape(builder.arrange(split), (count, less, height * block, width * block)))]


def _lower_space_to_depth(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, block = node[0], int(node.get("blocksize"))
    count, depth, height, width = x.shape
    parts = (count, depth, height // block, block, width // block, block)
    axes = (0, 3, 5, 1, 2, 4) if node.get_text("mode", "DCR") == "DCR" else (0, 1, 3, 5, 2, 4)
    split = builder.wrap(builder.reshape(builder.arrange(x), parts)).transpose(axes)
    shape = (count, depth * block**2, height // block, width // block)
    return [builder.wrap(builder.reshape(builder.arrange(split), shape))]


def _lower_shape(builder: Builder, node: Node) -> list[OrderedTensor]:
    shape = node[0].shape[slice(node.get("start", 0), node.get("end"))]
    return [builder.make_constant(np.array(shape, np.int64))]


def _lower_size(builder: Builder, node: Node) -> list[OrderedTensor]:
    return [builder.make_constant(np.array(math.prod(node[0].shape), np.int64))]


def _lower_constant_of_shape(builder: Builder, node: Node) -> list[OrderedTensor]:
    value = node.get("value")
    element = np.zeros(1, np.float32) if value is None else numpy_helper.to_array(value)
    return [builder.make_constant(np.full([int(side) for side in node.read(0)], element[0]), element.dtype)]


def _lower_range(builder: Builder, node: Node) -> list[OrderedTensor]:
    start, limit, step = (node.read(position) for position in range(3))
    return [builder.make_constant(np.arange(start.item(), limit.item(), step.item()), start.dtype)]


def _lower_triangle(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    offset = int(node.read(1).item()) if node.find(1) is not None else 0
    keep = np.triu if node.get("upper", 1) else np.tril
    mask = builder.make_constant(keep(np.ones(x.shape[-2:], np.bool_), offset))
    return [builder.where(mask, x, builder.make_constant(0, x.dtype))]


def _lower_reverse_sequence(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, lengths = node[0], node.read(1)
    time, batch = node.get("time_axis", 0), node.get("batch_axis", 1)
    if x.dtype.kind not in "fiub":
        raise NotCompiledError(f"of {x.dtype}")
    steps = compute_strides(x.value.shape)
    result = type(x.value)(x.value.shape, x.dtype)
    time_place, batch_place = x.order.index(time), x.order.index(batch)
    for index, length in enumerate(int(each) for each in lengths):
        for start, count, sign in ((0, length, -1), (length, x.shape[time] - length, 1)):
            if count:
                dims, walk = list(x.value.shape), list(steps)
                dims[time_place], dims[batch_place] = count, 1
                walk[time_place] *= sign
                to = index * steps[batch_place] + start * steps[time_place]
                begin = to if sign == 1 else to + (count - 1) * steps[time_place]
                builder.copy_into(result, x.value, dims, (begin, walk), (to, steps))
    return [OrderedTensor(result, x.order)]


OPERATORS: Final[dict[str, Lowering]] = {
    "Reshape": _lower_reshape,
    "Flatten": _lower_flatten,
    "Squeeze": _lower_squeeze,
    "Unsqueeze": _lower_unsqueeze,
    "Transpose": _lower_transpose,
    "Concat": _lower_concat,
    "Split": _lower_split,
    "Slice": _lower_slice,
    "Expand": _lower_expand,
    "Tile": _lower_tile,
    "DepthToSpace": _lower_depth_to_space,
    "SpaceToDepth": _lower_space_to_depth,
    "Shape": _lower_shape,
    "Size": _lower_size,
    "ConstantOfShape": _lower_constant_of_shape,
    "Range": _lower_range,
    "Trilu": _lower_triangle,
    "ReverseSequence": _lower_reverse_sequence,
}
