"""Recurrent layers, one step of instructions for each place of a sequence, whose length is static."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.operators.recurrent.cells import (
    RecurrentCell,
    States,
    Step,
    multiply,
    step_gru,
    step_lstm,
    step_plain,
    take_part,
)
from webparity.export.wasm.lowering.operators.recurrent.curves import read_curves
from webparity.export.wasm.lowering.operators.reductions import squeeze
from webparity.export.wasm.lowering.operators.shapes import take_slice
from webparity.export.wasm.lowering.tensor import OrderedTensor, compute_strides
from webparity.program.graph import Value
from webparity.program.opcodes import Binary

_DIRECTIONS: Final = {"forward": (False,), "reverse": (True,), "bidirectional": (False, True)}


@dataclass(frozen=True)
class _Kind:
    """A recurrent layer.

    Attributes:
        step: of it.
        gates: how many.
        curves: its activations, by default.
        states: the positions of its first states.
        flag: the attribute that it alone has.
    """

    step: Step
    gates: int
    curves: tuple[str, ...]
    states: tuple[int, ...]
    flag: str = ""


_KINDS: Final = {
    "RNN": _Kind(step_plain, 1, ("Tanh",), (5,)),
    "GRU": _Kind(step_gru, 3, ("Sigmoid", "Tanh"), (5,), "linear_before_reset"),
    "LSTM": _Kind(step_lstm, 4, ("Sigmoid", "Tanh", "Tanh"), (5, 6), "input_forget"),
}


def _lower_layer(builder: Builder, node: Node) -> list[OrderedTensor]:
    kind = _KINDS[node.op_type]
    batch_first = bool(node.get("layout", 0))
    x = node[0].transpose([1, 0, 2]) if batch_first else node[0]
    if x.dtype != np.float32:
        raise NotCompiledError(f"of {x.dtype}")
    directions = _DIRECTIONS[node.get_text("direction", "forward")]
    curves = read_curves(node, kind.curves, len(directions))
    length, batch = x.shape[:2]
    size = node[2].shape[-1]
    sequence = Value((length, len(directions), batch, size), x.dtype)
    last: list[States] = []
    for index, backwards in enumerate(directions):
        given, bias = _multiply_input(builder, node, kind, x, index)
        peepholes = _pick(builder, node.find(7), index) if node.op_type == "LSTM" else None
        weights = _pick(builder, node[2], index)
        if weights is None:
            raise ValueError(node.name)
        clip, flag = float(node.get("clip", 0.0)), bool(node.get(kind.flag, 0))
        cell = RecurrentCell(size, weights, bias, peepholes, curves[index], clip, flag, node.name)
        states = [_find_state(builder, node, position, index, (batch, size)) for position in kind.states]
        places = range(length - 1, -1, -1) if backwards else range(length)
        direction = _Direction(kind.step, cell, places, node.find(4), sequence, index)
        last.append(direction.run(builder, given, states))
    states = [_stack(builder, [each[place] for each in last]) for place in range(len(kind.states))]
    whole = builder.wrap(sequence)
    if batch_first:
        return [whole.transpose([2, 0, 1, 3]), *(each.transpose([1, 0, 2]) for each in states)]
    return [whole, *states]


@dataclass(frozen=True)
class _Direction:
    """One direction through a sequence.

    Attributes:
        step: of the layer.
        cell: its numbers.
        places: in the order of the steps.
        lengths: of the sequences [B], or None where all are whole.
        results: of all directions, [T, directions, B, H].
        index: of this direction among them.
    """

    step: Step
    cell: RecurrentCell
    places: Sequence[int]
    lengths: OrderedTensor | None
    results: Value
    index: int

    def run(self, builder: Builder, given: OrderedTensor, states: States) -> States:
        """Take a step for each place; where a sequence has ended, its states stay and its results are 0."""
        zero = builder.make_constant(0, given.dtype)
        for place in self.places:
            now = squeeze(builder, take_slice(builder, given, {0: (place, 1, 1)}), [0])
            new = self.step(builder, self.cell, now, states)
            if self.lengths is None:
                states = new
                self._write(builder, states[0], place)
                continue
            goes_on = _compare(builder, self.lengths, place)
            states = [builder.where(goes_on, each, before) for each, before in zip(new, states, strict=True)]
            self._write(builder, builder.where(goes_on, new[0], zero), place)
        return states

    def _write(self, builder: Builder, state: OrderedTensor, place: int) -> None:
        steps = compute_strides(self.results.shape)
        offset = place * steps[0] + self.index * steps[1]
        value = builder.arrange(state)
        builder.copy_into(self.results, value, value.shape, (0, compute_strides(value.shape)), (offset, steps[2:]))


def _compare(builder: Builder, lengths: OrderedTensor, place: int) -> OrderedTensor:
    """Whether each sequence is longer than a place, [B, 1]."""
    if lengths.constant is not None:
        return builder.make_constant(lengths.constant[:, np.newaxis] > place)
    longer = builder.scale(Binary.GREATER, lengths, place)
    return builder.wrap(builder.reshape(builder.arrange(longer), (*lengths.shape, 1)))


def _multiply_input(
    builder: Builder, node: Node, kind: _Kind, x: OrderedTensor, direction: int
) -> tuple[OrderedTensor, OrderedTensor | None]:
    """What the inputs give to the gates at all places, [T, B, gates * H], and the biases of R that must come later."""
    weights, biases = _pick(builder, node[1], direction), _pick(builder, node.find(3), direction)
    if weights is None:
        raise ValueError(node.name)
    products = multiply(builder, x, weights, node.name)
    if biases is None:
        return products, None
    width = weights.shape[0]
    size = width // kind.gates
    own, other = (take_part(builder, biases, place, 1, width) for place in range(2))
    products = builder.binary(Binary.ADD, products, own)
    if node.op_type != "GRU" or not node.get(kind.flag, 0):
        return builder.binary(Binary.ADD, products, other), None
    # The bias of the hidden one is under the reset gate.
    mask = np.repeat(np.array([1, 1, 0], np.float32), size)
    return builder.binary(
        Binary.ADD, products, builder.binary(Binary.MULTIPLY, other, builder.make_constant(mask))
    ), other


def _pick(builder: Builder, x: OrderedTensor | None, direction: int) -> OrderedTensor | None:
    """The part of one direction, of weights [directions, ...]."""
    if x is None:
        return None
    if x.constant is not None:
        return builder.make_constant(x.constant[direction])
    return squeeze(builder, take_slice(builder, x, {0: (direction, 1, 1)}), [0])


def _find_state(builder: Builder, node: Node, position: int, direction: int, shape: tuple[int, int]) -> OrderedTensor:
    """The first state [B, H] of a direction; zeros where none is given."""
    given = node.find(position)
    if given is not None and node.get("layout", 0):
        given = given.transpose([1, 0, 2])
    state = _pick(builder, given, direction)
    return builder.make_constant(np.zeros(shape, np.float32)) if state is None else state


def _stack(builder: Builder, states: States) -> OrderedTensor:
    """The states of all directions, [directions, B, H]."""
    values = [builder.arrange(state) for state in states]
    result = Value((len(values), *values[0].shape), values[0].dtype)
    steps = compute_strides(values[0].shape)
    for index, value in enumerate(values):
        builder.copy_into(result, value, value.shape, (0, steps), (index * value.size, steps))
    return builder.wrap(result)


OPERATORS: Final[dict[str, Lowering]] = dict.fromkeys(_KINDS, _lower_layer)
