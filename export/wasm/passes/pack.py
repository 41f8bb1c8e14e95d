"""Replacement of drafts by the instructions of kernels, with packed weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.export.quantization.quantized_weight import Int8Weight
from webparity.export.wasm.drafts import ActivationDraft, ConvolutionDraft, DenseDraft, LinearDraft, PadDraft
from webparity.export.wasm.lowering.tensor import compute_strides
from webparity.export.wasm.packing import pack_dense, pack_depthwise, pack_kernel
from webparity.program.graph import Instruction, ProgramGraph, Value
from webparity.program.opcodes import Binary, Opcode

Pack = Callable[[NDArray[Any]], NDArray[Any]]
# The least side of a map that Winograd's transforms are worth, and the least channels.
_WINOGRAD_SIDE = 6
_WINOGRAD_CHANNELS = 8


def pack_layers(graph: ProgramGraph) -> None:
    """Replace every draft of a program; changes it in place."""
    packed: list[Instruction] = []
    weights = _Weights(graph)
    for instruction in graph.instructions:
        match instruction:
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


class _Weights:
    """Makes constants of weights, in the form that the file keeps; those of one layer are not shared."""

    def __init__(self, graph: ProgramGraph) -> None:
        self._graph = graph

    def add(self, layer: LinearDraft, pack: Pack) -> Value:
        """Add the packed kernel of a layer."""
        name = layer.layer
        if layer.quantized is None:
            return self._graph.add_constant(pack(layer.kernel), name)
        codes = layer.quantized.codes.reshape(layer.kernel.shape)
        if not isinstance(layer.quantized, Int8Weight):
            value = self._graph.add_constant(pack(layer.kernel), name)
            value.stored = pack(codes)
            return value
        channels = layer.kernel.shape[-1]
        scales = np.broadcast_to(layer.quantized.scale, layer.quantized.codes.shape).reshape(-1, channels)[:1]
        one_row = scales.reshape([*[1] * (layer.kernel.ndim - 1), channels]).astype(np.float32)
        return self._restore(self._graph.add_constant(pack(codes), name), pack(one_row), name)

    def _restore(self, codes: Value, scales: NDArray[np.float32], name: str) -> Value:
        """Multiply codes by their scales when the program is loaded."""
        wide = Value(codes.shape, np.dtype(np.float32), None, name)
        restored = Value(codes.shape, np.dtype(np.float32), None, name)
        shape = (*[1] * (len(codes.shape) - scales.ndim), *scales.shape)
        factor = self._graph.add_constant(scales.reshape(shape), f"{name} scales")
        self._graph.prologue.append(Instruction(Opcode.CAST, [wide], [codes]))
        self._graph.prologue.append(Instruction(Opcode.BINARY, [restored], [wide, factor], [int(Binary.MULTIPLY)]))
        return restored

    def add_bias(self, layer: LinearDraft) -> Value | None:
        """Add the bias of a layer, if it has one."""
        return None if layer.bias is None else self._graph.add_constant(layer.bias, f"{layer.layer} bias")


def _pack_convolution(weights: _Weights, layer: ConvolutionDraft) -> Instruction:
    kernel = layer.kernel
    opcode = _choose_kernel(layer)
    pack: Pack = pack_depthwise if opcode == Opcode.DEPTHWISE else lambda each: pack_kernel(each, layer.groups)
    setting = layer.activation
    numbers: list[int | float] = [
        *(*kernel.shape[:2], *layer.strides, *layer.dilations, *layer.pads[:2], layer.groups),
        *(int(setting.kind), float(setting.low), float(setting.high), int(layer.pool)),
    ]
    inputs = [layer.inputs[0], weights.add(layer, pack), weights.add_bias(layer), layer.residual]
    return Instruction(opcode, layer.outputs, inputs, numbers)


def _choose_kernel(layer: ConvolutionDraft) -> Opcode:
    if layer.is_depthwise and not layer.pool:
        return Opcode.DEPTHWISE
    height, width, inputs, channels = layer.kernel.shape
    plain = (height, width) == (3, 3) and layer.strides == layer.dilations == (1, 1) and layer.groups == 1
    deep = min(inputs, channels) >= _WINOGRAD_CHANNELS
    sides = [side * 2 if layer.pool else side for side in layer.outputs[0].shape[1:3]]
    return Opcode.WINOGRAD if plain and deep and min(sides) >= _WINOGRAD_SIDE else Opcode.CONV


def _pack_dense(weights: _Weights, layer: DenseDraft) -> Instruction:
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
