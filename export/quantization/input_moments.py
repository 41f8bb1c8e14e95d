"""Second moments of the inputs of layers on calibration images, which weigh the errors of rounded weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from onnx import NodeProto, helper

from webparity.export.quantization.float_model import FloatModel
from webparity.export.quantization.onnx_weights import Weight

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

# Importance of an image with a certain prediction; one that is undecided between two labels has 1/2 more.
_FLOOR: Final = 0.02
# More inputs are split into equal parts with a matrix of their own.
_PART: Final = 1024
_ROWS: Final = 4096
# A convolution is sampled in so many images, at so many positions across and down.
_IMAGES: Final = 512
_POSITIONS: Final = 12


def compute_input_moments(model: FloatModel, pixels: Float32) -> dict[str, list[Float64]]:
    """Compute the second moments of the inputs of each weight, in parts of at most 1024 inputs.

    Args:
        model: the float32 graph.
        pixels: float32 [N, h, w, c] of calibration images.

    Returns:
        By the name of a weight with D inputs per output: float64 [d, d] each, the d summing to D. Depthwise kernels
        are left out: they have too few weights to compensate for each other.
    """
    weights = [weight for weight in model.weights if not weight.depthwise]
    if not weights:
        return {}
    sources = list(dict.fromkeys(weight.source for weight in weights))
    run = model.open_on_pixels({}, [model.kind.answer, *sources])
    collected = {weight.name: _MomentSum() for weight in weights}
    every = -(-len(pixels) // _IMAGES)
    for answers, *values in run.run_batches(pixels):
        # Errors change labels only where the prediction is undecided.
        importance = np.sqrt(_FLOOR + model.kind.compute_openness(answers))[:, np.newaxis]
        seen = dict(zip(sources, values, strict=True))
        for weight in weights:
            thinned = slice(None, None, every if weight.node.op_type == "Conv" else None)
            rows = _extract_rows(weight, seen[weight.source][thinned])
            collected[weight.name].add(
                rows * np.repeat(importance[thinned], len(rows) // len(importance[thinned]), axis=0)
            )
    return {name: moments.compute_mean() for name, moments in collected.items()}


class _MomentSum:
    """Sums of products, some thousand rows at a time: a product of few rows costs as much as one of many."""

    def __init__(self) -> None:
        self._pending: list[Float32] = []
        self._sums: list[Float64] = []
        self._rows = 0

    def add(self, rows: Float32) -> None:
        self._pending.append(rows)
        if sum(map(len, self._pending)) >= _ROWS:
            self._flush()

    def compute_mean(self) -> list[Float64]:
        self._flush()
        return [total / self._rows for total in self._sums]

    def _flush(self) -> None:
        if not self._pending:
            return
        rows = np.concatenate(self._pending)
        self._pending = []
        self._rows += len(rows)
        parts = np.array_split(rows, -(-rows.shape[1] // _PART), axis=1)
        products = [(part.T @ part).astype(np.float64) for part in parts]
        self._sums = [old + new for old, new in zip(self._sums, products, strict=True)] if self._sums else products


def _extract_rows(weight: Weight, source: Float32) -> Float32:
    """Extract the factors of the weight's flattened leading axes, float32 [M, D]."""
    if weight.node.op_type != "Conv":
        return source.reshape(-1, source.shape[-1])
    node = weight.node
    height, width, inputs, _ = weight.values.shape
    top, left, bottom, right = _read_attribute(node, "pads", (0, 0, 0, 0))
    down, across = _read_attribute(node, "strides", (1, 1))
    gap_down, gap_across = _read_attribute(node, "dilations", (1, 1))
    padded = np.pad(source, ((0, 0), (0, 0), (top, bottom), (left, right)))
    span = ((height - 1) * gap_down + 1, (width - 1) * gap_across + 1)
    windows = sliding_window_view(padded, span, axis=(2, 3))[:, :, ::down, ::across, ::gap_down, ::gap_across]
    chosen = windows[:, :, _choose_positions(windows.shape[2])][:, :, :, _choose_positions(windows.shape[3])]
    return np.ascontiguousarray(chosen.transpose(0, 2, 3, 4, 5, 1)).reshape(-1, height * width * inputs)


def _choose_positions(count: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, count - 1, min(count, _POSITIONS)).round().astype(np.int64))


def _read_attribute(node: NodeProto, name: str, default: Sequence[int]) -> Sequence[int]:
    return next((list(helper.get_attribute_value(a)) for a in node.attribute if a.name == name), default)
