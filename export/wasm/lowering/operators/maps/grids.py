"""Elements of maps at places that are computed: grids, and the grids of affine maps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Final

import numpy as np

from webparity.export.wasm.drafts import ActivationSetting
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.operators.activations import activate
from webparity.export.wasm.lowering.operators.indexing import take_along
from webparity.export.wasm.lowering.operators.reductions import squeeze
from webparity.export.wasm.lowering.operators.shapes import take_slice
from webparity.export.wasm.lowering.products import multiply_matrices
from webparity.export.wasm.lowering.tensor import OrderedTensor, compute_strides
from webparity.export.wasm.lowering.windows import get_channels_last
from webparity.program.opcodes import Activation, Binary, Unary

# The names of operator set 16 and of those behind it.
_MODES: Final = {"bilinear": "linear", "bicubic": "cubic", **{name: name for name in ("nearest", "linear", "cubic")}}
# Of the cubic that onnxruntime and PyTorch take.
_CUBIC: Final = -0.75


@dataclass(frozen=True)
class MapAxis:
    """One axis of a map, and what lies beyond its ends.

    Attributes:
        side: number of elements.
        aligned: whether -1 and 1 are the middles of the first and last element, not their outer edges.
        padding: `zeros`, `border` or `reflection`.
    """

    side: int
    aligned: bool
    padding: str

    def find(self, builder: Builder, grid: OrderedTensor) -> OrderedTensor:
        """Turn -1 to 1 into places."""
        if self.aligned:
            return builder.scale(Binary.MULTIPLY, builder.scale(Binary.ADD, grid, 1), (self.side - 1) / 2)
        shifted = builder.scale(Binary.MULTIPLY, builder.scale(Binary.ADD, grid, 1), self.side)
        return builder.scale(Binary.MULTIPLY, builder.scale(Binary.SUBTRACT, shifted, 1), 0.5)

    def bring_back(self, builder: Builder, places: OrderedTensor) -> OrderedTensor:
        """Move places beyond the ends to where their elements are taken from; zeros stay outside."""
        if self.padding == "border":
            return _clip(builder, places, 0, self.side - 1)
        return self._reflect(builder, places) if self.padding == "reflection" else places

    def _reflect(self, builder: Builder, places: OrderedTensor) -> OrderedTensor:
        low, length = (0.0, self.side - 1.0) if self.aligned else (-0.5, float(self.side))
        if length == 0:
            return builder.scale(Binary.MULTIPLY, places, 0)
        distance = builder.unary(Unary.ABS, builder.scale(Binary.SUBTRACT, places, low))
        there_and_back = builder.scale(Binary.FMOD, distance, 2 * length)
        back = builder.binary(Binary.SUBTRACT, builder.make_constant(2 * length, np.float32), there_and_back)
        return builder.scale(Binary.ADD, builder.binary(Binary.MINIMUM, there_and_back, back), low)

    def find_outside(self, builder: Builder, places: OrderedTensor) -> OrderedTensor | None:
        """Which whole places have no element."""
        if self.padding != "zeros":
            return None
        before = builder.scale(Binary.LESS, places, 0)
        return builder.binary(Binary.OR, before, builder.scale(Binary.GREATER, places, self.side - 1))


@dataclass(frozen=True)
class MapTap:
    """One place along an axis, whole, and what its element counts."""

    place: OrderedTensor
    weight: OrderedTensor | None


def _clip(builder: Builder, x: OrderedTensor, low: float, high: float) -> OrderedTensor:
    return activate(builder, x, ActivationSetting(Activation.CLIP, float(low), float(high)))


def _list_taps(builder: Builder, axis: MapAxis, grid: OrderedTensor, mode: str) -> list[MapTap]:
    """List the places along one axis that an element is computed from."""
    places = axis.find(builder, grid)
    if mode == "nearest":
        return [MapTap(axis.bring_back(builder, builder.unary(Unary.ROUND, places)), None)]
    if mode == "linear":
        return list_linear_taps(builder, axis, axis.bring_back(builder, places))
    first = builder.unary(Unary.FLOOR, places)
    weights = _weigh_cubic(builder, builder.binary(Binary.SUBTRACT, places, first))
    return [
        MapTap(axis.bring_back(builder, builder.scale(Binary.ADD, first, index - 1)), weight)
        for index, weight in enumerate(weights)
    ]


def list_linear_taps(builder: Builder, axis: MapAxis, places: OrderedTensor) -> list[MapTap]:
    """List the two whole places around each place of an axis, which count by their distance."""
    first = builder.unary(Unary.FLOOR, places)
    past = builder.binary(Binary.SUBTRACT, places, first)
    left = builder.binary(Binary.SUBTRACT, builder.make_constant(1, past.dtype), past)
    second = axis.bring_back(builder, builder.scale(Binary.ADD, first, 1))
    return [MapTap(axis.bring_back(builder, first), left), MapTap(second, past)]


def _weigh_cubic(builder: Builder, past: OrderedTensor) -> list[OrderedTensor]:
    one = builder.make_constant(1, past.dtype)
    left = builder.binary(Binary.SUBTRACT, one, past)
    near, far = (1, 0, -(_CUBIC + 3), _CUBIC + 2), (-4 * _CUBIC, 8 * _CUBIC, -5 * _CUBIC, _CUBIC)
    distances = [
        (builder.scale(Binary.ADD, past, 1), far),
        (past, near),
        (left, near),
        (builder.scale(Binary.ADD, left, 1), far),
    ]
    return [_evaluate(builder, distance, coefficients) for distance, coefficients in distances]


def _evaluate(builder: Builder, x: OrderedTensor, coefficients: Sequence[float]) -> OrderedTensor:
    """A polynomial, by Horner's rule."""
    *lower, leading = coefficients
    result = builder.scale(Binary.MULTIPLY, x, leading)
    for coefficient in lower[:0:-1]:
        result = builder.binary(Binary.MULTIPLY, builder.scale(Binary.ADD, result, coefficient), x)
    return builder.scale(Binary.ADD, result, lower[0])


def _lower_grid_sample(builder: Builder, node: Node) -> list[OrderedTensor]:
    x, grid = node[0], node[1]
    mode = _MODES.get(node.get_text("mode", "linear"), "")
    padding, aligned = node.get_text("padding_mode", "zeros"), bool(node.get("align_corners", 0))
    if (
        x.dtype != np.float32
        or grid.dtype != np.float32
        or not mode
        or padding not in {"zeros", "border", "reflection"}
    ):
        raise NotCompiledError(f"of {x.dtype} in mode {node.get_text('mode')} with {padding}")
    rank = x.rank - 2
    axes = [MapAxis(side, aligned, padding) for side in x.shape[2:]]
    # The last axis comes first in a grid.
    parts = [
        squeeze(builder, take_slice(builder, grid, {rank + 1: (rank - 1 - axis, 1, 1)}), [rank + 1])
        for axis in range(rank)
    ]
    taps = [_list_taps(builder, axis, part, mode) for axis, part in zip(axes, parts, strict=True)]
    return [sample(builder, x, axes, taps).transpose([0, rank + 1, *range(1, rank + 1)])]


def sample(
    builder: Builder, x: OrderedTensor, axes: Sequence[MapAxis], taps: Sequence[Sequence[MapTap]]
) -> OrderedTensor:
    """Compute elements [N, ..., C] of a map [N, C, ...] from the places of all its axes, each [N, ...]."""
    value = builder.arrange(x, get_channels_last(x.rank))
    elements = builder.wrap(builder.reshape(value, (value.size // value.shape[-1], value.shape[-1])))
    terms = [_take(builder, elements, x.shape, axes, chosen) for chosen in product(*taps)]
    return reduce(lambda a, b: builder.binary(Binary.ADD, a, b), terms)


def _take(
    builder: Builder, elements: OrderedTensor, shape: Sequence[int], axes: Sequence[MapAxis], taps: Sequence[MapTap]
) -> OrderedTensor:
    """The elements [N, ..., C] at one place of each axis, weighted; 0 where there are none."""
    count, _, *sides = shape
    size = math.prod(sides)
    offsets = np.arange(count, dtype=np.int32).reshape(-1, *[1] * (taps[0].place.rank - 1)) * size
    index = builder.make_constant(offsets)
    for axis, tap, step in zip(axes, taps, compute_strides(sides), strict=True):
        inside = builder.cast(_clip(builder, tap.place, 0, axis.side - 1), np.int32)
        index = builder.binary(Binary.ADD, builder.scale(Binary.MULTIPLY, inside, step), index)
    taken = take_along(builder, elements, 0, index)
    column = [*taps[0].place.shape, 1]
    outside = [axis.find_outside(builder, tap.place) for axis, tap in zip(axes, taps, strict=True)]
    missing = [each for each in outside if each is not None]
    if missing:
        none = reduce(lambda a, b: builder.binary(Binary.OR, a, b), missing)
        flat = builder.wrap(builder.reshape(builder.arrange(none), column))
        taken = builder.where(flat, builder.make_constant(0, taken.dtype), taken)
    weights = [tap.weight for tap in taps if tap.weight is not None]
    if weights:
        weight = reduce(lambda a, b: builder.binary(Binary.MULTIPLY, a, b), weights)
        flat = builder.wrap(builder.reshape(builder.arrange(weight), column))
        taken = builder.binary(Binary.MULTIPLY, taken, flat)
    return taken


def _lower_affine_grid(builder: Builder, node: Node) -> list[OrderedTensor]:
    """Multiply the places of all elements, -1 to 1, by a matrix of each image."""
    theta, sides = node[0], [int(side) for side in node.read(1)[2:]]
    aligned = bool(node.get("align_corners", 0))
    lines = []
    for side in sides:
        ends = np.linspace(-1, 1, side) if aligned else (2 * np.arange(side) + 1) / side - 1
        lines.append(ends if side > 1 or not aligned else np.zeros(1))
    places = np.meshgrid(*lines, indexing="ij")
    rows = np.stack([*(each.ravel() for each in places[::-1]), np.ones(math.prod(sides))])
    result = multiply_matrices(builder, theta, builder.make_constant(rows, theta.dtype))
    turned = builder.arrange(result.transpose([0, 2, 1]))
    return [builder.wrap(builder.reshape(turned, (theta.shape[0], *sides, len(sides))))]


OPERATORS: Final[dict[str, Lowering]] = {"GridSample": _lower_grid_sample, "AffineGrid": _lower_affine_grid}
