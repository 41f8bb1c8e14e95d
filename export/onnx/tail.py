"""The part of an ONNX graph behind one of its tensors."""

from __future__ import annotations

from collections.abc import Sequence

from onnx import ModelProto, NodeProto, TensorProto, helper

from webparity.export.onnx.model import make_float_output


def extract_tail(
    model: ModelProto, source: str, shape: Sequence[int], outputs: Sequence[str], *, weights: bool = True
) -> ModelProto:
    """Extract the part of a graph between one tensor and some outputs.

    Args:
        model: the whole graph; it is not changed.
        source: the tensor that becomes the input, float32 [N, *shape].
        shape: of the source, without N.
        outputs: float32 outputs of the graph.
        weights: whether to copy the initializers, which may be large.
    """
    producers = {name: node for node in model.graph.node for name in node.output}
    needed: set[str] = set()
    pending: list[str] = list(outputs)
    while pending:
        name = pending.pop()
        if name != source and name in producers and name not in needed:
            needed.add(name)
            pending += producers[name].input
    nodes: list[NodeProto] = [node for node in model.graph.node if needed.intersection(node.output)]
    read = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes,
        "tail",
        [make_float_output(source, shape)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [tensor for tensor in model.graph.initializer if weights and tensor.name in read],
    )
    return helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
