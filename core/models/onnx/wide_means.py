"""Means over wide maps, written as means of rows and the mean of these.

onnxruntime's `GlobalAveragePool` adds all pixels of a map to one float32 sum: over flat maps of 96 x 96 pixels a mean
is off by up to 1e-4 of itself, over 512 x 512 by 3e-3. Means of rows are off by less than 2e-6 there, in every runtime.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from onnx import ModelProto, NodeProto, helper, numpy_helper

from webparity.model_safety.onnx.structure import get_opset

# Pixels of a map; over fewer, one sum is as good as float32 allows.
WIDE: Final = 256
# From this version on, `ReduceMean` takes its axes as a tensor.
_AXES_AS_INPUT: Final = 18
_AXES: Final = "webparity/axis{}"


def split_wide_means(model: ModelProto, shapes: Mapping[str, Sequence[int | None]]) -> ModelProto:
    """Write each `GlobalAveragePool` over a wide map as two means; without any, return the model as it is.

    Args:
        model: it is not changed.
        shapes: of its tensors for one call.
    """
    # Kernels of quantized maps add whole numbers, without an error.
    quantized = {name for node in model.graph.node if node.op_type == "DequantizeLinear" for name in node.output}
    if not any(_is_wide(node, shapes, quantized) for node in model.graph.node):
        return model
    split = ModelProto()
    split.CopyFrom(model)
    del split.graph.node[:]
    as_input = get_opset(model) >= _AXES_AS_INPUT
    for node in model.graph.node:
        if not _is_wide(node, shapes, quantized):
            split.graph.node.append(node)
            continue
        ((source,), (mean,)) = node.input, node.output
        for axis, name, result in ((3, source, f"{mean}/rows"), (2, f"{mean}/rows", mean)):
            reduce = helper.make_node("ReduceMean", [name], [result], name=result, keepdims=1)
            if as_input:
                reduce.input.append(_AXES.format(axis))
            else:
                reduce.attribute.append(helper.make_attribute("axes", [axis]))
            split.graph.node.append(reduce)
    if as_input:
        axes = [numpy_helper.from_array(np.array([axis]), _AXES.format(axis)) for axis in (2, 3)]
        split.graph.initializer.extend(axes)
    return split


def _is_wide(node: NodeProto, shapes: Mapping[str, Sequence[int | None]], quantized: set[str]) -> bool:
    if node.op_type != "GlobalAveragePool" or node.domain not in {"", "ai.onnx"} or node.input[0] in quantized:
        return False
    sides = [*shapes.get(node.input[0], ())][2:]
    return len(sides) == 2 and (sides[0] or 0) * (sides[1] or 0) >= WIDE
