"""Programs of one layer in the module, and what the layers mean in float64."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from webparity.export.wasm.packing import pack_depthwise, pack_kernel
from webparity.export.wasm.write import write_program
from webparity.program.graph import ProgramGraph
from webparity.program.instance import ProgramInstance
from webparity.program.opcodes import Activation, Opcode

Array = NDArray[Any]
Number = int | float
NO_ACTIVATION: Final[tuple[Number, ...]] = (Activation.NONE, 0.0, 0.0)
RELU: Final[tuple[Number, ...]] = (Activation.CLIP, 0.0, float("inf"))
RELU6: Final[tuple[Number, ...]] = (Activation.CLIP, 0.0, 6.0)


def make_program(
    opcode: Opcode,
    inputs: Sequence[Array | None],
    constants: Sequence[Array | None],
    shape: tuple[int, ...],
    numbers: Sequence[Number] = (),
    dtype: Any = np.float32,
) -> bytes:
    """Write an instruction of one output: what it reads from the host, then from the file."""
    graph = ProgramGraph()
    given = [None if each is None else graph.add_input(each.shape, each.dtype) for each in inputs]
    kept = [None if each is None else graph.add_constant(each) for each in constants]
    graph.outputs = graph.emit(opcode, [*given, *kept], (shape, dtype), numbers=list(numbers))
    return write_program(graph)


def run_instruction(
    opcode: Opcode,
    inputs: Sequence[Array | None],
    constants: Sequence[Array | None],
    shape: tuple[int, ...],
    numbers: Sequence[Number] = (),
    dtype: Any = np.float32,
) -> Array:
    """Run an instruction of one output."""
    program = ProgramInstance(make_program(opcode, inputs, constants, shape, numbers, dtype))
    return program.run([each for each in inputs if each is not None])[0]


@dataclass(frozen=True)
class Window:
    """A convolution's numbers; `pads` are top, left, bottom, right."""

    strides: tuple[int, int] = (1, 1)
    dilations: tuple[int, int] = (1, 1)
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)
    groups: int = 1
    activation: tuple[Number, ...] = NO_ACTIVATION
    pool: bool = False

    def list_numbers(self, kernel: Sequence[int]) -> list[Number]:
        """The operands behind the values."""
        top, left = self.pads[:2]
        return [*kernel, *self.strides, *self.dilations, top, left, self.groups, *self.activation, int(self.pool)]


def convolve(x: Array, kernel: Array, bias: Array | None, residual: Array | None, window: Window) -> Array:
    """A convolution in float64: x [H, W, C], kernel [kh, kw, C / groups, O]; the result [OH, OW, O]."""
    top, left, bottom, right = window.pads
    padded = np.pad(x.astype(np.float64), ((top, bottom), (left, right), (0, 0)))
    (down, across), (apart_y, apart_x) = window.strides, window.dilations
    reach = ((kernel.shape[0] - 1) * apart_y + 1, (kernel.shape[1] - 1) * apart_x + 1)
    seen = sliding_window_view(padded, reach, (0, 1))[::down, ::across, :, ::apart_y, ::apart_x]
    parts = zip(np.split(seen, window.groups, 2), np.split(kernel, window.groups, 3), strict=True)
    out = np.concatenate([np.einsum("yxcij,ijco->yxo", each, part, optimize=True) for each, part in parts], 2)
    out = out + (0 if bias is None else bias) + (0 if residual is None else residual)
    kind, low, high = window.activation
    if kind == Activation.CLIP:
        out = np.clip(out, low, high)
    if kind == Activation.LEAKY:
        out = np.where(out >= 0, out, out * np.float32(low))
    if window.pool:
        height, width = out.shape[0] // 2, out.shape[1] // 2
        out = out[: 2 * height, : 2 * width].reshape(height, 2, width, 2, -1).max((1, 3))
    return np.asarray(out)


def run_convolution(
    opcode: Opcode, x: Array, kernel: Array, bias: Array | None, residual: Array | None, window: Window
) -> tuple[Array, Array]:
    """The module's result and the one in float64."""
    expected = convolve(x, kernel, bias, residual, window)
    packed = pack_depthwise(kernel) if opcode == Opcode.DEPTHWISE else pack_kernel(kernel, window.groups)
    constants = [packed, bias, None if residual is None else residual[None]]
    numbers = window.list_numbers(kernel.shape[:2])
    return run_instruction(opcode, [x[None]], constants, (1, *expected.shape), numbers)[0], expected
