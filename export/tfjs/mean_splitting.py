"""Splitting of means over several axes, which TF.js rounds less.

TF.js' WASM kernel adds sequentially: its error is 1.7e-6 over 64 x 64 pixels, and 2e-7 one axis at a time. Its sums,
products with ones and average pooling are no better.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from tensorflow.python.framework import tensor_util

from webparity.export.tensorflow.constant_node import add_constant
from webparity.export.tensorflow.freeze import parse_node_name


def split_means(graph: Any) -> None:
    """Split means over several axes into means over one axis each, in place.

    Args:
        graph: a TensorFlow GraphDef with its axes as constants.
    """
    nodes = {node.name: node for node in graph.node}
    for node in [node for node in graph.node if node.op == "Mean"]:
        axes = nodes[parse_node_name(node.input[1])]
        if axes.op == "Const":
            values = tensor_util.MakeNdarray(axes.attr["value"].tensor)
            _split_mean(graph, node, sorted(int(axis) for axis in values.reshape(-1)))


def _split_mean(graph: Any, node: Any, axes: list[int]) -> None:
    """Split one mean, from the last axis to the first, so that the remaining axes keep their numbers."""
    if any(axis < 0 for axis in axes):
        return
    source = node.input[0]
    for axis in reversed(axes[1:]):
        mean = graph.node.add()
        mean.CopyFrom(node)
        mean.name = f"{node.name}/axis{axis}"
        mean.input[:] = [source, _add_axis(graph, f"{mean.name}/reduction_indices", axis)]
        source = mean.name
    node.input[:] = [source, _add_axis(graph, f"{node.name}/axis{axes[0]}/reduction_indices", axes[0])]


def _add_axis(graph: Any, name: str, axis: int) -> str:
    return add_constant(graph, name, np.array([axis], np.int32))
