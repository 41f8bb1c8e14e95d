"""One step of each recurrent layer: states [B, H] and what the input gives [B, gates * H] to the next states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from webparity.export.wasm.drafts import ActivationSetting
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.operators.activations import activate
from webparity.export.wasm.lowering.operators.products import multiply_by_weights
from webparity.export.wasm.lowering.operators.recurrent.curves import Curve
from webparity.export.wasm.lowering.operators.shapes import take_slice
from webparity.export.wasm.lowering.products import multiply_matrices
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.program.opcodes import Activation, Binary

States = list[OrderedTensor]


@dataclass(frozen=True)
class RecurrentCell:
    """The numbers of one direction of a layer.

    Attributes:
        size: H, of a state.
        weights: R, [gates * H, H].
        bias: of R, [gates * H], where it does not simply add to the input's.
        peepholes: P, [3 * H], or None.
        curves: activations.
        clip: what enters an activation is at most so large, without its sign; 0 for no bound.
        flag: `input_forget` of LSTM, `linear_before_reset` of GRU.
        name: of the node, for error messages.
    """

    size: int
    weights: OrderedTensor
    bias: OrderedTensor | None
    peepholes: OrderedTensor | None
    curves: list[Curve]
    clip: float
    flag: bool
    name: str


Step = Callable[[Builder, RecurrentCell, OrderedTensor, States], States]


def multiply(builder: Builder, x: OrderedTensor, weights: OrderedTensor, name: str) -> OrderedTensor:
    """Multiply rows [..., D] by weights [O, D]."""
    turned = weights.transpose([1, 0])
    if weights.constant is not None:
        return multiply_by_weights(builder, x, turned, name)
    return multiply_matrices(builder, x, turned)


def take_part(builder: Builder, x: OrderedTensor, first: int, count: int, size: int) -> OrderedTensor:
    """Take some gates of the last axis; at export where it is known."""
    axis = x.rank - 1
    if x.constant is not None:
        return builder.make_constant(x.constant[..., first * size : (first + count) * size])
    return take_slice(builder, x, {axis: (first * size, 1, count * size)})


def _bend(builder: Builder, cell: RecurrentCell, x: OrderedTensor, curve: int) -> OrderedTensor:
    if cell.clip > 0:
        x = activate(builder, x, ActivationSetting(Activation.CLIP, -cell.clip, cell.clip))
    return cell.curves[curve](builder, x)


def _mix(builder: Builder, share: OrderedTensor, x: OrderedTensor, y: OrderedTensor) -> OrderedTensor:
    """Compute share * x + (1 - share) * y."""
    rest = builder.binary(Binary.SUBTRACT, builder.make_constant(1, share.dtype), share)
    first, second = builder.binary(Binary.MULTIPLY, share, x), builder.binary(Binary.MULTIPLY, rest, y)
    return builder.binary(Binary.ADD, first, second)


def step_plain(builder: Builder, cell: RecurrentCell, given: OrderedTensor, states: States) -> States:
    """H = f(given + H R)."""
    sums = builder.binary(Binary.ADD, multiply(builder, states[0], cell.weights, cell.name), given)
    return [_bend(builder, cell, sums, 0)]


def step_gru(builder: Builder, cell: RecurrentCell, given: OrderedTensor, states: States) -> States:
    """Update and reset gates, z and r, and the hidden one: H = (1 - z) h + z H."""
    (h,) = states
    size = cell.size
    if cell.flag:
        products = multiply(builder, h, cell.weights, cell.name)
        opened = builder.binary(
            Binary.ADD, take_part(builder, products, 0, 2, size), take_part(builder, given, 0, 2, size)
        )
    else:
        gates, hidden = _split_weights(builder, cell)
        opened = builder.binary(
            Binary.ADD, multiply(builder, h, gates, cell.name), take_part(builder, given, 0, 2, size)
        )
    both = _bend(builder, cell, opened, 0)
    update, reset = (take_part(builder, both, place, 1, size) for place in range(2))
    if cell.flag:
        own = take_part(builder, products, 2, 1, size)
        if cell.bias is not None:
            own = builder.binary(Binary.ADD, own, take_part(builder, cell.bias, 2, 1, size))
        own = builder.binary(Binary.MULTIPLY, reset, own)
    else:
        own = multiply(builder, builder.binary(Binary.MULTIPLY, reset, h), hidden, cell.name)
    sums = builder.binary(Binary.ADD, own, take_part(builder, given, 2, 1, size))
    return [_mix(builder, update, h, _bend(builder, cell, sums, 1))]


def _split_weights(builder: Builder, cell: RecurrentCell) -> tuple[OrderedTensor, OrderedTensor]:
    """R of the gates, and of the hidden one."""
    turned = cell.weights.transpose([1, 0])
    first, last = (take_part(builder, turned, place, count, cell.size) for place, count in ((0, 2), (2, 1)))
    return first.transpose([1, 0]), last.transpose([1, 0])


def step_lstm(builder: Builder, cell: RecurrentCell, given: OrderedTensor, states: States) -> States:
    """Input, output and forget gates and the new cell: C = f C + i c, H = o h(C)."""
    h, c = states
    size = cell.size
    sums = builder.binary(Binary.ADD, multiply(builder, h, cell.weights, cell.name), given)
    into, out, keep, new = (take_part(builder, sums, place, 1, size) for place in range(4))
    into = _bend(builder, cell, _peep(builder, cell, into, c, 0), 0)
    if cell.flag:
        keep = builder.binary(Binary.SUBTRACT, builder.make_constant(1, into.dtype), into)
    else:
        keep = _bend(builder, cell, _peep(builder, cell, keep, c, 2), 0)
    added = builder.binary(Binary.MULTIPLY, into, _bend(builder, cell, new, 1))
    c = builder.binary(Binary.ADD, builder.binary(Binary.MULTIPLY, keep, c), added)
    out = _bend(builder, cell, _peep(builder, cell, out, c, 1), 0)
    return [builder.binary(Binary.MULTIPLY, out, cell.curves[2](builder, c)), c]


def _peep(builder: Builder, cell: RecurrentCell, sums: OrderedTensor, c: OrderedTensor, place: int) -> OrderedTensor:
    if cell.peepholes is None:
        return sums
    weights = take_part(builder, cell.peepholes, place, 1, cell.size)
    return builder.binary(Binary.ADD, sums, builder.binary(Binary.MULTIPLY, c, weights))
