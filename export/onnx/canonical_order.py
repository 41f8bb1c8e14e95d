"""Canonical node order and names for ONNX graphs, so that the same model always gives the same bytes."""

from __future__ import annotations

import re
from typing import Final, TypeVar

from google.protobuf.message import Message
from onnx import GraphProto, NodeProto, TensorProto

from webparity.export.onnx.common_subexpressions import eliminate_common_subexpressions

M = TypeVar("M", bound=Message)
_COUNTERS: Final = re.compile(r"__\d+|:\d+$")


def canonicalize(graph: GraphProto) -> None:
    """Merge equal nodes, sort depth-first from the outputs, remove unreachable nodes, and rename the others.

    This removes what varies between exports: the converter's process-wide counter in names, and the order of constants
    that it keeps in sets. Graph inputs and outputs keep their names.

    Args:
        graph: changed in place; its nodes have no subgraphs.
    """
    _drop_identities(graph)
    eliminate_common_subexpressions(graph)
    nodes = _sort_depth_first(graph)
    fixed = {value.name for value in [*graph.input, *graph.output]}
    # Outputs and inputs that are left out have no name.
    names = _make_names([name for node in nodes for name in node.output if name], fixed)
    initializers = {tensor.name: tensor for tensor in graph.initializer}
    for node in nodes:
        first = next(filter(None, node.output))
        owner = names.get(first, first)
        for place, name in enumerate(node.input):
            # Named by its first reader, since which of several equal constants remains after merging varies.
            if name in initializers and name not in names:
                names[name] = f"{owner}/input{place}"
    position = {name: place for place, name in enumerate(names)}
    used = [tensor for name, tensor in initializers.items() if name in names]
    used.sort(key=lambda tensor: position[tensor.name])
    for node in nodes:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
        node.name = next(filter(None, node.output))
        node.attribute.sort(key=lambda attribute: attribute.name)
    for tensor in used:
        tensor.name = names[tensor.name]
    kept_tensors = [_copy(TensorProto(), tensor) for tensor in used]
    del graph.node[:], graph.initializer[:], graph.value_info[:]
    graph.node.extend(nodes)
    graph.initializer.extend(kept_tensors)


def _drop_identities(graph: GraphProto) -> None:
    """Remove Identity nodes; the producer of each value takes over the output's name."""
    outputs = {value.name for value in graph.output}
    made = {name for node in graph.node for name in node.output}
    for identity in [node for node in graph.node if node.op_type == "Identity"]:
        (source,), (name,) = identity.input, identity.output
        if name not in outputs:
            old, new = name, source
        elif source in made and source not in outputs:
            old, new = source, name
        else:
            continue  # each output needs a separate node
        graph.node.remove(identity)
        for node in graph.node:
            node.input[:] = [new if each == old else each for each in node.input]
            node.output[:] = [new if each == old else each for each in node.output]


def _sort_depth_first(graph: GraphProto) -> list[NodeProto]:
    producer = {name: node for node in graph.node for name in node.output if name}
    done: dict[str, NodeProto] = {}
    ordered: list[NodeProto] = []
    stack = [(producer[value.name], False) for value in reversed(graph.output)]
    while stack:
        node, ready = stack.pop()
        key = next(filter(None, node.output))
        if key in done:
            continue
        if ready:
            done[key] = node
            ordered.append(_copy(NodeProto(), node))
            continue
        stack.append((node, True))
        stack.extend((producer[name], False) for name in reversed(node.input) if name in producer)
    return ordered


def _copy(empty: M, message: M) -> M:
    # A message of a repeated field becomes invalid when the field is cleared.
    empty.CopyFrom(message)
    return empty


def _make_names(old: list[str], fixed: set[str]) -> dict[str, str]:
    """Make names without the converter's counters, unique by their place in the order."""
    names: dict[str, str] = {}
    taken = set(fixed)
    for name in old:
        if name in fixed:
            continue
        base = _COUNTERS.sub("", name).replace("::", ":") or "value"
        unique, count = base, 1
        while unique in taken:
            unique, count = f"{base}.{count}", count + 1
        taken.add(unique)
        names[name] = unique
    return names
