"""Removal of instructions whose results nothing reads."""

from __future__ import annotations

from webparity.program.graph import Instruction, ProgramGraph, Value


def eliminate_dead_code(graph: ProgramGraph) -> None:
    """Keep the instructions that outputs depend on; changes the program in place."""
    needed: set[Value] = set(graph.outputs)
    graph.instructions[:] = _keep(graph.instructions, needed)
    graph.prologue[:] = _keep(graph.prologue, needed)


def _keep(instructions: list[Instruction], needed: set[Value]) -> list[Instruction]:
    kept = []
    for instruction in reversed(instructions):
        if not needed.isdisjoint(instruction.outputs):
            kept.append(instruction)
            needed.update(value for value in instruction.inputs if value is not None)
    return kept[::-1]
