"""Weights as the file keeps them: packed, or as they are and packed when the program is loaded."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.quantization.quantized_weight import Int8Weight
from webparity.export.wasm.drafts import ConvolutionDraft, LinearDraft
from webparity.export.wasm.packing import BLOCK
from webparity.program.graph import Instruction, ProgramGraph, Value
from webparity.program.opcodes import Binary, Opcode

Pack = Callable[[NDArray[Any]], NDArray[Any]]
# More zeros than this are not written but made when the program is loaded.
_MOST_ZEROS: Final = 512


class Weights:
    """Makes the constants of layers.

    Args:
        graph: the program; its prologue restores what the file keeps in another form.
    """

    def __init__(self, graph: ProgramGraph) -> None:
        self._graph = graph

    def add(self, layer: LinearDraft, pack: Pack) -> Value:
        """Add the packed kernel of a layer."""
        kernel, name = layer.kernel, layer.layer
        if isinstance(layer.quantized, Int8Weight):
            return self._add_codes(layer, layer.quantized, pack)
        packed = self._graph.add_constant(pack(kernel), name)
        codes = None if layer.quantized is None else layer.quantized.codes.reshape(kernel.shape)
        grouped = isinstance(layer, ConvolutionDraft) and layer.groups > 1
        # The zeros of several groups do not stand in the last block alone.
        if not grouped and packed.nbytes - kernel.nbytes > _MOST_ZEROS and packed.size == _count_blocked(kernel):
            rows = kernel.reshape(-1, kernel.shape[-1])
            whole = self._graph.add_constant(rows, name)
            whole.stored = None if codes is None else codes.reshape(rows.shape)
            return self._pack_when_loaded(whole, packed.shape)
        packed.stored = None if codes is None else pack(codes)
        return packed

    def add_bias(self, layer: LinearDraft) -> Value | None:
        """Add the bias of a layer, if it has one."""
        return None if layer.bias is None else self._graph.add_constant(layer.bias, f"{layer.layer} bias")

    def _add_codes(self, layer: LinearDraft, weight: Int8Weight, pack: Pack) -> Value:
        """Add whole numbers that are multiplied by their scales when the program is loaded."""
        kernel, name = layer.kernel, layer.layer
        channels = kernel.shape[-1]
        row = np.broadcast_to(weight.scale, weight.codes.shape).reshape(-1, channels)[:1]
        scales = pack(row.reshape([*[1] * (kernel.ndim - 1), channels]).astype(np.float32))
        codes = self._graph.add_constant(pack(weight.codes.reshape(kernel.shape)), name)
        wide = Value(codes.shape, np.dtype(np.float32), None, name)
        restored = Value(codes.shape, np.dtype(np.float32), None, name)
        factor = self._graph.add_constant(scales, f"{name} scales")
        self._graph.prologue.append(Instruction(Opcode.CAST, [wide], [codes]))
        self._graph.prologue.append(Instruction(Opcode.BINARY, [restored], [wide, factor], [int(Binary.MULTIPLY)]))
        return restored

    def _pack_when_loaded(self, rows: Value, shape: tuple[int, ...]) -> Value:
        """Copy rows [D, O] to blocks [blocks, D, 8] between zeros."""
        depth, channels = rows.shape
        packed = Value(shape, rows.dtype, None, rows.name)
        whole, rest = divmod(channels, BLOCK)
        self._graph.prologue.append(Instruction(Opcode.FILL, [packed], [], [0, 0]))
        if whole:
            steps = [BLOCK, channels, 1, depth * BLOCK, BLOCK, 1]
            numbers: list[int | float] = [3, whole, depth, BLOCK, *steps, 0, 0]
            self._graph.prologue.append(Instruction(Opcode.COPY, [packed], [rows], numbers))
        places: list[int | float] = [2, depth, rest, channels, 1, BLOCK, 1, whole * BLOCK, whole * depth * BLOCK]
        self._graph.prologue.append(Instruction(Opcode.COPY, [packed], [rows], places))
        return packed


def _count_blocked(kernel: NDArray[Any]) -> int:
    """How many elements a kernel of one group has in blocks."""
    *depth, channels = kernel.shape
    return int(math.prod(depth) * -(-channels // BLOCK) * BLOCK)
