"""Pools, normalisation, resizing and activations of feature maps, against NumPy in float64."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pytest
from layer_programs import Array, run_instruction

from webparity.program.opcodes import Activation, Opcode, Pool
from webparity.program.refusal import ProgramRefusal

Number = int | float
# Map, kernel, strides, dilations, pads (top, left, bottom, right).
WINDOWS: Final[list[Any]] = [
    ((13, 14, 5), (3, 3), (2, 2), (1, 1), (1, 1, 1, 1)),
    ((7, 7, 16), (7, 7), (1, 1), (1, 1), (0, 0, 0, 0)),
    ((8, 9, 4), (2, 2), (2, 2), (1, 1), (0, 0, 0, 0)),
    ((8, 9, 3), (2, 3), (1, 1), (2, 3), (1, 0, 1, 2)),
    ((4, 4, 2), (2, 2), (3, 3), (1, 1), (0, 0, 1, 1)),
]


def pool(kind: Pool, power: int, x: Array, kernel: Any, strides: Any, dilations: Any, pads: Any) -> tuple[Array, Array]:
    """The module's result and the one in float64; the last window may reach beyond the padding, as with `ceil_mode`."""
    sides = [
        -(-(side + pads[axis] + pads[2 + axis] - (kernel[axis] - 1) * dilations[axis] - 1) // strides[axis]) + 1
        for axis, side in enumerate(x.shape[:2])
    ]
    expected = np.empty((*sides, x.shape[2]))
    for place in np.ndindex(*sides):
        reached = [
            place[axis] * strides[axis] + np.arange(kernel[axis]) * dilations[axis] - pads[axis] for axis in (0, 1)
        ]
        inside = [each[(each >= 0) & (each < side)] for each, side in zip(reached, x.shape, strict=False)]
        pixels = x[np.ix_(*inside)].astype(np.float64)
        padded = math.prod((each < x.shape[axis] + pads[2 + axis]).sum() for axis, each in enumerate(reached))
        expected[place] = {
            Pool.MAX: lambda pixels: pixels.max((0, 1)),
            Pool.AVERAGE: lambda pixels: pixels.mean((0, 1)),
            Pool.AVERAGE_WITH_PADDING: lambda pixels, padded=padded: pixels.sum((0, 1)) / padded,
            Pool.LP: lambda pixels: (np.abs(pixels) ** power).sum((0, 1)) ** (1 / power),
        }[kind](pixels)
    numbers = [kind, *kernel, *strides, *dilations, *pads, power]
    return run_instruction(Opcode.POOL, [x[None]], [], (1, *expected.shape), numbers)[0], expected


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(
    ("kind", "power"),
    [(Pool.MAX, 0), (Pool.AVERAGE, 0), (Pool.AVERAGE_WITH_PADDING, 0), (Pool.LP, 1), (Pool.LP, 2), (Pool.LP, 3)],
)
def test_a_pool_is_that_of_float64(kind: Pool, power: int, window: Any) -> None:
    x = np.random.default_rng(3).standard_normal(window[0], np.float32)
    result, expected = pool(kind, power, x, *window[1:])
    np.testing.assert_allclose(result, expected, rtol=0 if kind == Pool.MAX else 1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "kind"),
    [((10, 1, 1, 70), 0), ((1, 49, 8, 1), 0), ((1, 49, 4, 6), 0), ((3, 5, 2, 3), 1)],
    ids=["layer", "instance", "group", "root mean square"],
)
def test_a_normalisation_is_that_of_float64(shape: tuple[int, ...], kind: int) -> None:
    random = np.random.default_rng(4)
    x = random.standard_normal(shape, np.float32) + np.float32(100)
    scale, bias = random.standard_normal(shape[2:], np.float32), random.standard_normal(shape[2:], np.float32)
    wide = x.astype(np.float64)
    centred = wide if kind else wide - wide.mean((1, 3), keepdims=True)
    expected = centred / np.sqrt((centred**2).mean((1, 3), keepdims=True) + np.float32(1e-3))
    for weights in ([None, None], [scale, None], [scale, bias]):
        result = run_instruction(Opcode.NORMALIZE, [x], weights, shape, [*shape, 1e-3, kind])
        scaled = expected * (1 if weights[0] is None else scale) + (0 if weights[1] is None else bias)
        np.testing.assert_allclose(result, scaled, rtol=0, atol=5e-5)


def test_maps_are_resized_by_taps() -> None:
    random = np.random.default_rng(2)
    x = random.standard_normal((1, 5, 6, 7), np.float32)
    tables, matrices = [], []
    for size, side, taps in ((9, 5, 2), (4, 6, 3)):
        places = random.integers(0, side, (size, taps), np.int32)
        weights = random.standard_normal((size, taps), np.float32)
        matrix = np.zeros((size, side))
        np.add.at(matrix, (np.arange(size)[:, None], places), weights)
        tables += [places, weights]
        matrices.append(matrix)
    result = run_instruction(Opcode.RESIZE, [x], tables, (1, 9, 4, 7))
    expected = np.einsum("yh,xw,nhwc->nyxc", *matrices, x)
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-5)
    tables[0][3, 1] = 5
    with pytest.raises(ProgramRefusal) as refused:
        run_instruction(Opcode.RESIZE, [x], tables, (1, 9, 4, 7))
    assert refused.value.code == "bounds"


def test_nearest_pixels_are_copied_to_the_bit() -> None:
    x = np.array([-0.0, 1e-45, np.inf, -1.5], np.float32).reshape(1, 2, 2, 1)
    taps, one = np.array([[0], [0], [1]], np.int32), np.ones((3, 1), np.float32)
    result = run_instruction(Opcode.RESIZE, [x], [taps, one, taps, one], (1, 3, 3, 1))
    assert result.tobytes() == np.ascontiguousarray(x[:, [0, 0, 1]][:, :, [0, 0, 1]]).tobytes()


def compute_erf(x: Array) -> Array:
    return np.vectorize(math.erf)(x)


# In units in the last place of the result, but where it is a difference of greater numbers: there of 1.
ACTIVATIONS: Final[dict[Activation, Any]] = {
    Activation.NONE: lambda x: x,
    Activation.CLIP: lambda x: np.clip(x, np.float32(-0.2), np.float32(0.5)),
    Activation.LEAKY: lambda x: np.where(x >= 0, x, x * np.float32(-0.2)),
    Activation.SIGMOID: lambda x: 1 / (1 + np.exp(-x)),
    Activation.TANH: np.tanh,
    Activation.SILU: lambda x: x / (1 + np.exp(-x)),
    Activation.GELU: lambda x: x * (1 + compute_erf(x / np.sqrt(2))) / 2,
    Activation.HARD_SIGMOID: lambda x: np.clip(x * np.float32(-0.2) + 0.5, 0, 1),
    Activation.HARD_SWISH: lambda x: x * np.clip(x * np.float32(-0.2) + 0.5, 0, 1),
    Activation.ELU: lambda x: np.where(x >= 0, x, np.float32(-0.2) * np.expm1(x)),
}
ABSOLUTE: Final = frozenset({Activation.GELU, Activation.HARD_SIGMOID, Activation.HARD_SWISH})


@pytest.mark.parametrize("kind", Activation)
def test_an_activation_is_that_of_float64(kind: Activation) -> None:
    x = np.concatenate([np.linspace(-80, 80, 4001), np.linspace(-4, 4, 4002)]).astype(np.float32)
    result = run_instruction(Opcode.ACTIVATION, [x], [], x.shape, [kind, -0.2, 0.5]).astype(np.float64)
    expected = ACTIVATIONS[kind](x.astype(np.float64))
    size = np.maximum(np.abs(x), 1) if kind in ABSOLUTE else np.abs(expected)
    unit = np.spacing(size.astype(np.float32)).astype(np.float64)
    assert (np.abs(result - expected) / unit).max() <= 3


def test_activations_of_special_numbers() -> None:
    x = np.array([np.nan, np.inf, -1000, 0], np.float32)
    for kind in Activation:
        result = run_instruction(Opcode.ACTIVATION, [x], [], x.shape, [kind, 0.25, 0.5])
        assert np.isnan(result[0])
        assert not np.isnan(result[1:]).any()
