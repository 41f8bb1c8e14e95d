"""The nearest pixel as Pillow's NEAREST finds it: the pixel under each output center, by a running sum in float64."""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.preprocessing.geometry import Window, list_numbers, make_tensor
from webparity.preprocessing.gray import LUMA_601
from webparity.preprocessing.integers import clamp, divide, split_bits
from webparity.preprocessing.like.nearest.copying import copy_places
from webparity.preprocessing.like.nearest.running_sums import WORD, FallTable, make_fall_table
from webparity.preprocessing.methods import OutputShape
from webparity.tensor_ops.ops import Ops, T

_LARGE: Final = 2.0**22


def resize_nearest_like_pillow(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] to whole grey levels, real [N, height, width, depth]."""
    return copy_places(ops, image, shape, find_places, LUMA_601)


def find_places(ops: Ops[T], in_size: T, window: Window) -> T:
    """Find the input pixel of each output pixel, integers [length, 1].

    Where the image decides the length of the whole axis, no place falls below a whole number.
    """
    places, rest = find_centers(ops, in_size, window)
    table = make_fall_table(int(window.full)) if window.is_known() else None
    if table is not None:
        is_whole = ops.greater_equal(ops.constant(0.0), rest)
        places = places - _look_up(ops, table, in_size, window) * is_whole
    return clamp(ops, places, in_size - 1.0)


def find_centers(ops: Ops[T], in_size: T, window: Window) -> tuple[T, T]:
    """Find (2 x + 1) * in / (2 * full) of each output pixel: the pixel and the rest, integers [length, 1]."""
    full = make_tensor(ops, window.full)
    odd = list_numbers(ops, window) * 2.0 + 1.0
    if window.is_short():
        return divide(ops, odd * in_size, full * 2.0)
    quotient, rest = divide(ops, in_size, full)
    half, bit = split_bits(ops, odd * quotient, 1)
    more, rest = divide(ops, bit * full + odd * rest, full * 2.0)
    return half + more, rest


def _look_up(ops: Ops[T], table: FallTable, in_size: T, window: Window) -> T:
    """Look up 1 where the place of an output pixel, if it is a whole number, falls below it, [length, 1]."""
    full = float(window.full)
    divisors = ops.constant(table.divisors)
    _, left = divide(ops, in_size, ops.constant(full))
    _, rests = divide(ops, left * divisors, ops.constant(full))
    # The smallest divisor that makes in / out whole.
    divisor = 0.0 - ops.max(0.0 - (divisors + ops.minimum(rests, ops.constant(1.0)) * _LARGE), -1)
    known = ops.greater_equal(ops.constant(full), divisor)
    chosen = 1.0 - ops.minimum(ops.abs(divisors - divisor), ops.constant(1.0))
    start = ops.sum(ops.constant(table.starts) * chosen, -1)
    divisor = ops.minimum(divisor, ops.constant(full))
    each, _ = divide(ops, ops.constant(full), divisor)
    # In lowest terms, without its factors of two.
    top, _ = divide(ops, in_size, each)
    halves = top * ops.constant(2.0 ** -np.arange(1.0, 15.0))
    is_odd = ops.greater_equal(ops.constant(0.0), ops.abs(halves - ops.floor(halves * 0.5) * 2.0 - 1.0))
    number = ops.sum(halves * is_odd, -1)
    place, _ = divide(ops, list_numbers(ops, window), divisor)
    bit = ops.maximum(start + (number - 1.0) * 0.5 * each + place, ops.constant(0.0))
    word, shift = divide(ops, bit, ops.constant(float(WORD)))
    highest = ops.constant(float(len(table.words) - 1))
    words = ops.take(ops.constant(table.words), ops.reshape(ops.minimum(word, highest), (-1,)), 0)
    powers = ops.take(ops.constant(2.0 ** -np.arange(float(WORD))), ops.reshape(shift, (-1,)), 0)
    shifted = ops.floor(words * powers)
    found = ops.reshape(shifted - ops.floor(shifted * 0.5) * 2.0, (-1, 1))
    return found * known * ops.sum(is_odd, -1)
