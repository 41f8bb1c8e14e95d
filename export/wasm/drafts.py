"""Instructions before fusion: they say what a layer computes, not yet by which kernel and packed weights.

Lowering emits them, the fusion passes merge their neighbours into them, and `passes/pack.py` replaces them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.export.quantization.quantized_weight import QuantizedWeight
from webparity.program.graph import Instruction, Value
from webparity.program.opcodes import Activation, Opcode

Float32 = NDArray[np.float32]


@dataclass(frozen=True)
class ActivationSetting:
    """An activation with its two numbers; by default none."""

    kind: Activation = Activation.NONE
    low: float = 0.0
    high: float = 0.0


NO_ACTIVATION = ActivationSetting()
RELU = ActivationSetting(Activation.CLIP, 0.0, float("inf"))


@dataclass(eq=False, kw_only=True)
class LinearDraft(Instruction):
    """A layer that multiplies by weights: output = activation(sums + bias + residual).

    `inputs` are the values and, after fusion, the residual.

    Attributes:
        kernel: float32, output channels last.
        quantized: the kernel in fewer bits, of the kernel's shape, if the file keeps it so.
        bias: float32 [output channels], or None.
        activation: applied last.
        layer: the ONNX node, for error messages.
        exact: whether all terms are whole numbers and their sums hold no rounding, so that no factor may be merged into
            the kernel, nor Winograd's fractions be used.
    """

    kernel: Float32
    quantized: QuantizedWeight | None = None
    bias: Float32 | None = None
    activation: ActivationSetting = NO_ACTIVATION
    layer: str = ""
    exact: bool = False

    @property
    def residual(self) -> Value | None:
        """What is added to the sums, of the output's shape."""
        return self.inputs[1] if len(self.inputs) > 1 else None


@dataclass(eq=False, kw_only=True)
class ConvolutionDraft(LinearDraft):
    """A convolution [1, H, W, C] to [1, h, w, O]; `kernel` is [kh, kw, C / groups, O].

    Attributes:
        strides: down and right.
        dilations: down and right.
        pads: zeros at the top, left, bottom and right.
        groups: of input and output channels.
        pool: whether a max-pool of 2 by 2 follows the activation; the output is the pool's.
    """

    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    pads: tuple[int, ...]
    groups: int
    pool: bool = False

    @property
    def is_depthwise(self) -> bool:
        """Whether each output channel reads one input channel, which no other reads."""
        return self.groups > 1 and self.kernel.shape[2] == 1 and self.kernel.shape[3] == self.groups


@dataclass(eq=False, kw_only=True)
class DenseDraft(LinearDraft):
    """A product of rows [..., D] by the kernel [D, O]."""


@dataclass(eq=False, kw_only=True)
class ActivationDraft(Instruction):
    """An activation of each element, float32 or float64."""

    activation: ActivationSetting


@dataclass(eq=False, kw_only=True)
class PadDraft(Instruction):
    """Padding of each axis with one element.

    Attributes:
        before: elements before the first, by axis of the value; not negative.
        after: elements after the last.
        element: what is filled in, of the value's type.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    element: NDArray[Any]


def make_activation(x: Value, activation: ActivationSetting) -> ActivationDraft:
    """Make an activation of a value."""
    return ActivationDraft(Opcode.ACTIVATION, [Value(x.shape, x.dtype)], [x], activation=activation)
