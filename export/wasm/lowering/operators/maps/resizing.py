"""Resizing of feature maps: taps and their weights are computed at export."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError, normalize_axis
from webparity.export.wasm.lowering.operators.indexing import take_along
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.program.graph import Value
from webparity.program.opcodes import Opcode

Float64 = NDArray[np.float64]


@dataclass(frozen=True)
class _Taps:
    """For each place of the result, the places that it is computed from, and their weights.

    Attributes:
        places: [size, taps].
        weights: of the same shape.
        outside: [size], whether the place takes `extrapolation_value`.
    """

    places: NDArray[np.int64]
    weights: Float64
    outside: NDArray[np.bool_]


def _lower_resize(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    sizes, scales, regions = _read_sizes(node, x)
    crops = node.get_text("coordinate_transformation_mode") == "tf_crop_and_resize"
    changed = [axis for axis in range(x.rank) if crops or (sizes[axis], scales[axis]) != (x.shape[axis], 1)]
    taps = {axis: _make_taps(node, x.shape[axis], sizes[axis], scales[axis], regions[axis]) for axis in changed}
    result = x
    if x.dtype != np.float32:
        if any(each.places.shape[1] > 1 for each in taps.values()):
            raise NotCompiledError(f"of {x.dtype}")
        for axis, each in taps.items():
            result = take_along(builder, result, axis, builder.make_constant(each.places[:, 0], np.int32))
    else:
        for first in range(0, len(changed), 2):
            result = _resize_axes(builder, result, {axis: taps[axis] for axis in changed[first : first + 2]})
    if not any(each.outside.any() for each in taps.values()):
        return [result]
    outside = np.zeros((1,) * x.rank, np.bool_)
    for axis, each in taps.items():
        outside = outside | each.outside.reshape([-1 if other == axis else 1 for other in range(x.rank)])
    given = builder.make_constant(node.get("extrapolation_value", 0.0), x.dtype)
    return [builder.where(builder.make_constant(np.broadcast_to(outside, sizes)), given, result)]


def _resize_axes(builder: Builder, x: OrderedTensor, taps: dict[int, _Taps]) -> OrderedTensor:
    """Resize one or two axes, where all others are channels."""
    others = [axis for axis in range(x.rank) if axis not in taps]
    order = (*(axis for axis in others if x.shape[axis] == 1), *taps, *(axis for axis in others if x.shape[axis] != 1))
    value = builder.arrange(x, order)
    one = _Taps(np.zeros((1, 1), np.int64), np.ones((1, 1)), np.zeros(1, np.bool_))
    down, right = list(taps.values()) if len(taps) == 2 else [one, *taps.values()]
    tables: list[Value] = []
    for each in (down, right):
        tables.append(builder.make_constant(each.places, np.int32).value)
        tables.append(builder.make_constant(each.weights, np.float32).value)
    sides = [x.shape[axis] for axis in taps]
    channels = math.prod(x.shape[axis] for axis in others)
    maps = builder.reshape(value, (1, *[1] * (2 - len(sides)), *sides, channels))
    resized = (1, len(down.places), len(right.places), channels)
    result = builder.emit(Opcode.RESIZE, [maps, *tables], resized, np.float32)
    shape = [len(taps[axis].places) if axis in taps else x.shape[axis] for axis in order]
    return OrderedTensor(builder.reshape(result, shape), order)


def _read_sizes(node: Node, x: OrderedTensor) -> tuple[list[int], list[float], list[tuple[float, float]]]:
    """Read the sides of the result, the scales, and the region of each axis."""
    upsample = node.op_type == "Upsample" or node.opset < 11
    places = {"roi": -1, "scales": 1, "sizes": -1} if upsample else {"roi": 1, "scales": 2, "sizes": 3}
    axes = [normalize_axis(axis, x.rank) for axis in node.get("axes") or range(x.rank)]
    scales, sizes = [1.0] * x.rank, list(x.shape)
    given = node.find(places["sizes"]) if places["sizes"] >= 0 else None
    if given is not None and given.value.size:
        wanted = [int(side) for side in node.read(places["sizes"])]
        ratios = [side / x.shape[axis] for axis, side in zip(axes, wanted, strict=True)]
        policy = node.get_text("keep_aspect_ratio_policy", "stretch")
        if policy != "stretch":
            ratio = min(ratios) if policy == "not_larger" else max(ratios)
            ratios = [ratio] * len(ratios)
            wanted = [math.floor(ratio * x.shape[axis] + 0.5) for axis in axes]
        for axis, side, ratio in zip(axes, wanted, ratios, strict=True):
            sizes[axis], scales[axis] = side, ratio
    else:
        factors = node.get("scales") if node.find(places["scales"]) is None else node.read(places["scales"])
        if factors is None:
            raise NotCompiledError("without scales")
        for axis, factor in zip(axes, factors, strict=True):
            scales[axis] = float(factor)
            sizes[axis] = math.floor(x.shape[axis] * float(factor))
    regions = [(0.0, 1.0)] * x.rank
    if node.get_text("coordinate_transformation_mode") == "tf_crop_and_resize":
        region = node.read(places["roi"]).astype(np.float64)
        for index, axis in enumerate(axes):
            regions[axis] = (float(region[index]), float(region[index + len(axes)]))
    return sizes, scales, regions


def _make_taps(node: Node, length: int, size: int, scale: float, region: tuple[float, float]) -> _Taps:
    """Make the taps of one axis of `length` elements resized to `size`."""
    coordinates = _find_coordinates(node, length, size, scale, region)
    extrapolates = node.get_text("coordinate_transformation_mode") == "tf_crop_and_resize"
    outside = extrapolates & ((coordinates < 0) | (coordinates > length - 1))
    mode = node.get_text("mode", "nearest")
    if mode == "nearest":
        return _Taps(_round_places(node, coordinates, length)[:, np.newaxis], np.ones((size, 1)), outside)
    stretch = max(1 / scale, 1.0) if node.get("antialias", 0) else 1.0
    reach = {"linear": 1, "cubic": 2}.get(mode)
    if reach is None:
        raise NotCompiledError(f"in mode {mode}")
    half = math.ceil(reach * stretch)
    first = np.floor(coordinates).astype(np.int64) - half + 1
    places = first[:, np.newaxis] + np.arange(2 * half)
    distance = (places - coordinates[:, np.newaxis]) / stretch
    weights = _weigh_linear(distance) if mode == "linear" else _weigh_cubic(distance, node.get("cubic_coeff_a", -0.75))
    if node.get("exclude_outside", 0):
        weights = np.where((places < 0) | (places >= length), 0.0, weights)
    if node.get("exclude_outside", 0) or stretch != 1:
        weights = weights / weights.sum(axis=1, keepdims=True)
    return _Taps(np.clip(places, 0, length - 1), weights, outside)


def _find_coordinates(node: Node, length: int, size: int, scale: float, region: tuple[float, float]) -> Float64:
    """Find where on the old axis the places of the new one are."""
    mode = node.get_text("coordinate_transformation_mode", "asymmetric" if node.opset < 11 else "half_pixel")
    places = np.arange(size, dtype=np.float64)
    start, end = region
    centres = (places + 0.5) / scale - 0.5
    whole = length * scale  # not rounded to places
    shift = length / 2 * (1 - size / whole)
    spread = (length - 1) / (whole - 1) if whole > 1 else 0.0
    crop = 0.5 * (start + end) * (length - 1) if size == 1 else start * (length - 1)
    found = {
        "asymmetric": places / scale,
        "align_corners": places * spread,
        "half_pixel": centres,
        "half_pixel_symmetric": shift + centres,
        "pytorch_half_pixel": centres if size > 1 else np.zeros(1),
        "tf_crop_and_resize": crop + places * (end - start) * spread,
    }
    if mode not in found:
        raise NotCompiledError(f"with coordinates {mode}")
    return found[mode]


def _round_places(node: Node, coordinates: Float64, length: int) -> NDArray[np.int64]:
    mode = node.get_text("nearest_mode", "floor" if node.opset < 11 else "round_prefer_floor")
    match mode:
        case "round_prefer_floor":
            places = np.ceil(coordinates - 0.5)
        case "round_prefer_ceil":
            places = np.floor(coordinates + 0.5)
        case "floor":
            places = np.floor(coordinates)
        case "ceil":
            places = np.ceil(coordinates)
        case _:
            raise NotCompiledError(f"with nearest_mode {mode}")
    return np.clip(places, 0, length - 1).astype(np.int64)


def _weigh_linear(distance: Float64) -> Float64:
    weights: Float64 = np.maximum(1 - np.abs(distance), 0)
    return weights


def _weigh_cubic(distance: Float64, a: float) -> Float64:
    d = np.abs(distance)
    near: Float64 = ((a + 2) * d - (a + 3)) * d * d + 1
    far: Float64 = ((d - 5) * d + 8) * d * a - 4 * a
    weights: Float64 = np.where(d <= 1, near, np.where(d < 2, far, 0.0))
    return weights


OPERATORS: Final[dict[str, Lowering]] = {"Resize": _lower_resize, "Upsample": _lower_resize}
