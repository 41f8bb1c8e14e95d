"""The float32 ONNX graph to try weights in: from images or from resized pixels, with any weights in their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from webparity.export.onnx.model import make_float_output
from webparity.export.quantization.quantized_weight import Reduced
from webparity.export.quantization.weights import Weight, find_weights
from webparity.taps import TAPS, Tap

Float32 = NDArray[np.float32]
_ANSWERS: Final[tuple[Tap, ...]] = ("scores", "probabilities")
BATCH: Final = 64


class FloatModel:
    """A model's ONNX graph in float32, the place where reduced weights are tried.

    Args:
        model: as the target `onnx` builds it.
        pixel_shape: (height, width, depth) of the tap `pixels`.

    Attributes:
        model: the same.
        weights: those that may shrink.
    """

    def __init__(self, model: ModelProto, pixel_shape: Sequence[int]) -> None:
        self.model = model
        self.weights = find_weights(model)
        self._tail = _behind(model, "pixels", pixel_shape)

    def on_pixels(self, reduced: Mapping[str, Reduced], outputs: Sequence[str] = _ANSWERS) -> OnPixels:
        """The part behind the tap `pixels`, with some weights reduced, giving tensors by name."""
        return OnPixels(with_values(self._tail, self.weights, reduced), "pixels", outputs)

    def on_images(self, reduced: Mapping[str, Reduced]) -> Any:
        """The whole, from uint8 [N, H, W, 3] to every tap."""
        session = _session(with_values(self.model, self.weights, reduced))

        def run(images: NDArray[np.uint8]) -> dict[Tap, Float32]:
            return dict(zip(TAPS, session.run(list(TAPS), {"image": images}), strict=True))

        return run


class OnPixels:
    """A session on resized pixels, float32 [N, h, w, c] in grey levels."""

    def __init__(self, model: ModelProto, source: str, outputs: Sequence[str]) -> None:
        del model.graph.output[:]
        model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs)
        self._outputs = list(outputs)
        self._source = source
        self._session = _session(model)

    def batches(self, pixels: Float32) -> Iterator[list[Float32]]:
        """The outputs, some images at a time."""
        for start in range(0, len(pixels), BATCH):
            yield self._session.run(self._outputs, {self._source: pixels[start : start + BATCH]})

    def __call__(self, pixels: Float32) -> dict[str, Float32]:
        """The outputs of all images."""
        parts = zip(*self.batches(pixels), strict=True)
        return {name: np.concatenate(part) for name, part in zip(self._outputs, parts, strict=True)}


def with_values(model: ModelProto, weights: Sequence[Weight], reduced: Mapping[str, Reduced]) -> ModelProto:
    """A copy of a graph whose weights, in float32 as before, have the values that their reduced forms stand for."""
    values = {w.name: w.to_onnx(reduced[w.name].values) for w in weights if w.name in reduced}
    copy = ModelProto()
    copy.CopyFrom(model)
    for tensor in copy.graph.initializer:
        if tensor.name in values:
            tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values[tensor.name]), tensor.name))
    return copy


def _behind(model: ModelProto, source: str, shape: Sequence[int]) -> ModelProto:
    """The part of a graph between one tensor and its answers."""
    producers = {name: node for node in model.graph.node for name in node.output}
    needed: set[str] = set()
    waiting: list[str] = list(_ANSWERS)
    while waiting:
        name = waiting.pop()
        if name != source and name in producers and name not in needed:
            needed.add(name)
            waiting += producers[name].input
    nodes: list[NodeProto] = [node for node in model.graph.node if needed.intersection(node.output)]
    read = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes,
        "tail",
        [make_float_output(source, shape)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in _ANSWERS],
        [tensor for tensor in model.graph.initializer if tensor.name in read],
    )
    return helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)


def _session(model: ModelProto) -> Any:
    import onnxruntime

    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
