"""Transposed convolutions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.operators.maps.convolutions import read_bias
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.export.wasm.lowering.volumes import DepthTaps, convolve_by_depth
from webparity.export.wasm.lowering.windows import arrange_map, map_images, wrap_map
from webparity.export.wasm.packing import pack_kernel
from webparity.program.graph import Value
from webparity.program.opcodes import Activation, Opcode

Float32 = NDArray[np.float32]


@dataclass(frozen=True)
class _Transposed:
    """A transposed convolution of a map [N, C, ...], its numbers by axis.

    Attributes:
        weights: [C, O / groups, ...].
        bias: [O], or None.
        groups: of channels.
        strides: steps between the places of neighbouring elements.
        dilations: steps within a kernel.
        begins: how much is cut off before.
        sides: of the result.
    """

    weights: Float32
    bias: Float32 | None
    groups: int
    strides: Sequence[int]
    dilations: Sequence[int]
    begins: Sequence[int]
    sides: Sequence[int]

    def take(self, first: int, weights: Float32) -> _Transposed:
        """The same along the axes from one on, with other weights."""
        numbers = (each[first:] for each in (self.strides, self.dilations, self.begins, self.sides))
        return _Transposed(weights, self.bias, self.groups, *numbers)

    def widen(self) -> _Transposed:
        """The same on a map of height 1, where there is one axis."""
        if len(self.sides) != 1:
            return self
        return _Transposed(
            weights=self.weights[:, :, np.newaxis],
            bias=self.bias,
            groups=self.groups,
            strides=[1, *self.strides],
            dilations=[1, *self.dilations],
            begins=[0, *self.begins],
            sides=[1, *self.sides],
        )


def _convolve(builder: Builder, x: OrderedTensor, layer: _Transposed) -> OrderedTensor:
    if len(layer.sides) > 2:
        return _convolve_volume(builder, x, layer)
    wide = layer.widen()
    packed = builder.graph.add_constant(_pack(wide.weights, wide.groups))
    bias = None if wide.bias is None else builder.graph.add_constant(wide.bias)
    activation = (int(Activation.NONE), 0.0, 0.0, 0)
    numbers = [*wide.weights.shape[2:], *wide.strides, *wide.dilations, *wide.begins, wide.groups, *activation]
    channels = wide.weights.shape[1] * wide.groups

    def convolve_image(image: Value) -> Value:
        shape = (1, *wide.sides, channels)
        return builder.emit(Opcode.CONV_TRANSPOSE, [image, packed, bias, None], shape, np.float32, *numbers)

    return wrap_map(builder, map_images(builder, arrange_map(builder, x), convolve_image), x.rank)


def _convolve_volume(builder: Builder, x: OrderedTensor, layer: _Transposed) -> OrderedTensor:
    def lower(joined: OrderedTensor, depths: tuple[int, ...]) -> OrderedTensor:
        inputs, outputs, _, *sides = layer.weights.shape
        taken = layer.weights[:, :, list(depths)].reshape(layer.groups, -1, outputs, len(depths), *sides)
        weights = np.moveaxis(taken, 3, 1).reshape(inputs * len(depths), outputs, *sides)
        return _convolve(builder, joined, layer.take(1, weights))

    taps = [_list_taps(layer, index) for index in range(layer.sides[0])]
    return convolve_by_depth(builder, x, taps, layer.groups, lower)


def _list_taps(layer: _Transposed, index: int) -> DepthTaps:
    """The depths of the kernel and of the map that meet in one depth of the result."""
    places = [
        (k, divmod(index + layer.begins[0] - k * layer.dilations[0], layer.strides[0]))
        for k in range(layer.weights.shape[2])
    ]
    # Where none meet, a depth before the first, which is zero.
    return [(k, place) for k, (place, rest) in places if rest == 0] or [(0, -1)]


def _lower_transposed(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, weights = node[0], node.read(1)
    if x.dtype != np.float32 or weights.dtype != np.float32:
        raise NotCompiledError(f"of {x.dtype}")
    if weights.ndim != x.rank or x.rank < 3:
        raise NotCompiledError(f"of {x.rank - 2} axes")
    return [_convolve(builder, x, _read_layer(node, x, weights))]


def _read_layer(node: Node, x: OrderedTensor, weights: Float32) -> _Transposed:
    rank = x.rank - 2
    kernel = weights.shape[2:]
    strides, dilations = (list(node.get(name) or [1] * rank) for name in ("strides", "dilations"))
    more = list(node.get("output_padding") or [0] * rank)
    pads = list(node.get("pads") or [0] * (2 * rank))
    padding, wanted = node.get_text("auto_pad", "NOTSET"), node.get("output_shape")
    sides = []
    for axis, side in enumerate(x.shape[2:]):
        whole = strides[axis] * (side - 1) + more[axis] + dilations[axis] * (kernel[axis] - 1) + 1
        if wanted is not None or padding.startswith("SAME"):
            size = int(wanted[axis]) if wanted is not None else side * strides[axis]
            extra = max(whole - size, 0)
            pads[axis] = extra // 2 if padding == "SAME_UPPER" else extra - extra // 2
            pads[axis + rank] = extra - pads[axis]
            sides.append(size)
        else:
            sides.append(whole - pads[axis] - pads[axis + rank])
    return _Transposed(weights, read_bias(node, 2), int(node.get("group", 1)), strides, dilations, pads[:rank], sides)


def _pack(weights: Float32, groups: int) -> Float32:
    """Turn [ci, co / groups, kh, kw] into the kernel of the convolution that it is, and pack that."""
    inputs, outputs, *sides = weights.shape
    grouped = weights.reshape(groups, inputs // groups, outputs, *sides)[..., ::-1, ::-1]
    kernel = grouped.transpose(3, 4, 1, 0, 2).reshape(*sides, inputs // groups, groups * outputs)
    return pack_kernel(kernel, groups)


OPERATORS: Final[dict[str, Lowering]] = {"ConvTranspose": _lower_transposed}
