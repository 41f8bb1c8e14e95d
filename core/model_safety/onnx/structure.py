"""Rules on the graph of an ONNX file: only ONNX' own operators, no subgraphs, a bounded number of nodes."""

from __future__ import annotations

import math
from typing import Final

from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, defs, helper

from webparity.model_safety.limits import get_graph_limits
from webparity.model_safety.onnx.external_data import iterate_attribute_tensors
from webparity.model_safety.refusal import make_refusal

DOMAINS: Final = frozenset({"", "ai.onnx", "ai.onnx.ml"})
# onnxruntime promises to run operator sets from 7 on.
OLDEST_OPSET: Final = 7
# PyTorch writes a layer as up to eight nodes: attention, or a normalization that is spelled out.
_NODES_PER_CALL: Final = 8
_SUBGRAPHS: Final = (AttributeProto.GRAPH, AttributeProto.GRAPHS)
_RANDOM: Final = frozenset(
    {"RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli"}
)
_FIX: Final = (
    "Export it from its library as one plain graph of ONNX' operators, before any optimization for one runtime."
)


def check_structure(model: ModelProto, name: str) -> None:
    """Refuse a model whose graph is not a plain, bounded list of ONNX' operators.

    Args:
        model: without local functions.
        name: of the file, for messages.

    Raises:
        UnsupportedModelError: says what was found.
    """
    newest = defs.onnx_opset_version()
    version = get_opset(model)
    if not OLDEST_OPSET <= version <= newest:
        raise make_refusal(f"an ONNX file of operator set {OLDEST_OPSET} to {newest}", f"{version} in {name}", _FIX)
    if model.functions:
        raise make_refusal("an ONNX file without functions of its own", f"{model.functions[0].name} in {name}", _FIX)
    graph = model.graph
    limit = _NODES_PER_CALL * get_graph_limits().calls
    if len(graph.node) > limit:
        raise make_refusal(
            f"at most {limit} nodes in a model",
            f"{len(graph.node)} in {name}",
            "If it is your own file, allow more with --max-calls; otherwise do not use it.",
        )
    for node in graph.node:
        _check_node(node, name)
    if graph.sparse_initializer or model.training_info:
        raise make_refusal("dense weights and no training graph", f"others in {name}", _FIX)
    for holder, tensor in iterate_attribute_tensors(graph):
        if tensor.data_location == TensorProto.EXTERNAL:
            raise make_refusal("constants in the file itself", f"one in another file, in {holder.op_type} of {name}")
        _check_tensor(tensor, name)
    _check_tensors(graph, name)


def _check_node(node: NodeProto, name: str) -> None:
    if node.domain not in DOMAINS:
        raise make_refusal("operators of ONNX alone", f"{node.domain}.{node.op_type} in {name}", _FIX)
    if node.op_type in _RANDOM:
        raise make_refusal("operators that always give the same answer", f"{node.op_type} in {name}", _FIX)
    if any(attribute.type in _SUBGRAPHS for attribute in node.attribute):
        raise make_refusal("operators without graphs inside", f"{node.op_type} in {name}", _FIX)


def get_opset(model: ModelProto) -> int:
    """Get the version of ONNX' own operators; 0 where the file names none."""
    return max((each.version for each in model.opset_import if each.domain in {"", "ai.onnx"}), default=0)


def _check_tensors(graph: GraphProto, name: str) -> None:
    for tensor in graph.initializer:
        _check_tensor(tensor, name)


def _check_tensor(tensor: TensorProto, name: str) -> None:
    """Refuse a tensor whose shape does not fit its bytes; onnxruntime would too, but after it reserved memory."""
    count = math.prod(tensor.dims)
    if min(tensor.dims, default=0) < 0 or count > get_graph_limits().values:
        raise make_refusal(
            f"tensors of at most {get_graph_limits().values} elements",
            f"{tensor.name} of {list(tensor.dims)} in {name}",
            "If it is your own file, allow more with --max-values; otherwise do not use it.",
        )
    if tensor.data_location == TensorProto.EXTERNAL or not tensor.HasField("raw_data"):
        return
    size = helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize * count
    if tensor.data_type in _PACKED:
        return
    if size != len(tensor.raw_data):
        raise make_refusal(
            "tensors as large as their shape says",
            f"{tensor.name} of {list(tensor.dims)} with {len(tensor.raw_data)} bytes in {name}",
        )


# Several elements in a byte; their bytes are checked by onnxruntime.
_PACKED: Final = frozenset(
    getattr(TensorProto, each)
    for each in ("INT4", "UINT4", "FLOAT4E2M1", "INT2", "UINT2")
    if hasattr(TensorProto, each)
)
