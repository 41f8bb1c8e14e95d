"""Shapes whose last axes have length 1, written so that onnxruntime computes them in long runs.

onnxruntime 1.27's broadcasting and reductions go over the innermost axis; where that has length 1, as a gray image's
channels, they call a function for every element: 40 times as long. With operands of one rank, and reductions over the
axes of length 1 too, it sees one long axis. Numbers stay the same, but for the order of a sum.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, NodeProto, helper, numpy_helper, shape_inference

_ELEMENTWISE: Final = frozenset({"Add", "Sub", "Mul", "Div", "Max", "Min", "GreaterOrEqual"})

Shape = tuple[int, ...]


def lengthen_inner_axes(model: ModelProto) -> None:
    """Give elementwise operators operands of one rank, and reductions all axes of length 1 behind theirs.

    Args:
        model: changed in place; its nodes must be in topological order and without subgraphs.
    """
    shapes = _infer_shapes(model)
    constants = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    nodes = []
    for node in model.graph.node:
        shape = shapes.get(node.output[0])
        if shape and shape[-1] == 1:
            if node.op_type in _ELEMENTWISE:
                nodes += _align_operands(model.graph, node, shapes, constants)
            elif node.op_type == "ReduceSum":
                _reduce_more_axes(model.graph, node, shape, constants.get(node.input[1]))
        nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    kept = [each for each in model.graph.initializer if each.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)


def _infer_shapes(model: ModelProto) -> dict[str, Shape]:
    """Find each value's shape; an unknown length is 0."""
    graph = shape_inference.infer_shapes(model, data_prop=True).graph
    types = {value.name: value.type.tensor_type for value in (*graph.input, *graph.value_info, *graph.output)}
    known = {
        name: tuple(dim.dim_value for dim in kind.shape.dim) for name, kind in types.items() if kind.HasField("shape")
    }
    return known | {each.name: tuple(each.dims) for each in graph.initializer}


def _align_operands(
    graph: GraphProto, node: NodeProto, shapes: dict[str, Shape], constants: dict[str, NDArray[Any]]
) -> list[NodeProto]:
    """Reshape operands of fewer axes; return the nodes that this needs before the operator."""
    before, rank = [], len(shapes[node.output[0]])
    for place, name in enumerate(node.input):
        shape = shapes.get(name)
        if shape is None or len(shape) == rank:
            continue
        aligned = f"{name}/rank_{rank}"
        if aligned not in shapes:
            shapes[aligned] = (1,) * (rank - len(shape)) + shape
            if name in constants:
                values = constants[name].reshape(shapes[aligned])
                graph.initializer.append(numpy_helper.from_array(values, aligned))
            else:
                axes = _add_integers(graph, f"{aligned}/axes", list(range(rank - len(shape))))
                before.append(helper.make_node("Unsqueeze", [name, axes], [aligned], name=aligned))
        node.input[place] = aligned
    return before


def _reduce_more_axes(graph: GraphProto, node: NodeProto, shape: Shape, axes: NDArray[Any] | None) -> None:
    """Let a sum that keeps its axis go over the axes of length 1 at the end as well."""
    if axes is None or len(axes) != 1:
        return
    first = int(axes[0]) % len(shape)
    if set(shape[first + 1 :]) != {1} or not any(each.name == "keepdims" and each.i for each in node.attribute):
        return
    node.input[1] = _add_integers(graph, f"{node.name}/axes", list(range(first, len(shape))))


def _add_integers(graph: GraphProto, name: str, values: list[int]) -> str:
    graph.initializer.append(numpy_helper.from_array(np.array(values, np.int64), name))
    return name
