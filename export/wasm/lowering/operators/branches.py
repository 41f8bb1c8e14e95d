"""Branches that are chosen at export."""

from __future__ import annotations

from typing import Final

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node
from webparity.export.wasm.lowering.tensor import OrderedTensor


def _lower_if(_: Builder, node: Node) -> list[OrderedTensor]:
    """The branch that a known condition chooses; exporters make such conditions of shapes."""
    condition = bool(node.read(0).item())
    return node.lower_branch(node.get("then_branch" if condition else "else_branch"))


OPERATORS: Final[dict[str, Lowering]] = {"If": _lower_if}
