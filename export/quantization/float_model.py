"""The float32 ONNX graph of a model, run from images or from resized pixels with any weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from webparity.export.onnx.tail import extract_tail
from webparity.export.quantization.onnx_weights import Weight, find_weights
from webparity.export.quantization.quantized_weight import QuantizedWeight
from webparity.outputs.model_output import ModelOutput
from webparity.outputs.registry import get_output_kind
from webparity.taps import Tap

Float32 = NDArray[np.float32]
BATCH: Final = 64


class FloatModel:
    """A model's ONNX graph in float32, in which quantized weights are tried.

    Args:
        model: as the target `onnx` builds it.
        pixel_shape: (height, width, depth) of the tap `pixels`.
        output: what the model's numbers are.

    Attributes:
        model: as given.
        output: as given.
        kind: of the output.
        weights: those that can be quantized.
    """

    def __init__(self, model: ModelProto, pixel_shape: Sequence[int], output: ModelOutput) -> None:
        self.model = model
        self.output = output
        self.kind = get_output_kind(output)
        self.weights = find_weights(model)
        self._tail = extract_tail(model, "pixels", pixel_shape, self.kind.numbers)

    def open_on_pixels(self, quantized: Mapping[str, QuantizedWeight], outputs: Sequence[str] = ()) -> PixelSession:
        """Open the part behind the tap `pixels` with some weights quantized; it gives tensors by name.

        Args:
            quantized: the weights, by name.
            outputs: which tensors; by default every tap but `pixels`.
        """
        tail = replace_weights(self._tail, self.weights, quantized)
        return PixelSession(tail, "pixels", outputs or self.kind.numbers)

    def open_on_images(self, quantized: Mapping[str, QuantizedWeight]) -> Any:
        """Open the whole graph with some weights quantized, from uint8 [N, H, W, 3] to every tap."""
        session = _open_session(replace_weights(self.model, self.weights, quantized))
        names = [output.name for output in session.get_outputs()]

        def run(images: NDArray[np.uint8]) -> dict[Tap, Float32]:
            return dict(zip(names, session.run(names, {"image": images}), strict=True))

        return run


class PixelSession:
    """A session on resized pixels, float32 [N, h, w, c] in grey levels."""

    def __init__(self, model: ModelProto, source: str, outputs: Sequence[str]) -> None:
        del model.graph.output[:]
        model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs)
        self._outputs = list(outputs)
        self._source = source
        self._session = _open_session(model)

    def run_batches(self, pixels: Float32) -> Iterator[list[Float32]]:
        """Run batch by batch; yields the outputs of each batch."""
        for start in range(0, len(pixels), BATCH):
            yield self._session.run(self._outputs, {self._source: pixels[start : start + BATCH]})

    def __call__(self, pixels: Float32) -> dict[str, Float32]:
        """Run on all images; gives outputs by name."""
        parts = zip(*self.run_batches(pixels), strict=True)
        return {name: np.concatenate(part) for name, part in zip(self._outputs, parts, strict=True)}


def replace_weights(
    model: ModelProto, weights: Sequence[Weight], quantized: Mapping[str, QuantizedWeight]
) -> ModelProto:
    """Copy a graph, with the float32 values of quantized weights in place of the original ones."""
    values = {w.name: w.to_onnx(quantized[w.name].values) for w in weights if w.name in quantized}
    copy = ModelProto()
    copy.CopyFrom(model)
    for tensor in copy.graph.initializer:
        if tensor.name in values:
            tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values[tensor.name]), tensor.name))
    return copy


def _open_session(model: ModelProto) -> Any:
    import onnxruntime

    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
