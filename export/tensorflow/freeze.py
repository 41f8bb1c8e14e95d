"""Freezing of TensorFlow functions: weights become constants, and the graph is optimized deterministically."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tensorflow.core.protobuf.config_pb2 import ConfigProto
from tensorflow.core.protobuf.meta_graph_pb2 import SignatureDef
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2
from tensorflow.python.grappler import tf_optimizer
from tensorflow.python.training.saver import export_meta_graph

from webparity.export.tensorflow.operator_decomposition import decompose_einsums, decompose_functions
from webparity.export.tensorflow.static_shapes import fold_reshape_shapes

# Without `remap`: what it fuses depends on the processor.
_PASSES: Final = ["pruning", "constfold", "arithmetic", "dependency"]
# `arithmetic` reorders sums, which breaks double-float arithmetic.
_PASSES_IN_ORDER: Final = ["pruning", "constfold", "common_subgraph_elimination", "dependency"]
_ROUNDS: Final = 4
_CALLS: Final = {"If", "PartitionedCall", "StatefulPartitionedCall", "StatelessIf", "StatelessWhile", "While"}
_PRODUCTS: Final = {"Conv2D", "Conv2DBackpropInput", "DepthwiseConv2dNative", "MatMul"}


@dataclass(frozen=True, kw_only=True)
class FrozenGraph:
    """A GraphDef with the names of its input and output nodes; outputs are sorted by their dict's keys."""

    definition: Any
    inputs: list[str]
    outputs: list[str]


def freeze_graph(function: Any, *, in_order: bool = False) -> FrozenGraph:
    """Freeze a concrete function, fold its constants, and remove identities and dead code.

    Args:
        function: a TensorFlow concrete function.
        in_order: keep the order of sums, which double-float arithmetic needs.
    """
    constant = (
        function if _is_plain(function) else convert_variables_to_constants_v2(function, aggressive_inlining=True)
    )
    signature = SignatureDef()
    for tensors, entries in ((constant.inputs, signature.inputs), (constant.outputs, signature.outputs)):
        for tensor in tensors:
            entries[tensor.name].name = tensor.name
            entries[tensor.name].dtype = tensor.dtype.as_datatype_enum
            entries[tensor.name].tensor_shape.CopyFrom(tensor.shape.as_proto())
    for tensor in constant.outputs:
        # Grappler keeps the nodes of this collection.
        constant.graph.add_to_collection("train_op", tensor.op)
    _protect_scales(constant.graph)
    config = ConfigProto()
    config.graph_options.rewrite_options.optimizers[:] = _PASSES_IN_ORDER if in_order else _PASSES
    plain = constant.graph.as_graph_def()
    fold_reshape_shapes(plain, constant.graph)
    decompose_einsums(plain, constant.graph)
    described = export_meta_graph(graph_def=plain, graph=constant.graph)
    described.signature_def["function"].CopyFrom(signature)
    definition = _optimize(config, described)
    # After Grappler, which would merge some of them again.
    decompose_functions(definition)
    outputs = _remove_identities(definition, [tensor.op.name for tensor in constant.outputs])
    return FrozenGraph(definition=definition, inputs=[tensor.op.name for tensor in constant.inputs], outputs=outputs)


def _optimize(config: Any, described: Any) -> Any:
    """Optimize a graph as often as that changes it, up to four times: each pass enables others."""
    definition = described.graph_def
    for _ in range(_ROUNDS):
        before = definition.SerializeToString(deterministic=True)
        definition = tf_optimizer.OptimizeGraph(config, described)
        if definition.SerializeToString(deterministic=True) == before:
            break
        described.graph_def.CopyFrom(definition)
    return definition


def _is_plain(function: Any) -> bool:
    """Whether there are neither variables nor calls; the conversion takes half a millisecond for each operation."""
    calls = (operation.type in _CALLS for operation in function.graph.get_operations())
    return not function.captured_inputs and not any(calls)


def _protect_scales(graph: Any) -> None:
    """Keep Grappler from folding an input's scale into the weights, which other targets store unchanged."""
    for operation in graph.get_operations():
        if operation.type in _PRODUCTS and operation.inputs[0].op.type == "Mul":
            graph.add_to_collection("train_op", operation.inputs[0].op)


def _remove_identities(graph: Any, outputs: Sequence[str]) -> list[str]:
    """Remove Identity nodes in place, and return the outputs' new names."""
    handed = {node.name: node.input[0] for node in graph.node if node.op == "Identity"}
    nodes = {node.name: node for node in graph.node}

    def follow_identities(name: str) -> str:
        while name in handed:
            name = handed[name]
        return name

    for node in graph.node:
        node.input[:] = [name if name.startswith("^") else follow_identities(name) for name in node.input]
    renamed = list(outputs)
    for place, name in enumerate(outputs):
        # Each output needs a separate node that is no input.
        if follow_identities(name) not in renamed and nodes[parse_node_name(follow_identities(name))].op not in {
            "Placeholder",
            "Const",
        }:
            renamed[place] = follow_identities(name)
    prune_unreachable(graph, renamed)
    return renamed


def prune_unreachable(graph: Any, outputs: Sequence[str]) -> None:
    """Dead-code elimination: remove nodes that no output and no placeholder depends on, in place."""
    nodes = {node.name: node for node in graph.node}
    pending = [*outputs, *(node.name for node in graph.node if node.op == "Placeholder")]
    needed: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in needed:
            needed.add(name)
            pending += [parse_node_name(source) for source in nodes[name].input]
    kept = [node for node in graph.node if node.name in needed]
    del graph.node[:]
    graph.node.extend(kept)


def parse_node_name(source: str) -> str:
    """Return the node's name in an input such as `^name` or `name:0`."""
    return source.lstrip("^").partition(":")[0]
