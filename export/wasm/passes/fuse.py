"""Fusion of layers with what stands before and behind them: padding, bias, scale, residual, activation, max-pool."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.wasm.drafts import (
    NO_ACTIVATION,
    ActivationDraft,
    ConvolutionDraft,
    DenseDraft,
    LinearDraft,
    PadDraft,
)
from webparity.export.wasm.memory_plan import is_whole_copy
from webparity.export.wasm.passes.uses import Uses
from webparity.program.graph import Instruction, ProgramGraph, Value
from webparity.program.opcodes import Activation, Binary, Opcode, Pool

_CHANNEL_KINDS: Final = frozenset({Binary.MULTIPLY, Binary.ADD})
# Kinds that a max-pool may follow in the same kernel.
_POOLED: Final = frozenset({Activation.NONE, Activation.CLIP, Activation.LEAKY})
_POOL_NUMBERS: Final = [int(Pool.MAX), 2, 2, 2, 2, 1, 1, 0, 0, 0, 0]


def fuse_layers(graph: ProgramGraph) -> None:
    """Merge into each convolution and dense layer what it can compute in passing; changes the program in place."""
    _absorb_neighbours(graph)
    _draft_channel_arithmetic(graph)
    _absorb_neighbours(graph)


def _absorb_neighbours(graph: ProgramGraph) -> None:
    uses = Uses(graph)
    for instruction in list(graph.instructions):
        if isinstance(instruction, ConvolutionDraft):
            _absorb_padding(uses, instruction)
        if isinstance(instruction, DenseDraft):
            _skip_reshape(uses, instruction)
        if isinstance(instruction, LinearDraft):
            while _absorb_factor(uses, instruction):
                pass
            while _absorb_reader(uses, instruction):
                pass


def _draft_channel_arithmetic(graph: ProgramGraph) -> None:
    """Replace a product or sum with a number for each channel by a depthwise convolution of 1 by 1.

    Only where more of its kind or an activation follows, which the convolution takes up.
    """
    uses = Uses(graph)
    for place, instruction in enumerate(graph.instructions):
        if instruction.opcode != Opcode.BINARY or instruction.numbers[0] not in _CHANNEL_KINDS:
            continue
        reader = uses.find_only_reader(instruction.outputs[0])
        follows = isinstance(reader, ActivationDraft) or (
            reader is not None and reader.opcode == Opcode.BINARY and _find_map(reader) is not None
        )
        if follows and _find_map(instruction) is not None:
            graph.instructions[place] = _make_pointwise(instruction)


def _find_map(instruction: Instruction) -> Value | None:
    """The map [1, H, W, C] that is combined with a number for each channel, float32."""
    result = instruction.outputs[0]
    if len(result.shape) != 4 or result.shape[0] != 1 or result.dtype != np.float32:
        return None
    for number, x in (instruction.inputs, instruction.inputs[::-1]):
        if number is None or x is None or x.shape != result.shape or x.constant is not None or number.size == 1:
            continue
        if _read_channel_numbers(number, result.shape[-1]) is not None:
            return x
    return None


def _make_pointwise(instruction: Instruction) -> ConvolutionDraft:
    x = _find_map(instruction)
    (other,) = [value for value in instruction.inputs if value is not x]
    numbers = None if other is None else _read_channel_numbers(other, instruction.outputs[0].shape[-1])
    if numbers is None:
        raise ValueError(instruction)
    factors = numbers if instruction.numbers[0] == Binary.MULTIPLY else np.ones(len(numbers))
    return ConvolutionDraft(
        Opcode.CONV,
        instruction.outputs,
        [x],
        kernel=factors.astype(np.float32).reshape(1, 1, 1, -1),
        bias=numbers.astype(np.float32) if instruction.numbers[0] == Binary.ADD else None,
        strides=(1, 1),
        dilations=(1, 1),
        pads=(0, 0, 0, 0),
        groups=len(numbers),
    )


def _absorb_padding(uses: Uses, layer: ConvolutionDraft) -> None:
    pad = uses.find_maker(layer.inputs[0])
    if not isinstance(pad, PadDraft) or pad.element != 0 or len(pad.before) != 4:
        return
    if any((pad.before[0], pad.after[0], pad.before[3], pad.after[3])):
        return
    (source,) = pad.inputs
    if source is None:
        return
    top, left, bottom, right = layer.pads
    layer.pads = (top + pad.before[1], left + pad.before[2], bottom + pad.after[1], right + pad.after[2])
    uses.replace_input(layer, 0, source)
    if not uses.count_readers(pad.outputs[0]) and not uses.is_output(pad.outputs[0]):
        uses.remove(pad)


def _absorb_factor(uses: Uses, layer: LinearDraft) -> bool:
    """Multiply the kernel, rather than each element before it, by one number; False if that cannot be."""
    product = uses.find_maker(layer.inputs[0])
    if product is None or product.opcode != Opcode.BINARY or product.numbers[0] != Binary.MULTIPLY:
        return False
    if layer.quantized is not None or uses.find_only_reader(product.outputs[0]) is not layer:
        return False
    for number, x in (product.inputs, product.inputs[::-1]):
        if number is None or number.constant is None or number.size != 1:
            continue
        if x is None or x.constant is not None or x.shape != product.outputs[0].shape:
            continue
        layer.kernel = (layer.kernel.astype(np.float64) * float(number.constant.item())).astype(np.float32)
        uses.replace_input(layer, 0, x)
        uses.remove(product)
        return True
    return False


def _skip_reshape(uses: Uses, layer: DenseDraft) -> None:
    """Read the rows before a reshape: the kernel counts elements, not axes."""
    maker = uses.find_maker(layer.inputs[0])
    if maker is None or not is_whole_copy(maker) or maker.inputs[0] is None:
        return
    uses.replace_input(layer, 0, maker.inputs[0])
    if not uses.count_readers(maker.outputs[0]) and not uses.is_output(maker.outputs[0]):
        uses.remove(maker)


def _absorb_reader(uses: Uses, layer: LinearDraft) -> bool:
    """Merge the only reader of a layer into it; False if that cannot be."""
    reader = uses.find_only_reader(layer.outputs[0])
    if reader is None or (layer.exact and not is_whole_copy(reader)):
        return False
    if is_whole_copy(reader):
        return _absorb_reshape(uses, layer, reader)
    if isinstance(reader, ActivationDraft):
        return _absorb_activation(uses, layer, reader)
    if reader.opcode == Opcode.BINARY and len(reader.inputs) == 2 and not _is_finished(layer):
        return _absorb_binary(uses, layer, reader)
    if reader.opcode == Opcode.POOL and isinstance(layer, ConvolutionDraft):
        return _absorb_pool(uses, layer, reader)
    return False


def _is_finished(layer: LinearDraft) -> bool:
    """Whether sums can take no more in: an activation or a pool follows them."""
    return layer.activation != NO_ACTIVATION or (isinstance(layer, ConvolutionDraft) and layer.pool)


def _absorb_activation(uses: Uses, layer: LinearDraft, reader: ActivationDraft) -> bool:
    pooled = isinstance(layer, ConvolutionDraft) and layer.pool
    # A max-pool and a rising function can change places.
    rises = reader.activation.kind == Activation.CLIP
    if layer.activation != NO_ACTIVATION or (pooled and not rises):
        return False
    layer.activation = reader.activation
    uses.merge(layer, reader)
    return True


def _absorb_reshape(uses: Uses, layer: LinearDraft, reader: Instruction) -> bool:
    if not isinstance(layer, DenseDraft) or reader.outputs[0].shape[-1:] != (layer.kernel.shape[-1],):
        return False
    if layer.residual is not None and layer.residual.shape != reader.outputs[0].shape:
        return False
    uses.merge(layer, reader)
    return True


def _absorb_binary(uses: Uses, layer: LinearDraft, reader: Instruction) -> bool:
    result = layer.outputs[0]
    first, second = reader.inputs
    other = second if first is result else first
    if other is None or other is result or reader.outputs[0].shape != result.shape:
        return False
    kind = Binary(int(reader.numbers[0]))
    numbers = _read_channel_numbers(other, layer.kernel.shape[-1])
    if numbers is not None and layer.residual is None:
        return _absorb_numbers(uses, layer, reader, kind, numbers, swapped=second is result)
    if kind != Binary.ADD or other.shape != result.shape or layer.residual is not None or numbers is not None:
        return False
    uses.merge(layer, reader, residual=other)
    return True


def _absorb_numbers(
    uses: Uses,
    layer: LinearDraft,
    reader: Instruction,
    kind: Binary,
    numbers: NDArray[np.float64],
    *,
    swapped: bool,
) -> bool:
    """Merge an operation with a number for each channel."""
    bias = np.zeros(layer.kernel.shape[-1]) if layer.bias is None else layer.bias.astype(np.float64)
    if kind == Binary.ADD:
        bias = bias + numbers
    elif kind == Binary.SUBTRACT and not swapped:
        bias = bias - numbers
    elif kind == Binary.MULTIPLY and layer.quantized is None:
        layer.kernel = (layer.kernel.astype(np.float64) * numbers).astype(np.float32)
        bias = bias * numbers
    else:
        return False
    layer.bias = bias.astype(np.float32)
    uses.merge(layer, reader)
    return True


def _read_channel_numbers(value: Value, channels: int) -> NDArray[np.float64] | None:
    """A number for each channel, if a constant has no more."""
    if value.constant is None or value.size not in {1, channels}:
        return None
    if value.size != 1 and value.shape[-1] != channels:
        return None
    return np.broadcast_to(value.constant.reshape(-1), (channels,)).astype(np.float64)


def _absorb_pool(uses: Uses, layer: ConvolutionDraft, reader: Instruction) -> bool:
    sides = layer.outputs[0].shape[1:3]
    halves = tuple(side // 2 for side in sides)
    fits = reader.numbers[:11] == _POOL_NUMBERS and reader.outputs[0].shape[1:3] == halves
    free = layer.residual is None and layer.activation.kind in _POOLED and not layer.pool and not layer.is_depthwise
    if not fits or not free:
        return False
    layer.pool = True
    uses.merge(layer, reader)
    return True
