"""ONNX graph of a user's own ONNX file: traced preprocessing, then the file's nodes, then the taps."""

from __future__ import annotations

from typing import Final

from onnx import ModelProto, NodeProto, TensorProto, compose, helper

from webparity.export.onnx.model import make_float_output, make_model, make_model_proto, trace_preprocessing
from webparity.export.onnx.operator_sets import convert_operator_set, write_explicit_pads
from webparity.model_safety.onnx.structure import get_opset
from webparity.models.baked import list_tap_shapes
from webparity.models.onnx.baked import OnnxBaked
from webparity.models.onnx.tensor_shapes import add_outputs
from webparity.preprocessing.graph import normalize, normalize_in_double_float
from webparity.taps import Tap
from webparity.tensor_ops.tracers.to_onnx import OnnxOps, OnnxTensor

_NETWORK: Final = "network/"
_NCHW: Final = (0, 3, 1, 2)


def trace_user_file(baked: OnnxBaked) -> ModelProto:
    """Trace uint8 [N, H, W, 3] to the taps; N is 1 where the file takes no other number.

    Raises:
        UnsupportedModelError: an operator set cannot be converted.
    """
    network = _prepare_network(baked)
    opset = get_opset(network)
    ops, values = trace_preprocessing(
        baked.preprocessing, normalize_in_double_float if baked.is_classical else normalize
    )
    values = _arrange(ops, values, baked)
    front = len(ops.nodes)
    graph = compose.add_prefix_graph(network.graph, _NETWORK)
    _rename_inputs(graph.node, {f"{_NETWORK}{baked.form.name}": values.name})
    ops.prefix = "answers"
    for tap, value in _make_answers(ops, baked).items():
        ops.add_node("Identity", value)
        ops.nodes[-1].output[0] = tap
    traced = make_model(ops, [make_float_output(tap, shape) for tap, shape in list_tap_shapes(baked).items()])
    nodes = [*traced.graph.node[:front], *graph.node, *traced.graph.node[front:]]
    del traced.graph.node[:]
    traced.graph.node.extend(nodes)
    traced.graph.initializer.extend(graph.initializer)
    if not baked.takes_batches:
        for value in [*traced.graph.input, *traced.graph.output]:
            value.type.tensor_type.shape.dim[0].dim_value = 1
    return make_model_proto(traced.graph, opset)


def _prepare_network(baked: OnnxBaked) -> ModelProto:
    """Copy the file's graph with the head's outputs, of an operator set and in forms that every runtime reads alike."""
    model = add_outputs(baked.network.model, [baked.head.answers, baked.source])
    for output in model.graph.output:
        output.CopyFrom(helper.make_tensor_value_info(output.name, TensorProto.FLOAT, None))
    (source,) = [value for value in model.graph.input if value.name == baked.form.name]
    batch = "N" if baked.form.batch is None else baked.form.batch
    source.CopyFrom(helper.make_tensor_value_info(source.name, baked.form.element_type, [batch, *baked.form.shape]))
    write_explicit_pads(model.graph.node, baked.shapes)
    _drop_dropout(model.graph.node)
    return convert_operator_set(model)


def _drop_dropout(nodes: list[NodeProto]) -> None:
    """Replace dropout, which does nothing outside of training, by Identity."""
    read = {name for node in nodes for name in node.input}
    for node in nodes:
        if node.op_type == "Dropout" and not read.intersection(node.output[1:]) and len(node.input) < 3:
            node.CopyFrom(helper.make_node("Identity", [node.input[0]], [node.output[0]], name=node.name))


def _arrange(ops: OnnxOps, values: OnnxTensor, baked: OnnxBaked) -> OnnxTensor:
    """Arrange values [N, *values_shape] as the file's input takes them."""
    form = baked.form
    if form.channels_first:
        values = ops.permute_dims(values, _NCHW)
    if form.shape != baked.preprocessing.values_shape:
        values = ops.reshape(values, (-1, *form.shape))
    if form.takes_integers:
        values = ops.add_node("Round", values)
    if form.element_type != TensorProto.FLOAT:
        values = OnnxTensor(ops, ops.add_node("Cast", values, to=form.element_type).name)
    return ops.add_node("Concat", *[values] * baked.repeats, axis=0) if baked.repeats > 1 else values


def _make_answers(ops: OnnxOps, baked: OnnxBaked) -> dict[Tap, OnnxTensor]:
    head, kind = baked.head, baked.output.kind
    rows = {name: _read_row(ops, name, baked) for name in dict.fromkeys((head.answers, baked.source))}
    answers, scores = rows[head.answers], rows[baked.source]
    if kind == "scores":
        return {"scores": answers}
    if kind == "values":
        return {"values": answers}
    if baked.activation is not None:
        answers = ops.softmax(answers) if baked.activation == "softmax" else ops.sigmoid(answers)
    if kind == "probabilities" and head.columns == 1:
        answers = ops.concat((1.0 - answers, answers), -1)
        known = baked.activation is not None or baked.source != head.answers
        scores = ops.concat((scores * 0.0, scores), -1) if known else answers
    return {"scores": scores, "probabilities": answers}


def _read_row(ops: OnnxOps, name: str, baked: OnnxBaked) -> OnnxTensor:
    """Read one tensor of the file as float32 [N, C]."""
    row = ops.reshape(OnnxTensor(ops, f"{_NETWORK}{name}"), (-1, baked.head.columns))
    row = OnnxTensor(ops, ops.add_node("Cast", row, to=TensorProto.FLOAT).name)
    # Of copies of one image, the first.
    return ops.add_node("Gather", row, ops.add_integers([0]), axis=0) if baked.repeats > 1 else row


def _rename_inputs(nodes: list[NodeProto], names: dict[str, str]) -> None:
    for node in nodes:
        node.input[:] = [names.get(name, name) for name in node.input]
