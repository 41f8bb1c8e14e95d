"""The nearest pixel as `cv2.resize` with INTER_NEAREST finds it: floor(x * (1 / (out / in))), each rounded to float64.

Where x * in / out is a whole number m, the product may come out one below: if the scale is below in / out by so much
that x times its error exceeds half the distance to the float64 before m. Both errors are computed in integers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from webparity.preprocessing.geometry import Window, list_numbers, make_tensor
from webparity.preprocessing.gray import LUMA_OPENCV
from webparity.preprocessing.integers import clamp
from webparity.preprocessing.like.nearest.copying import copy_places
from webparity.preprocessing.like.nearest.ratios import Ratio, make_ratio, skip_bits
from webparity.preprocessing.methods import OutputShape
from webparity.preprocessing.resizing.area import find_begins
from webparity.tensor_ops.ops import Ops, T

# Bits of a float64's fraction.
_FRACTION: Final = 52
_MAX_BITS: Final = 15


def resize_nearest_like_opencv(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] to whole grey levels, real [N, height, width, depth]."""
    return copy_places(ops, image, shape, find_places, LUMA_OPENCV)


def find_places(ops: Ops[T], in_size: T, window: Window) -> T:
    """Find the input pixel of each output pixel, integers [length, 1]."""
    ratio = make_ratio(ops, in_size, make_tensor(ops, window.full))
    begins, rest = find_begins(ops, in_size, window)
    # The largest power of two below each place, in units of the ratio's scale.
    powers = 2.0 ** np.arange(float(_MAX_BITS))
    passed = ops.greater_equal(begins, ops.constant(powers + 1.0))
    below = (ops.sum(passed * ops.constant(powers / 2), -1) + 0.5) / ratio.scale
    # x times the error is a whole number where the place is one.
    missing = list_numbers(ops, window) * (_compute_deficit(ops, ratio) / ratio.denominator)
    falls = ops.greater_equal(missing * 2.0, below + 0.5) * ops.greater_equal(ops.constant(0.0), rest)
    return clamp(ops, begins - falls, in_size - 1.0)


def _compute_deficit(ops: Ops[T], ratio: Ratio) -> T:
    """Compute how far 1 / (out / in) is below in / out, in units of 2**-52 of the ratio's scale and 1 / denominator.

    The first quotient's error, in units of 2**-53 / numerator, changes its inverse by numerator / denominator squared
    times that, half a unit at most; then the inverse is rounded.
    """
    numerator, denominator = ratio.numerator, ratio.denominator
    first = skip_bits(ops, denominator, numerator, _FRACTION + 1)
    # out / in was rounded up, or down.
    first_error = ops.greater_equal(first * 2.0, numerator) * numerator - first
    rest = skip_bits(ops, numerator - denominator, denominator, _FRACTION)
    # Rounded, it is 0, 1 or 2 above the quotient: where (2 * rest - denominator) / denominator - numerator *
    # first_error / denominator**2 reaches 0 or 2; or 1 below.
    wide: Callable[[T], Any] = ops.to_double_float
    by = wide(denominator) * wide(denominator)
    excess = wide(rest * 2.0 - denominator) * wide(denominator) - wide(numerator) * wide(first_error)
    passed = [ops.greater_equal(ops.to_float32(excess - by * step), ops.constant(0.0)) for step in (-2.0, 0.0, 2.0)]
    above = passed[0] + passed[1] + passed[2] - 1.0
    is_exact = ops.greater_equal(denominator, numerator)
    return (rest - above * denominator) * (1.0 - is_exact)
