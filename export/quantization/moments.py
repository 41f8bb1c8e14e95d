"""What a layer sees on the calibration images: mean products of its inputs, which say how errors in weights add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from onnx import NodeProto, helper

from webparity.export.quantization.float_model import FloatModel
from webparity.export.quantization.weights import Weight

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

# Weight of an image whose answer is certain; one that is open between two labels has 1/2 more.
_FLOOR: Final = 0.02
# Inputs beyond this many are taken in equal parts, each on its own.
_PART: Final = 1024
_ROWS: Final = 4096
# A convolution is looked at in so many images, at so many places across and down.
_IMAGES: Final = 512
_PLACES: Final = 12


def input_moments(model: FloatModel, pixels: Float32) -> dict[str, list[Float64]]:
    """Mean products of the inputs of each weight, by its name, in parts of at most 1024.

    Args:
        model: with its weights as they were trained.
        pixels: float32 [N, h, w, c] of calibration images.

    Returns:
        For a weight of D inputs per output, float64 [d, d] each, the d summing to D; none for depthwise kernels, whose
        few weights leave each other nothing to make good.
    """
    weights = [weight for weight in model.weights if not weight.depthwise]
    if not weights:
        return {}
    sources = list(dict.fromkeys(weight.source for weight in weights))
    run = model.on_pixels({}, ["probabilities", *sources])
    collected = {weight.name: _Moments() for weight in weights}
    every = -(-len(pixels) // _IMAGES)
    for probabilities, *values in run.batches(pixels):
        # Where the answer stands firm, errors move nothing; where it is open, they turn labels.
        importance = np.sqrt(_FLOOR + 1 - np.sum(probabilities**2, axis=1, keepdims=True))
        seen = dict(zip(sources, values, strict=True))
        for weight in weights:
            thinned = slice(None, None, every if weight.node.op_type == "Conv" else None)
            rows = _rows(weight, seen[weight.source][thinned])
            collected[weight.name].add(
                rows * np.repeat(importance[thinned], len(rows) // len(importance[thinned]), axis=0)
            )
    return {name: moments.mean() for name, moments in collected.items()}


class _Moments:
    """Products summed up some thousand rows at a time: a product of few rows costs as much as one of many."""

    def __init__(self) -> None:
        self._waiting: list[Float32] = []
        self._sums: list[Float64] = []
        self._rows = 0

    def add(self, rows: Float32) -> None:
        self._waiting.append(rows)
        if sum(map(len, self._waiting)) >= _ROWS:
            self._flush()

    def mean(self) -> list[Float64]:
        self._flush()
        return [total / self._rows for total in self._sums]

    def _flush(self) -> None:
        if not self._waiting:
            return
        rows = np.concatenate(self._waiting)
        self._waiting = []
        self._rows += len(rows)
        parts = np.array_split(rows, -(-rows.shape[1] // _PART), axis=1)
        products = [(part.T @ part).astype(np.float64) for part in parts]
        self._sums = [old + new for old, new in zip(self._sums, products, strict=True)] if self._sums else products


def _rows(weight: Weight, source: Float32) -> Float32:
    """What the weight's flattened leading axes are multiplied by, float32 [M, D]."""
    if weight.node.op_type != "Conv":
        return source.reshape(-1, source.shape[-1])
    node = weight.node
    height, width, inputs, _ = weight.values.shape
    top, left, bottom, right = _attribute(node, "pads", (0, 0, 0, 0))
    down, across = _attribute(node, "strides", (1, 1))
    gap_down, gap_across = _attribute(node, "dilations", (1, 1))
    padded = np.pad(source, ((0, 0), (0, 0), (top, bottom), (left, right)))
    span = ((height - 1) * gap_down + 1, (width - 1) * gap_across + 1)
    windows = sliding_window_view(padded, span, axis=(2, 3))[:, :, ::down, ::across, ::gap_down, ::gap_across]
    chosen = windows[:, :, _places(windows.shape[2])][:, :, :, _places(windows.shape[3])]
    return np.ascontiguousarray(chosen.transpose(0, 2, 3, 4, 5, 1)).reshape(-1, height * width * inputs)


def _places(count: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, count - 1, min(count, _PLACES)).round().astype(np.int64))


def _attribute(node: NodeProto, name: str, default: Sequence[int]) -> Sequence[int]:
    return next((list(helper.get_attribute_value(a)) for a in node.attribute if a.name == name), default)
