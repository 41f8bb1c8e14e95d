"""Convolutions."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.wasm.drafts import ConvolutionDraft
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.export.wasm.lowering.windows import arrange_map, map_images, read_windows, wrap_map
from webparity.export.wasm.packing import pack_kernel
from webparity.program.graph import Value
from webparity.program.opcodes import Activation, Opcode


def _lower_convolution(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, weights = node[0], _read_weights(node)
    kernel = weights.transpose(2, 3, 1, 0)
    windows = read_windows(node, kernel.shape[2 - x.rank + 2 : 2], x.shape[2:])
    bias = _read_bias(node)
    groups = int(node.get("group", 1))

    def convolve(image: Value) -> Value:
        sides = windows.count(image.shape[1:3])
        result = Value((1, *sides, kernel.shape[3]), np.dtype(np.float32))
        return builder.append(
            ConvolutionDraft(
                Opcode.CONV,
                [result],
                [image],
                kernel=kernel,
                quantized=builder.get_quantized(node[1].value),
                bias=bias,
                layer=node.name,
                strides=windows.strides,
                dilations=windows.dilations,
                pads=windows.pads,
                groups=groups,
            )
        )

    return [wrap_map(builder, map_images(builder, arrange_map(builder, x), convolve), x.rank)]


def _lower_transposed(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, weights = node[0], _read_weights(node)
    groups = int(node.get("group", 1))
    outputs = _read_transposed_outputs(node, x, weights)
    channels = weights.shape[1] * groups
    packed = builder.graph.add_constant(_pack_transposed(weights, groups))
    bias = _read_bias(node)
    offset = None if bias is None else builder.graph.add_constant(bias)
    strides, dilations, begins, sides = outputs

    def convolve(image: Value) -> Value:
        numbers = [*weights.shape[2:], *strides, *dilations, *begins, groups, int(Activation.NONE), 0.0, 0.0, 0]
        inputs = [image, packed, offset, None]
        return builder.emit(Opcode.CONV_TRANSPOSE, inputs, (1, *sides, channels), np.float32, *numbers)

    return [wrap_map(builder, map_images(builder, arrange_map(builder, x), convolve), x.rank)]


def _read_transposed_outputs(
    node: Node, x: OrderedTensor, weights: NDArray[np.float32]
) -> tuple[list[int], list[int], list[int], list[int]]:
    """Read strides, dilations, pads at top and left, and the sides of the result."""
    rank = x.rank - 2
    kernel = weights.shape[4 - rank :]
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
    if rank == 1:
        return [1, *strides], [1, *dilations], [0, pads[0]], [1, *sides]
    return strides, dilations, pads[:2], sides


def _pack_transposed(weights: NDArray[np.float32], groups: int) -> NDArray[np.float32]:
    """Turn [ci, co / groups, kh, kw] into the kernel of the convolution that it is, and pack that."""
    inputs, outputs, *sides = weights.shape
    grouped = weights.reshape(groups, inputs // groups, outputs, *sides)[..., ::-1, ::-1]
    kernel = grouped.transpose(3, 4, 1, 0, 2).reshape(*sides, inputs // groups, groups * outputs)
    return pack_kernel(kernel, groups)


def _read_weights(node: Node) -> NDArray[np.float32]:
    """Read weights [O, I, kh, kw]; those of one axis get a height of 1."""
    weights = node.read(1)
    if node[0].dtype != np.float32 or weights.dtype != np.float32:
        raise NotCompiledError(f"of {node[0].dtype}")
    if weights.ndim == 3:
        weights = weights[:, :, np.newaxis]
    if weights.ndim != 4 or node[0].rank not in {3, 4}:
        raise NotCompiledError(f"of {node[0].rank - 2} axes")
    return weights


def _read_bias(node: Node) -> NDArray[np.float32] | None:
    return None if node.find(2) is None else np.ascontiguousarray(node.read(2), np.float32)


OPERATORS: Final[dict[str, Lowering]] = {"Conv": _lower_convolution, "ConvTranspose": _lower_transposed}
