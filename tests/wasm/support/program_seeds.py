"""Small programs of every instruction, to change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.wasm.write import write_program
from webparity.program.graph import ProgramGraph, Value
from webparity.program.opcodes import Activation, Binary, Opcode, Pool, Reduce, ResizeFit, ResizeMethod, Unary

F32: Final = np.float32
Number = int | float


class Seed:
    """A program of one input of float32 [2, 3, 4]; each result is an output."""

    def __init__(self) -> None:
        self.graph = ProgramGraph()
        self.random = np.random.default_rng(7)
        self.x = self.graph.add_input((2, 3, 4), F32)

    def constant(self, *shape: int, dtype: Any = F32) -> Value:
        """A constant of random elements."""
        return self.graph.add_constant(self.random.uniform(-2, 2, shape).astype(dtype))

    def table(self, values: Any, dtype: Any) -> Value:
        """A constant of these elements."""
        return self.graph.add_constant(np.asarray(values, dtype))

    def emit(
        self, opcode: Opcode, inputs: list[Value | None], shape: tuple[int, ...], *numbers: Number, dtype: Any = F32
    ) -> Value:
        """An instruction of one result, which is an output."""
        (value,) = self.graph.emit(opcode, inputs, (shape, dtype), numbers=list(numbers))
        self.graph.outputs.append(value)
        return value


def _copy(seed: Seed) -> None:
    """A prologue, a transpose, a concatenation behind a fill, another shape, a constant of float16."""
    kept = seed.emit(Opcode.COPY, [seed.constant(8)], (8,), 1, 8, -1, 1, 7, 0)
    seed.graph.prologue.append(seed.graph.instructions.pop())
    seed.emit(Opcode.COPY, [seed.x], (4, 2, 3), 3, 4, 2, 3, 1, 12, 4, 6, 3, 1, 0, 0)
    joined = seed.emit(Opcode.FILL, [], (20,), 0x3F800000, 0)
    halves = Value((4,), np.dtype(F32), np.arange(4, dtype=F32), "", np.arange(4, dtype=np.float16))
    for source, words in ((kept, [2, 4, 2, 2, 1, 5, 1, 0, 0]), (halves, [1, 4, 1, 5, 0, 2])):
        seed.graph.emit(Opcode.COPY, [source], ((20,), F32), numbers=[*words])
        seed.graph.instructions[-1].outputs = [joined]
    reshaped = seed.emit(Opcode.COPY, [joined], (4, 5), 1, 20, 1, 1, 0, 0)
    seed.graph.outputs.remove(joined)
    assert reshaped in seed.graph.outputs


def _elementwise(seed: Seed) -> None:
    y = seed.constant(3, 1)
    for kind in (Unary.EXP, Unary.TANH, Unary.ERF, Unary.SIN, Unary.LOG, Unary.ACOSH):
        seed.emit(Opcode.UNARY, [seed.x], (2, 3, 4), kind)
    truth = seed.emit(Opcode.BINARY, [seed.x, y], (2, 3, 4), Binary.LESS, dtype=np.bool_)
    for kind in (Binary.ADD, Binary.POWER, Binary.FMOD, Binary.LEAKY):
        seed.emit(Opcode.BINARY, [seed.x, y], (2, 3, 4), kind)
    seed.emit(Opcode.WHERE, [truth, seed.x, y], (2, 3, 4))
    wide = seed.emit(Opcode.CAST, [seed.x], (2, 3, 4), dtype=np.float64)
    seed.emit(Opcode.UNARY, [wide], (2, 3, 4), Unary.SIGMOID, dtype=np.float64)
    whole = seed.emit(Opcode.CAST, [seed.x], (2, 3, 4), dtype=np.int32)
    seed.emit(Opcode.BINARY, [whole, whole], (2, 3, 4), Binary.SHIFT_LEFT, dtype=np.int32)
    seed.emit(Opcode.BINARY, [whole, seed.table([3, 0, -1, 2], np.int32)], (2, 3, 4), Binary.DIVIDE, dtype=np.int32)
    seed.emit(Opcode.ACTIVATION, [seed.x], (2, 3, 4), Activation.GELU, 0.0, 1.0)


def _make_indices() -> NDArray[np.int64]:
    """Indices along an axis of 3, [2, 2, 4]."""
    return np.arange(16).reshape(2, 2, 4) % 3


def _indexing(seed: Seed) -> None:
    seed.emit(Opcode.GATHER, [seed.x, seed.table([2, -1], np.int64)], (2, 2, 4), 2, 3, 4)
    indices = seed.table(_make_indices(), np.int64)
    seed.emit(Opcode.GATHER_ELEMENTS, [seed.x, indices], (2, 2, 4), 1)
    pairs = seed.table([[0, 2], [1, -1]], np.int64)
    seed.emit(Opcode.GATHER_ND, [seed.x, pairs], (2, 4), 0)
    seed.emit(Opcode.SCATTER_ELEMENTS, [seed.x, indices, seed.constant(2, 2, 4)], (2, 3, 4), 1, 1)
    seed.emit(Opcode.SCATTER_ND, [seed.x, pairs, seed.constant(2, 4)], (2, 3, 4), 0)
    seed.emit(Opcode.ONE_HOT, [seed.table([1, -2], np.int64), seed.constant(2)], (2, 3), 2, 3, 1)


def _reduction(seed: Seed) -> None:
    for kind in (Reduce.SUM, Reduce.MAX, Reduce.LOG_SUM_EXP):
        seed.emit(Opcode.REDUCE, [seed.x], (2, 4), kind, 2, 3, 4)
    seed.emit(Opcode.REDUCE, [seed.x], (2, 3), Reduce.L2, 6, 4, 1)
    seed.emit(Opcode.SOFTMAX, [seed.x], (2, 3, 4), 4, 1)
    seed.emit(Opcode.NORMALIZE, [seed.x, seed.constant(3, 4), None], (2, 3, 4), 2, 1, 3, 4, 1e-3, 0)


def _ranking(seed: Seed) -> None:
    whole = np.int64
    top = seed.graph.emit(Opcode.TOP_K, [seed.x], ((2, 2, 4), F32), ((2, 2, 4), whole), numbers=[2, 1, 2, 3, 4])
    seed.graph.outputs += top
    seed.emit(Opcode.SMALLEST, [seed.x], (6, 3), 3, 4, dtype=whole)
    seed.emit(Opcode.ARG, [seed.x], (2, 4), 0, 1, 2, 3, 4, dtype=whole)
    seed.emit(Opcode.CUMULATIVE_SUM, [seed.x], (2, 3, 4), 1, 1, 2, 3, 4)


def _products(seed: Seed) -> None:
    seed.emit(Opcode.DENSE, [seed.x, seed.constant(2, 4, 8), None, None], (6, 9), 6, 4, 9, Activation.CLIP, 0.0, 6.0)
    strides = [0, 10, 5, 0, 12, 4, 1, 0, 0, 1, 4]
    seed.emit(Opcode.MATMUL, [seed.x, seed.constant(5, 4)], (2, 3, 5), 1, 2, 3, 4, 5, 0, 15, *strides[2:], 0.5)


def _convolutions(seed: Seed) -> None:
    maps = seed.emit(Opcode.RESIZE_IMAGE, [], (1, 6, 5, 3), ResizeMethod.BILINEAR, 0)
    for method, fit in ((ResizeMethod.PILLOW_CUBIC, ResizeFit.COVER), (ResizeMethod.TENSORFLOW, ResizeFit.SHORTER)):
        seed.emit(Opcode.RESIZE_IMAGE, [], (1, 4, 5, 3), method, 4, fit, 4, 1, 0)
    seed.emit(Opcode.RESIZE_IMAGE, [], (1, 4, 5, 1), ResizeMethod.NEAREST, 4, ResizeFit.CONTAIN, 4, 2, 9)
    clip = [Activation.CLIP, 0.0, 6.0]
    weights = [maps, seed.constant(1, 3, 3, 3, 8), seed.constant(4), None]
    seed.emit(Opcode.CONV, weights, (1, 6, 5, 4), 3, 3, 1, 1, 1, 1, 1, 1, 1, *clip, 0)
    seed.emit(Opcode.CONV, weights, (1, 2, 2, 4), 3, 3, 1, 1, 1, 1, 0, 0, 1, *clip, 1)
    seed.emit(Opcode.WINOGRAD, weights, (1, 3, 2, 4), 3, 3, 1, 1, 1, 1, 1, 1, 1, *clip, 1)
    seed.emit(Opcode.CONV_TRANSPOSE, weights, (1, 13, 11, 4), 3, 3, 2, 2, 1, 1, 0, 0, 1, *clip, 0)
    depthwise = [maps, seed.constant(3, 3, 3), None, None]
    seed.emit(Opcode.DEPTHWISE, depthwise, (1, 3, 3, 3), 3, 3, 2, 2, 1, 1, 1, 1, 3, *clip, 0)
    for kind in (Pool.MAX, Pool.AVERAGE):
        seed.emit(Opcode.POOL, [maps], (1, 3, 2, 3), kind, 2, 2, 2, 2, 1, 1, 0, 0, 0, 0, 0)
    tables = [seed.table([[0, 1], [4, 5]], np.int32), seed.constant(2, 2)]
    seed.emit(Opcode.RESIZE, [maps, *tables, seed.table([[0], [4]], np.int32), seed.constant(2, 1)], (1, 2, 2, 3))


def _classifiers(seed: Seed) -> None:
    wide = np.float64
    x = seed.emit(Opcode.COPY, [seed.x], (24,), 1, 24, 1, 1, 0, 0)
    tables = [
        seed.table([0.5, 0, 0], F32),
        seed.table([3, 0, 0], np.int32),
        seed.table([2, ~0, ~1], np.int32),
        seed.table([0], np.int32),
        seed.table([0, 1, 2], np.int32),
        seed.table([0, 1], np.uint16),
        seed.table([0.5, 1.5], wide),
        seed.table([0, 1], wide),
    ]
    seed.emit(Opcode.TREES, [x, *tables], (2,), dtype=wide)
    seed.emit(Opcode.DISTANCES, [x, seed.constant(5, 24)], (5,), 0, dtype=wide)
    seed.emit(Opcode.COUPLE_PAIRS, [seed.table([0.2, 0.5, 0.9], wide)], (3,), dtype=wide)


GROUPS: Final[tuple[Callable[[Seed], None], ...]] = (
    _copy,
    _elementwise,
    _indexing,
    _reduction,
    _ranking,
    _products,
    _convolutions,
    _classifiers,
)


def make_program_seeds() -> dict[str, bytes]:
    """Give the programs by name."""
    programs = {}
    for fill in GROUPS:
        seed = Seed()
        fill(seed)
        programs[fill.__name__.strip("_")] = write_program(seed.graph)
    return programs
