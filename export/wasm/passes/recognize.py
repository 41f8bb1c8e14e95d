"""Recognition of activations that graphs spell out: x * sigmoid(x), clip(x + 3) / 6, x * (1 + erf(x / √2)) / 2."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from webparity.export.wasm.drafts import ActivationDraft, ActivationSetting, make_activation
from webparity.export.wasm.passes.uses import Uses
from webparity.program.graph import Instruction, ProgramGraph, Value
from webparity.program.opcodes import Activation, Binary, Opcode, Unary

_EITHER_WAY: Final = frozenset({Binary.ADD, Binary.MULTIPLY})
_TIMES_X: Final = {Activation.SIGMOID: Activation.SILU, Activation.HARD_SIGMOID: Activation.HARD_SWISH}


def recognize_activations(graph: ProgramGraph) -> None:
    """Replace the last operation of each known formula by the activation; what fed it alone becomes dead code."""
    for find in (_find_hard_sigmoid, _find_times_x, _find_hard_swish, _find_gelu):
        uses = Uses(graph)
        for place, instruction in enumerate(graph.instructions):
            found = find(uses, instruction) if _is_float32_binary(instruction) else None
            if found is not None:
                x, setting = found
                draft = make_activation(x, setting)
                draft.outputs = instruction.outputs
                graph.instructions[place] = draft


def _is_float32_binary(instruction: Instruction) -> bool:
    return instruction.opcode == Opcode.BINARY and instruction.outputs[0].dtype == np.float32


def _find_times_x(uses: Uses, product: Instruction) -> tuple[Value, ActivationSetting] | None:
    """Find x * sigmoid(x), or x * hard_sigmoid(x)."""
    if product.numbers[0] != Binary.MULTIPLY:
        return None
    for x, curve in _list_pairs(product):
        maker = uses.find_maker(curve)
        if isinstance(maker, ActivationDraft) and maker.inputs[0] is x and maker.activation.kind in _TIMES_X:
            setting = maker.activation
            return x, ActivationSetting(_TIMES_X[setting.kind], setting.low, setting.high)
    return None


def _find_hard_sigmoid(uses: Uses, scaled: Instruction) -> tuple[Value, ActivationSetting] | None:
    """Find clip(x + c, 0, h) * k or / h, where the largest value becomes 1."""
    for number, clipped in _list_pairs(scaled):
        factor = _read_number(number)
        if factor is None:
            continue
        if scaled.numbers[0] == Binary.DIVIDE and scaled.inputs[1] is number and factor:
            factor = 1 / factor
        elif scaled.numbers[0] != Binary.MULTIPLY:
            continue
        line = _find_line(uses, clipped, factor)
        if line is not None:
            return line[0], ActivationSetting(Activation.HARD_SIGMOID, factor, line[1])
    return None


def _find_hard_swish(uses: Uses, product: Instruction) -> tuple[Value, ActivationSetting] | None:
    """Find (x * k) * clip(x + c, 0, 1 / k)."""
    if product.numbers[0] != Binary.MULTIPLY:
        return None
    for left, right in _list_pairs(product):
        factor, x = _split_factor(uses, left)
        line = _find_line(uses, right, factor)
        if line is not None and line[0] is x:
            return x, ActivationSetting(Activation.HARD_SWISH, factor, line[1])
    return None


def _find_line(uses: Uses, clipped: Value, factor: float) -> tuple[Value, float] | None:
    """Find x and c * k in clip(x + c, 0, 1 / k)."""
    clip = uses.find_maker(clipped)
    if not isinstance(clip, ActivationDraft) or clip.activation.kind != Activation.CLIP:
        return None
    if clip.activation.low != 0 or not math.isclose(clip.activation.high * factor, 1, rel_tol=1e-6):
        return None
    added = _read_operation(uses, clip.inputs[0], Binary.ADD)
    return None if added is None else (added[0], added[1] * factor)


def _find_gelu(uses: Uses, product: Instruction) -> tuple[Value, ActivationSetting] | None:
    """Find x * (1 + erf(x / √2)) / 2, the half anywhere."""
    if product.numbers[0] != Binary.MULTIPLY:
        return None
    for left, right in _list_pairs(product):
        factor, x = _split_factor(uses, left)
        more, curve = _split_factor(uses, right)
        if not math.isclose(factor * more, 0.5, rel_tol=1e-6):
            continue
        scale, inner = _find_error_function(uses, curve)
        if inner is x and math.isclose(scale, math.sqrt(0.5), rel_tol=1e-6):
            return x, ActivationSetting(Activation.GELU)
    return None


def _find_error_function(uses: Uses, value: Value) -> tuple[float, Value | None]:
    """Find k and x in 1 + erf(k * x) or 1 - erf(-k * x)."""
    sign, one = 1.0, _read_operation(uses, value, Binary.ADD)
    if one is None:
        sign, one = -1.0, _read_operation(uses, value, Binary.SUBTRACT, number_first=True)
    erf = uses.find_maker(one[0]) if one is not None and one[1] == 1 else None
    if erf is None or erf.opcode != Opcode.UNARY or erf.numbers[0] != Unary.ERF:
        return 0.0, None
    scale, inner = _split_factor(uses, erf.inputs[0])
    negated = uses.find_maker(inner)
    if negated is not None and negated.opcode == Opcode.UNARY and negated.numbers[0] == Unary.NEGATE:
        return -scale * sign, negated.inputs[0]
    return scale * sign, inner


def _split_factor(uses: Uses, value: Value | None) -> tuple[float, Value]:
    """Split a product with a number into the number and the rest."""
    for kind in (Binary.MULTIPLY, Binary.DIVIDE):
        found = _read_operation(uses, value, kind)
        if found is not None and found[1]:
            return found[1] if kind == Binary.MULTIPLY else 1 / found[1], found[0]
    if value is None:
        raise ValueError(value)
    return 1.0, value


def _read_operation(
    uses: Uses, value: Value | None, kind: Binary, *, number_first: bool = False
) -> tuple[Value, float] | None:
    """The other operand and the number of an operation with one number, which stands second unless told otherwise."""
    maker = uses.find_maker(value)
    if maker is None or maker.opcode != Opcode.BINARY or maker.numbers[0] != kind:
        return None
    for number, x in _list_pairs(maker):
        known = _read_number(number)
        placed = kind in _EITHER_WAY or (maker.inputs[0] is number) == number_first
        if known is not None and placed:
            return x, known
    return None


def _list_pairs(instruction: Instruction) -> list[tuple[Value, Value]]:
    first, second = instruction.inputs
    return [] if first is None or second is None else [(first, second), (second, first)]


def _read_number(value: Value) -> float | None:
    return float(value.constant.item()) if value.constant is not None and value.size == 1 else None
