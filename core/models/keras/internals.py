# ruff: noqa: SLF001 - Keras has no public access to what is read here
"""Access to Keras's private attributes; no other module reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def iterate_nested_layers(layer: Any, *, include_self: bool = True) -> Iterator[Any]:
    """Iterate over the layers inside a layer or network at any depth, each once.

    Args:
        layer: a Keras layer or network.
        include_self: whether it comes first itself.
    """
    yield from layer._flatten_layers(include_self=include_self)


def list_direct_layers(layer: Any) -> list[Any]:
    """List the layers directly inside a layer or network, those of wrappers and recurrent cells included."""
    return list(layer._layers)


def iterate_nodes(graph: Any) -> Iterator[Any]:
    """Iterate over the nodes of a Functional network, or of the one inside a built Sequential, in execution order."""
    by_depth = (getattr(graph, "_functional", None) or graph)._nodes_by_depth
    for depth in sorted(by_depth, reverse=True):
        yield from by_depth[depth]


def run_graph(graph: Any, start: Any, call: Callable[..., Any]) -> Any:
    """Run a Functional network's graph with a function in the place of its layers; see `functional.walk_graph`."""
    return graph._run_through_graph(start, call_fn=call)
