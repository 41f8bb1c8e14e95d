"""Conversion of a user's ONNX graph to the operator sets and forms that every runtime reads alike."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from onnx import ModelProto, NodeProto, TensorProto, helper, version_converter

from webparity.export.onnx.model import NEWEST_OPSET, OPSET
from webparity.model_safety.onnx.structure import get_opset
from webparity.models import refusals
from webparity.text.library_error import summarize_library_error

# Larger ones are weights; without them the conversion copies nothing large.
_SMALL: Final = 4096
_WINDOWS: Final = frozenset({"Conv", "ConvTranspose", "ConvInteger", "QLinearConv", "MaxPool", "AveragePool", "LpPool"})
# Where the weights stand among the inputs.
_WEIGHTS: Final = {"QLinearConv": 3}


def convert_operator_set(model: ModelProto) -> ModelProto:
    """Convert a graph to an operator set between `OPSET` and `NEWEST_OPSET`; one that has it is returned as it is.

    Args:
        model: with all its weights; its outputs keep their names.

    Raises:
        UnsupportedModelError: an operator has no form there.
    """
    version = get_opset(model)
    wanted = min(max(version, OPSET), NEWEST_OPSET)
    if version == wanted:
        return model
    light, weights = _take_out_weights(model)
    try:
        converted = version_converter.convert_version(light, wanted)
    except Exception as error:  # the converter's own errors share no public base
        raise refusals.OPERATOR_SET(f"set {version}, on which: {summarize_library_error(error)}") from error
    taken = {tensor.name for tensor in weights}
    inputs = [value for value in converted.graph.input if value.name not in taken]
    del converted.graph.input[:]
    converted.graph.input.extend(inputs)
    converted.graph.initializer.extend(weights)
    return converted


def _take_out_weights(model: ModelProto) -> tuple[ModelProto, list[TensorProto]]:
    """Copy a model with its large weights as inputs, and return these."""
    # Some writers name a domain twice.
    domains = {
        each.domain: max(o.version for o in model.opset_import if o.domain == each.domain)
        for each in model.opset_import
    }
    imports = [helper.make_opsetid(domain, version) for domain, version in domains.items()]
    light = ModelProto(ir_version=max(model.ir_version, 4), opset_import=imports)
    light.graph.name = "light"
    light.graph.node.extend(model.graph.node)
    names = {tensor.name for tensor in model.graph.initializer}
    light.graph.input.extend(value for value in model.graph.input if value.name not in names)
    light.graph.output.extend(model.graph.output)
    weights = [tensor for tensor in model.graph.initializer if math.prod(tensor.dims) > _SMALL]
    light.graph.initializer.extend(t for t in model.graph.initializer if math.prod(t.dims) <= _SMALL)
    light.graph.input.extend(helper.make_tensor_value_info(t.name, t.data_type, list(t.dims)) for t in weights)
    return light, weights


def write_explicit_pads(nodes: Sequence[NodeProto], shapes: Mapping[str, Sequence[int | None]]) -> None:
    """Replace `auto_pad`, which runtimes read differently, by the pads that it stands for.

    Args:
        nodes: changed in place.
        shapes: of the graph's tensors for one image.

    Raises:
        UnsupportedModelError: a size that the pads follow from is not known.
    """
    for node in nodes:
        attributes = {each.name: helper.get_attribute_value(each) for each in node.attribute}
        mode = attributes.get("auto_pad", b"NOTSET").decode()
        if node.op_type not in _WINDOWS or "auto_pad" not in attributes:
            continue
        kept = [each for each in node.attribute if each.name != "auto_pad"]
        del node.attribute[:]
        node.attribute.extend(kept)
        if mode.startswith("SAME"):
            pads = _compute_same_pads(node, attributes, shapes, upper=mode == "SAME_UPPER")
            node.attribute.append(helper.make_attribute("pads", pads))


def _compute_same_pads(
    node: NodeProto, attributes: Mapping[str, Sequence[int]], shapes: Mapping[str, Sequence[int | None]], *, upper: bool
) -> list[int]:
    """Compute pads as ONNX defines them: of the output's size, ceil(input / stride) or, transposed, input * stride."""
    size = shapes.get(node.input[0], ())[2:]
    kernel = list(
        attributes.get("kernel_shape")
        or [n or 0 for n in shapes.get(node.input[_WEIGHTS.get(node.op_type, 1)], ())[2:]]
    )
    if not size or None in size or len(kernel) != len(size) or 0 in kernel:
        raise refusals.OPERATOR_SET(f"{node.op_type} with auto_pad on a map of a size that is not known")
    sides = len(size)
    strides = list(attributes.get("strides") or [1] * sides)
    dilations = list(attributes.get("dilations") or [1] * sides)
    before, after = [], []
    for n, k, stride, dilation in zip(size, kernel, strides, dilations, strict=True):
        reach = (k - 1) * dilation + 1
        if node.op_type == "ConvTranspose":
            total = reach - stride
        else:
            count = -(-(n or 1) // stride)
            total = (count - 1) * stride + reach - (n or 1)
        total = max(total, 0)
        small, large = total // 2, total - total // 2
        before.append(small if upper else large)
        after.append(large if upper else small)
    return [*before, *after]
