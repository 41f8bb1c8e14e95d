"""The first tensor of an artifact that is not what the trained network has there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.models.baked import Baked

if TYPE_CHECKING:
    from webparity.models.keras.baked import KerasBaked

Images = NDArray[np.uint8]
# Of a layer's range: what sums in another order never reach, and a fault hardly stays below.
_SAME: Final = 1e-4


def first_parted(baked: Baked, folder: Path, artifact: Artifact, images: Images) -> str | None:
    """Name the first layer of a network whose output stands nowhere in the artifact, and neither does any after it.

    A layer that was fused with the next has no tensor of its own, so single ones that are missing mean nothing.

    Args:
        baked: the trained model.
        folder: the site's folder.
        artifact: a written ONNX or TF.js graph.
        images: uint8 [1, H, W, 3], one on which they part.

    Returns:
        The layer's name, or None for other kinds of models and artifacts, and where all is found.
    """
    if baked.kind != "keras" or artifact.target not in _TENSORS:
        return None
    received = [np.sort(values, axis=None) for values in _TENSORS[artifact.target](folder, artifact, images)]
    parted = None
    for name, values in _layers(cast("KerasBaked", baked), images):
        wanted = np.sort(values, axis=None)
        limit = _SAME * max(float(np.ptp(wanted)), float(np.finfo(np.float32).eps))
        # Sorted, since ONNX has the channels before the pixels.
        found = any(
            values.size == wanted.size and float(np.max(np.abs(values - wanted), initial=0.0)) <= limit
            for values in received
        )
        parted = None if found else parted or name
    return parted


def _layers(baked: KerasBaked, images: Images) -> list[tuple[str, NDArray[np.float32]]]:
    """The network's tensors by the names of the layers that give them, in the order of the data's way."""
    import keras

    network = baked.inference_model.network
    layers = [
        layer
        for layer in network.operations
        if isinstance(layer.output, keras.KerasTensor) and not isinstance(layer, keras.layers.InputLayer)
    ]
    whole = keras.Model(network.inputs[0], [layer.output for layer in layers])
    outputs = whole(baked.preprocess_values(images), training=False)
    return [(layer.name, np.asarray(values)) for layer, values in zip(layers, outputs, strict=True)]


def _of_onnx(folder: Path, artifact: Artifact, images: Images) -> list[NDArray[np.float32]]:
    import onnx
    import onnxruntime

    model = onnx.load(folder / artifact.entry)
    known = {output.name for output in model.graph.output}
    names = [name for node in model.graph.node for name in node.output if name not in known]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return _floats(session.run(None, {artifact.input: images}))


def _of_graph(folder: Path, artifact: Artifact, images: Images) -> list[NDArray[np.float32]]:
    import tensorflow as tf

    from webparity.export.tfjs.files import opened_graph, read_model

    document, weights = read_model(folder / artifact.entry)
    nodes = [node["name"] for node in document["modelTopology"]["node"] if node["op"] not in {"Const", "Placeholder"}]
    graph = opened_graph(document["modelTopology"], weights, nodes)
    return _floats([value.numpy() for value in graph(tf.constant(images))])


def _floats(values: list[Any]) -> list[NDArray[np.float32]]:
    return [array for array in values if isinstance(array, np.ndarray) and array.dtype == np.float32]


_TENSORS: Final = {"onnx": _of_onnx, "tfjs-graph": _of_graph}
