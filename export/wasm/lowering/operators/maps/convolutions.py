"""Convolutions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.quantization.quantized_weight import QuantizedWeight
from webparity.export.wasm.drafts import ConvolutionDraft
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.export.wasm.lowering.volumes import convolve_by_depth
from webparity.export.wasm.lowering.windows import Windows, arrange_map, map_images, read_windows, wrap_map
from webparity.program.graph import Value
from webparity.program.opcodes import Opcode

Float32 = NDArray[np.float32]


@dataclass(frozen=True)
class ConvolutionLayer:
    """What a convolution of a map [N, C, ...] computes.

    Attributes:
        weights: [O, C / groups, ...].
        windows: on the last axes.
        groups: of channels.
        bias: [O], or None.
        name: the ONNX node, for error messages.
        quantized: the weights in fewer bits, if the file keeps them so.
        exact: whether all terms are whole numbers, which must stay so.
    """

    weights: Float32
    windows: Windows
    groups: int = 1
    bias: Float32 | None = None
    name: str = ""
    quantized: QuantizedWeight | None = None
    exact: bool = False


def convolve(builder: Builder, x: OrderedTensor, layer: ConvolutionLayer) -> OrderedTensor:
    """Convolve a map [N, C, ...], float32."""
    if layer.windows.rank > 2:
        return _convolve_volume(builder, x, layer)
    windows = layer.windows.widen()
    weights = layer.weights[:, :, np.newaxis] if layer.windows.rank == 1 else layer.weights
    kernel = weights.transpose(2, 3, 1, 0)

    def convolve_image(image: Value) -> Value:
        sides = windows.count(image.shape[1:3])
        return builder.append(
            ConvolutionDraft(
                Opcode.CONV,
                [Value((1, *sides, kernel.shape[3]), np.dtype(np.float32))],
                [image],
                kernel=kernel,
                quantized=layer.quantized,
                bias=layer.bias,
                layer=layer.name,
                strides=windows.strides,
                dilations=windows.dilations,
                pads=windows.pads,
                groups=layer.groups,
                exact=layer.exact,
            )
        )

    return wrap_map(builder, map_images(builder, arrange_map(builder, x), convolve_image), x.rank)


def _convolve_volume(builder: Builder, x: OrderedTensor, layer: ConvolutionLayer) -> OrderedTensor:
    windows, others = layer.windows.take(slice(0, 1)), layer.windows.take(slice(1, None))
    taps = [
        [(k, index * windows.strides[0] - windows.pads[0] + k * windows.dilations[0]) for k in range(windows.kernel[0])]
        for index in range(windows.count(x.shape[2:3])[0])
    ]

    def lower(joined: OrderedTensor, depths: tuple[int, ...]) -> OrderedTensor:
        outputs, inputs, _, *sides = layer.weights.shape
        weights = layer.weights[:, :, list(depths)].swapaxes(1, 2).reshape(outputs, len(depths) * inputs, *sides)
        return convolve(builder, joined, replace(layer, weights=weights, windows=others, quantized=None))

    return convolve_by_depth(builder, x, taps, layer.groups, lower)


def _lower_convolution(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, weights = node[0], _read_weights(node)
    layer = ConvolutionLayer(
        weights,
        read_windows(node, weights.shape[2:], x.shape[2:]),
        int(node.get("group", 1)),
        read_bias(node, 2),
        node.name,
        builder.get_quantized(node[1].value),
    )
    return [convolve(builder, x, layer)]


def _read_weights(node: Node) -> Float32:
    """Read weights [O, I, ...]."""
    weights = node.read(1)
    if node[0].dtype != np.float32 or weights.dtype != np.float32:
        raise NotCompiledError(f"of {node[0].dtype}")
    if weights.ndim != node[0].rank or weights.ndim < 3:
        raise NotCompiledError(f"of {node[0].rank - 2} axes")
    return weights


def read_bias(node: Node, position: int) -> Float32 | None:
    """Read an optional bias, which must be known at export."""
    return None if node.find(position) is None else np.ascontiguousarray(node.read(position), np.float32)


OPERATORS: Final[dict[str, Lowering]] = {"Conv": _lower_convolution}
