"""Memory plan of a program: an offset for every value that is written, such that values of one time do not overlap.

Values are placed from the largest to the smallest, each at the lowest offset that is free for the whole of its life
(greedy by size, as TensorFlow Lite plans). Element-wise results take the place of an operand that is read for the last
time, and so does a copy of all elements in order, which costs nothing then. What the prologue leaves keeps its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from webparity.program.graph import Instruction, ProgramGraph, Value
from webparity.program.opcodes import Opcode

ALIGNMENT: Final = 16
# Read an element before they write it, and need nothing of their operand after that.
_IN_PLACE: Final = frozenset({Opcode.UNARY, Opcode.BINARY, Opcode.ACTIVATION})


@dataclass(frozen=True)
class MemoryPlan:
    """Where the values of a program are.

    Attributes:
        offsets: of each value that is no constant, in bytes, multiples of 16.
        size: bytes of all of them together.
    """

    offsets: dict[Value, int]
    size: int


@dataclass(eq=False)
class _Buffer:
    """Bytes that one value or several have, from the first instruction that writes one to the last that reads one."""

    size: int
    first: int
    last: int
    values: list[Value] = field(default_factory=list)
    offset: int = -1


def plan_memory(graph: ProgramGraph) -> MemoryPlan:
    """Plan the memory of a program's inputs and results; the same program always gets the same plan."""
    buffers = _make_buffers(graph)
    # Sorting is stable: equal sizes keep the order of the instructions.
    placed: list[_Buffer] = []
    for buffer in sorted(buffers, key=lambda each: -each.size):
        buffer.offset = _find_room(buffer, placed)
        placed.append(buffer)
    offsets = {value: buffer.offset for buffer in buffers for value in buffer.values}
    return MemoryPlan(offsets, max((buffer.offset + buffer.size for buffer in buffers), default=0))


def is_whole_copy(instruction: Instruction) -> bool:
    """Whether a copy gives all elements of its operand in their order, as a reshape does."""
    if instruction.opcode != Opcode.COPY:
        return False
    (source,), (result,) = instruction.inputs, instruction.outputs
    return source is not None and source.size == result.size and instruction.numbers == [1, result.size, 1, 1, 0, 0]


def _make_buffers(graph: ProgramGraph) -> list[_Buffer]:
    last = _find_last_uses(graph)
    writers = _count_writers(graph)
    buffers: list[_Buffer] = []
    owner: dict[Value, _Buffer] = {}

    def start(value: Value, first: int) -> None:
        owner[value] = _Buffer(_align(value.nbytes), first, max(last.get(value, first), first), [value])
        buffers.append(owner[value])

    for value in graph.inputs:
        start(value, -1)
    instructions = [*graph.prologue, *graph.instructions]
    for position, instruction in enumerate(instructions):
        for value in instruction.outputs:
            if value in owner:
                continue
            shared = _find_shared(instruction, owner, position) if writers[value] == 1 else None
            if shared is None:
                start(value, position)
                continue
            shared.values.append(value)
            shared.last = max(shared.last, last.get(value, position))
            owner[value] = shared
    for buffer in buffers:
        if 0 <= buffer.first < len(graph.prologue):
            buffer.last = len(instructions)
    return buffers


def _find_shared(instruction: Instruction, owner: dict[Value, _Buffer], position: int) -> _Buffer | None:
    """Find the buffer of an operand that the instruction's result may take over."""
    if instruction.opcode not in _IN_PLACE and not is_whole_copy(instruction):
        return None
    (result,) = instruction.outputs
    for value in instruction.inputs:
        if value is None or value not in owner or owner[value].last > position:
            continue
        if is_whole_copy(instruction) or (value.shape, value.nbytes) == (result.shape, result.nbytes):
            return owner[value]
    return None


def _find_last_uses(graph: ProgramGraph) -> dict[Value, int]:
    last: dict[Value, int] = {}
    instructions = [*graph.prologue, *graph.instructions]
    for position, instruction in enumerate(instructions):
        for value in [*instruction.inputs, *instruction.outputs]:
            if value is not None:
                last[value] = position
    return last | dict.fromkeys(graph.outputs, len(instructions))


def _count_writers(graph: ProgramGraph) -> dict[Value, int]:
    writers: dict[Value, int] = {}
    for instruction in [*graph.prologue, *graph.instructions]:
        for value in instruction.outputs:
            writers[value] = writers.get(value, 0) + 1
    return writers


def _find_room(buffer: _Buffer, placed: Sequence[_Buffer]) -> int:
    """The lowest offset at which a buffer overlaps none that lives at the same time."""
    offset = 0
    for start, end in _list_taken(buffer, placed):
        if start - offset >= buffer.size:
            break
        offset = max(offset, end)
    return offset


def _list_taken(buffer: _Buffer, placed: Sequence[_Buffer]) -> Iterator[tuple[int, int]]:
    yield from sorted(
        (each.offset, each.offset + each.size)
        for each in placed
        if each.first <= buffer.last and buffer.first <= each.last
    )


def _align(size: int) -> int:
    return (size + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT
