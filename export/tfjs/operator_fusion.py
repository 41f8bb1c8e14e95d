"""Operator fusion for TF.js: a product with its bias and activation becomes one node.

TensorFlow's own remapper fuses what the processor has kernels for, such as hard-swish and GELU, which TF.js does not
have. This fuses what every backend of TF.js has, and the same on every machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from tensorflow.python.framework import tensor_util

from webparity.export.tensorflow.constant_node import add_constant
from webparity.export.tensorflow.freeze import parse_node_name, prune_unreachable

_FUSED: Final = {
    "Conv2D": "_FusedConv2D",
    "MatMul": "_FusedMatMul",
    "DepthwiseConv2dNative": "FusedDepthwiseConv2dNative",
}
_ADDITIONS: Final = frozenset({"Add", "AddV2", "BiasAdd"})
# `FusableActivation` of tfjs-backend-wasm has these among others; WebGL and the plain backend too.
_ACTIVATIONS: Final = frozenset({"Relu", "Relu6", "Elu"})


def fuse_operators(graph: Any, outputs: Sequence[str]) -> None:
    """Fuse products, biases and activations in place; a fused node has the name of its last part.

    Args:
        graph: a TensorFlow GraphDef with its weights as constants.
        outputs: names of the nodes that are read from outside.
    """
    for step in (_fuse_bias, _fuse_activation):
        nodes = {node.name: node for node in graph.node}
        readers = Counter([*(parse_node_name(source) for node in graph.node for source in node.input), *outputs])
        for node in list(graph.node):
            step(node, nodes, readers, graph)
        prune_unreachable(graph, outputs)


def unfuse_depthwise(graph: Any) -> None:
    """Unfuse depthwise convolutions in place, since TensorFlow has no kernel for the fused node."""
    for node in [node for node in graph.node if node.op == _FUSED["DepthwiseConv2dNative"]]:
        *operands, bias = node.input
        steps = ["DepthwiseConv2dNative", *(name.decode() for name in node.attr["fused_ops"].list.s)]
        source = ""
        for number, op in enumerate(steps):
            last = number == len(steps) - 1
            part = graph.node.add(op=op, name=node.name if last else f"{node.name}/unfused{number}")
            part.attr["T"].CopyFrom(node.attr["T"])
            part.input.extend({0: operands, 1: [source, bias]}.get(number, [source]))
            source = part.name
        for key in ("strides", "padding", "explicit_paddings", "data_format", "dilations"):
            first = graph.node[-len(steps)]
            if key in node.attr:
                first.attr[key].CopyFrom(node.attr[key])
        graph.node.remove(node)


def _fuse_bias(node: Any, nodes: dict[str, Any], readers: Counter[str], graph: Any) -> None:
    """Fuse a constant that is added to each channel into its product."""
    if node.op not in _ADDITIONS or len(node.input) != 2:
        return
    one, other = (nodes[parse_node_name(source)] for source in node.input)
    product, bias = (one, other) if one.op in _FUSED else (other, one)
    channels = _count_channels(product, nodes)
    if not channels or bias.op != "Const" or readers[product.name] > 1:
        return
    values = tensor_util.MakeNdarray(bias.attr["value"].tensor)
    # One value per channel; a scalar would have to be repeated.
    if values.ndim == 0 or values.shape[-1] != channels or values.size != channels:
        return
    constant = add_constant(graph, f"{node.name}/bias", values.reshape(channels))
    op = product.op
    _replace_node(node, product, _FUSED[op], [*product.input, constant])
    node.attr["fused_ops"].list.s.append(b"BiasAdd")
    node.attr["num_args"].i = 1
    if op != "DepthwiseConv2dNative":
        node.attr["TArgs"].list.type.append(bias.attr["dtype"].type)


def _fuse_activation(node: Any, nodes: dict[str, Any], readers: Counter[str], _: Any) -> None:
    """Fuse an activation into the product with bias before it."""
    fused = nodes[parse_node_name(node.input[0])] if node.op in _ACTIVATIONS else node
    if fused is node or fused.op not in _FUSED.values() or readers[fused.name] > 1:
        return
    activation = node.op.encode()
    _replace_node(node, fused, fused.op, fused.input)
    node.attr["fused_ops"].list.s.append(activation)


def _replace_node(node: Any, source: Any, op: str, inputs: Sequence[str]) -> None:
    name, inputs = node.name, list(inputs)
    node.CopyFrom(source)
    node.name, node.op = name, op
    del node.input[:]
    node.input.extend(inputs)


def _count_channels(product: Any, nodes: dict[str, Any]) -> int:
    """Return the number of output channels of a product by a constant; 0 for any other node."""
    weights = nodes[parse_node_name(product.input[1])] if product.op in _FUSED else product
    if product.op not in _FUSED or weights.op != "Const":
        return 0
    shape = [side.size for side in weights.attr["value"].tensor.tensor_shape.dim]
    if product.op == "DepthwiseConv2dNative":
        return int(shape[2] * shape[3])
    # Reading a missing attribute would create it.
    turned = "transpose_b" in product.attr and product.attr["transpose_b"].b
    return int(shape[-2] if turned else shape[-1])
