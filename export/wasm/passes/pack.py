"""Replacement of drafts by the instructions of kernels, with packed weights."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.export.wasm.drafts import NO_ACTIVATION, ActivationDraft, ConvolutionDraft, DenseDraft, PadDraft
from webparity.export.wasm.lowering.tensor import compute_strides
from webparity.export.wasm.packing import pack_dense, pack_depthwise, pack_kernel
from webparity.export.wasm.passes.weights import Pack, Weights
from webparity.program.graph import Instruction, ProgramGraph, Value
from webparity.program.opcodes import Binary, Opcode

# What Winograd's transforms are worth, measured: the least pixels of the convolution's map, and the least channels.
_WINOGRAD_PIXELS = 64
_WINOGRAD_CHANNELS = 8
# Channels that kernels compute at once.
_LANES = 4


def pack_layers(graph: ProgramGraph) -> None:
    """Replace every draft of a program; changes it in place."""
    packed: list[Instruction] = []
    weights = Weights(graph)
    for instruction in graph.instructions:
        match instruction:
            case ConvolutionDraft() if _is_elementwise(instruction):
                packed += _make_arithmetic(graph, instruction)
            case ConvolutionDraft():
                packed.append(_pack_convolution(weights, instruction))
            case DenseDraft():
                packed.append(_pack_dense(weights, instruction))
            case ActivationDraft(activation=setting):
                numbers = [int(setting.kind), float(setting.low), float(setting.high)]
                packed.append(Instruction(Opcode.ACTIVATION, instruction.outputs, instruction.inputs, numbers))
            case PadDraft():
                packed += _make_padding(instruction)
            case _:
                packed.append(instruction)
    graph.instructions[:] = packed


def _pack_convolution(weights: Weights, layer: ConvolutionDraft) -> Instruction:
    kernel = layer.kernel
    if _is_dense(layer):
        return _pack_point(weights, layer)
    opcode = _choose_kernel(layer)
    pack: Pack = pack_depthwise if opcode == Opcode.DEPTHWISE else lambda each: pack_kernel(each, layer.groups)
    setting = layer.activation
    numbers: list[int | float] = [
        *(*kernel.shape[:2], *layer.strides, *layer.dilations, *layer.pads[:2], layer.groups),
        *(int(setting.kind), float(setting.low), float(setting.high), int(layer.pool)),
    ]
    inputs = [layer.inputs[0], weights.add(layer, pack), weights.add_bias(layer), layer.residual]
    return Instruction(opcode, layer.outputs, inputs, numbers)


def _is_elementwise(layer: ConvolutionDraft) -> bool:
    """Whether a convolution is a factor and a number for each channel, of channels that its kernel takes one by one."""
    height, width, inputs, channels = layer.kernel.shape
    return (
        (height, width, inputs) == (1, 1, 1)
        and layer.groups == channels
        and channels % _LANES != 0
        and layer.strides == (1, 1)
        and not any(layer.pads)
        and not layer.pool
        and layer.residual is None
        and layer.quantized is None
        and layer.activation == NO_ACTIVATION
    )


def _make_arithmetic(graph: ProgramGraph, layer: ConvolutionDraft) -> list[Instruction]:
    """Multiply, then add."""
    (x,), (result,) = layer.inputs, layer.outputs
    factors = graph.add_constant(layer.kernel.reshape(-1), layer.layer)
    product = Value(result.shape, result.dtype) if layer.bias is not None else result
    made = [Instruction(Opcode.BINARY, [product], [x, factors], [int(Binary.MULTIPLY)])]
    if layer.bias is not None:
        bias = graph.add_constant(layer.bias, f"{layer.layer} bias")
        made.append(Instruction(Opcode.BINARY, [result], [product, bias], [int(Binary.ADD)]))
    return made


def _choose_kernel(layer: ConvolutionDraft) -> Opcode:
    if layer.is_depthwise and not layer.pool:
        return Opcode.DEPTHWISE
    height, width, inputs, channels = layer.kernel.shape
    plain = (
        not layer.exact
        and (height, width) == (3, 3)
        and layer.strides == layer.dilations == (1, 1)
        and layer.groups == 1
    )
    deep = min(inputs, channels) >= _WINOGRAD_CHANNELS
    pixels = math.prod(layer.outputs[0].shape[1:3]) * (4 if layer.pool else 1)
    return Opcode.WINOGRAD if plain and deep and pixels >= _WINOGRAD_PIXELS else Opcode.CONV


def _is_dense(layer: ConvolutionDraft) -> bool:
    """Whether a convolution of 1 by 1 sees a single pixel, as after a global pool."""
    return (
        layer.kernel.shape[:2] == (1, 1)
        and layer.inputs[0] is not None
        and (layer.inputs[0].shape[:3] == layer.outputs[0].shape[:3] == (1, 1, 1) and layer.groups == 1)
    )


def _pack_point(weights: Weights, layer: ConvolutionDraft) -> Instruction:
    """The same weights in the same order, as a dense layer of one row."""
    setting = layer.activation
    numbers = [1, *layer.kernel.shape[2:], int(setting.kind), float(setting.low), float(setting.high)]
    inputs = [layer.inputs[0], weights.add(layer, _pack_point_kernel), weights.add_bias(layer), layer.residual]
    return Instruction(Opcode.DENSE, layer.outputs, inputs, numbers)


def _pack_point_kernel(kernel: NDArray[Any]) -> NDArray[Any]:
    return pack_dense(kernel[0, 0])


def _pack_dense(weights: Weights, layer: DenseDraft) -> Instruction:
    depth, channels = layer.kernel.shape
    rows = layer.outputs[0].size // channels
    setting = layer.activation
    numbers = [rows, depth, channels, int(setting.kind), float(setting.low), float(setting.high)]
    inputs = [layer.inputs[0], weights.add(layer, pack_dense), weights.add_bias(layer), layer.residual]
    return Instruction(Opcode.DENSE, layer.outputs, inputs, numbers)


def _make_padding(draft: PadDraft) -> list[Instruction]:
    """Fill the result, then copy into its middle."""
    (source,), (result,) = draft.inputs, draft.outputs
    if source is None:
        raise ValueError(draft)
    bits = np.ascontiguousarray(draft.element).reshape(1).tobytes().ljust(8, b"\0")
    low, high = np.frombuffer(bits, "<u4")
    fill = Instruction(Opcode.FILL, [result], [], [int(low), int(high)])
    steps = compute_strides(result.shape)
    offset = sum(step * before for step, before in zip(steps, draft.before, strict=True))
    dims, walk = source.shape, compute_strides(source.shape)
    numbers = [len(dims), *dims, *walk, *steps, 0, offset]
    return [fill, Instruction(Opcode.COPY, [result], [source], list(numbers))]
