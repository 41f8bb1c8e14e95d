"""Products of two tensors whose matrices may lie in any order in memory."""

from __future__ import annotations

import math
from collections.abc import Sequence

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.tensor import OrderedTensor, compute_strides
from webparity.program.opcodes import Opcode


def multiply_matrices(builder: Builder, x: OrderedTensor, y: OrderedTensor) -> OrderedTensor:
    """Multiply [..., m, k] by [..., k, n] as NumPy's matmul does."""
    x_vector, y_vector = x.rank == 1, y.rank == 1
    x = builder.wrap(builder.reshape(builder.arrange(x), (1, *x.shape))) if x_vector else x
    y = builder.wrap(builder.reshape(builder.arrange(y), (*y.shape, 1))) if y_vector else y
    rank = max(x.rank, y.rank)
    lead = _broadcast(x.shape[:-2], y.shape[:-2])
    rows, depth, columns = x.shape[-2], x.shape[-1], y.shape[-1]
    x_steps, y_steps = _get_steps(x, rank), _get_steps(y, rank)
    shape = (*lead, rows, columns)
    out_steps = compute_strides(shape)
    batches, steps = _merge_batches(lead, [out_steps[:-2], x_steps[:-2], y_steps[:-2]])
    if len(batches) > 2:
        # Rare: copies whose batches lie one behind the other.
        x, y = (_expand(builder, each, (*lead, *each.shape[-2:])) for each in (x, y))
        x_steps, y_steps = _get_steps(x, rank), _get_steps(y, rank)
        batches, steps = _merge_batches(lead, [out_steps[:-2], x_steps[:-2], y_steps[:-2]])
    batches = [*[1] * (2 - len(batches)), *batches]
    out_batch, x_batch, y_batch = ([*[0] * (2 - len(each)), *each] for each in steps)
    numbers = [
        *(*batches, rows, depth, columns),
        *(*out_batch, out_steps[-2]),
        *(*x_batch, x_steps[-2], x_steps[-1]),
        *(*y_batch, y_steps[-2], y_steps[-1]),
    ]
    result = builder.emit(Opcode.MATMUL, [x.value, y.value], shape, x.dtype, *numbers, 1.0)
    final = [*lead, *([] if x_vector else [rows]), *([] if y_vector else [columns])]
    return builder.wrap(builder.reshape(result, final))


def _broadcast(x: Sequence[int], y: Sequence[int]) -> list[int]:
    rank = max(len(x), len(y))
    pairs = zip([*[1] * (rank - len(x)), *x], [*[1] * (rank - len(y)), *y], strict=True)
    return [b if a == 1 else a for a, b in pairs]


def _get_steps(x: OrderedTensor, rank: int) -> list[int]:
    """Steps between the elements of each axis, 0 where the tensor is repeated."""
    strides = compute_strides(x.value.shape)
    steps = [0 if x.shape[axis] == 1 else strides[x.order.index(axis)] for axis in range(x.rank)]
    return [*[0] * (rank - x.rank), *steps]


def _merge_batches(lead: Sequence[int], steps: Sequence[Sequence[int]]) -> tuple[list[int], list[list[int]]]:
    """Merge neighbouring batch axes that every operand walks as one, and drop those of length 1."""
    lengths: list[int] = []
    merged: list[list[int]] = [[] for _ in steps]
    for axis, length in enumerate(lead):
        if length == 1:
            continue
        own = [each[axis] for each in steps]
        if lengths and all(before[-1] == step * length for before, step in zip(merged, own, strict=True)):
            lengths[-1] *= length
            for before, step in zip(merged, own, strict=True):
                before[-1] = step
            continue
        lengths.append(length)
        for before, step in zip(merged, own, strict=True):
            before.append(step)
    return lengths, merged


def _expand(builder: Builder, x: OrderedTensor, shape: Sequence[int]) -> OrderedTensor:
    if math.prod(shape) == x.value.size:
        return builder.wrap(builder.reshape(builder.arrange(x), shape))
    return builder.wrap(builder.copy(x.value, shape, _get_steps(x, len(shape))))
