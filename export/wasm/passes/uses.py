"""Readers of each value of a program."""

from __future__ import annotations

from webparity.program.graph import Instruction, ProgramGraph, Value


class Uses:
    """Who reads and who makes each value; kept up to date while instructions are merged.

    Args:
        graph: its instructions may be replaced by `merge` only.
    """

    def __init__(self, graph: ProgramGraph) -> None:
        self._graph = graph
        self._outputs = set(graph.outputs)
        self._readers: dict[Value, list[Instruction]] = {}
        self._makers: dict[Value, list[Instruction]] = {}
        for instruction in graph.instructions:
            for value in instruction.inputs:
                if value is not None:
                    self._readers.setdefault(value, []).append(instruction)
            for value in instruction.outputs:
                self._makers.setdefault(value, []).append(instruction)

    def find_only_reader(self, value: Value) -> Instruction | None:
        """The one instruction that reads a value, once; None if there are several or it leaves the program."""
        readers = self._readers.get(value, [])
        return readers[0] if len(readers) == 1 and value not in self._outputs else None

    def find_maker(self, value: Value | None) -> Instruction | None:
        """The one instruction that writes a value."""
        makers = self._makers.get(value, []) if value is not None else []
        return makers[0] if len(makers) == 1 else None

    def count_readers(self, value: Value) -> int:
        """How often a value is read."""
        return len(self._readers.get(value, []))

    def is_output(self, value: Value) -> bool:
        """Whether a value leaves the program."""
        return value in self._outputs

    def replace_input(self, instruction: Instruction, position: int, value: Value) -> None:
        """Let an instruction read another value, which is written before it."""
        old = instruction.inputs[position]
        if old is not None:
            self._readers[old].remove(instruction)
        instruction.inputs[position] = value
        self._readers.setdefault(value, []).append(instruction)

    def remove(self, instruction: Instruction) -> None:
        """Remove an instruction whose results nothing reads."""
        for value in instruction.inputs:
            if value is not None:
                self._readers[value].remove(instruction)
        for value in instruction.outputs:
            self._makers[value].remove(instruction)
        self._graph.instructions.remove(instruction)

    def merge(self, first: Instruction, second: Instruction, residual: Value | None = None) -> None:
        """Let `first` do the work of `second`, its only reader, and stand in its place.

        Args:
            first: has one output, which `second` reads.
            second: has one output, which `first` writes from now on.
            residual: a further value that `first` reads from now on.
        """
        result = second.outputs[0]
        place = self._graph.instructions.index(second)
        for value in second.inputs:
            if value is not None:
                self._readers[value].remove(second)
        self._makers[first.outputs[0]].remove(first)
        self._makers[result] = [first]
        first.outputs[0] = result
        if residual is not None:
            first.inputs.append(residual)
            self._readers.setdefault(residual, []).append(first)
        self._graph.instructions[place] = first
        self._graph.instructions.remove(first)  # the earlier of the two
