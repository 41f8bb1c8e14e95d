"""The `light_*` networks that the package `onnx` carries, with random weights in the place of constant ones."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, helper, numpy_helper

FOLDER: Final = Path(onnx.__file__).parent / "backend/test/data/light"
LIGHT: Final = {
    "bvlc_alexnet": 1000,
    "densenet121": 1000,
    "inception_v1": 1000,
    "inception_v2": 1000,
    "resnet50": 1000,
    "shufflenet": 1000,
    "squeezenet": 1000,
    "vgg19": 1000,
    "zfnet512": 1000,
}


def fill_light_network(name: str) -> ModelProto:
    """Read a network and fill its weights, which all are one number in the file, with random ones.

    With equal weights all classes are alike, so that nothing of the network could be told by its answers.
    """
    model = onnx.load(FOLDER / f"light_{name}.onnx")
    graph = model.graph
    random = np.random.default_rng(0)
    shapes = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    kept, filled = [], {}
    for node in graph.node:
        if node.op_type == "ConstantOfShape":
            shape = tuple(int(n) for n in shapes[node.input[0]])
            filled[node.output[0]] = _draw(random, graph, node.output[0], shape)
        else:
            kept.append(node)
    del graph.node[:]
    graph.node.extend(kept)
    used = {name for node in kept for name in node.input}
    inputs = [value for value in graph.input if value.name in used]
    initializers = [each for each in graph.initializer if each.name in used]
    del graph.input[:], graph.initializer[:]
    graph.input.extend(inputs)
    graph.initializer.extend(initializers)
    for title, values in filled.items():
        graph.initializer.append(numpy_helper.from_array(values.astype(np.float32), title))
        # Files of this age name their weights among the inputs.
        graph.input.append(helper.make_tensor_value_info(title, onnx.TensorProto.FLOAT, values.shape))
    onnx.checker.check_model(model)
    return model


def _draw(random: np.random.Generator, graph: GraphProto, name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Draw a weight by the layer that reads it, so that the sizes of maps stay as they are (He et al., 2015)."""
    reader, place = next((node, list(node.input).index(name)) for node in graph.node if name in node.input)
    if reader.op_type == "Unsqueeze":
        after = next(node for node in graph.node if reader.output[0] in node.input)
        place = 1 if after.op_type == "Mul" else 2
        reader = helper.make_node("BatchNormalization", [], [])
    if reader.op_type in {"Conv", "Gemm"} and place == 1:
        inputs = int(np.prod(shape[1:]))
        return random.normal(0, (2 / inputs) ** 0.5, shape)
    if reader.op_type == "BatchNormalization" and place in {1, 4}:
        return random.uniform(0.7, 1.3, shape)
    return random.normal(0, 0.1, shape)
