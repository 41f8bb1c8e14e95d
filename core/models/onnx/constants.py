"""Weights in nodes `Constant`, as some libraries write them, moved to the initializers."""

from __future__ import annotations

from onnx import ModelProto, NodeProto, TensorProto


def move_constants(model: ModelProto) -> ModelProto:
    """Copy a model with the tensors of its nodes `Constant` as initializers; without any, return it as it is."""
    constants = {node.output[0]: tensor for node in model.graph.node if (tensor := _read_constant(node)) is not None}
    # Each output of the graph needs a node.
    constants = {name: each for name, each in constants.items() if all(o.name != name for o in model.graph.output)}
    if not constants:
        return model
    moved = ModelProto()
    moved.CopyFrom(model)
    kept = [node for node in model.graph.node if node.op_type != "Constant" or node.output[0] not in constants]
    del moved.graph.node[:]
    moved.graph.node.extend(kept)
    for name, tensor in constants.items():
        moved.graph.initializer.append(tensor)
        moved.graph.initializer[-1].name = name
    moved.ir_version = max(moved.ir_version, 4)  # before, initializers were inputs too
    return moved


def _read_constant(node: NodeProto) -> TensorProto | None:
    if node.op_type != "Constant" or len(node.output) != 1:
        return None
    return next((attribute.t for attribute in node.attribute if attribute.name == "value"), None)
