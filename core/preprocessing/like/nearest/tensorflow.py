"""The nearest pixel as `tf.image.resize(image, size, "nearest")` finds it: floor((x + 0.5) * (in / out)) in float32."""

from __future__ import annotations

from typing import Final

from webparity.preprocessing.geometry import Window, list_numbers, make_tensor
from webparity.preprocessing.gray import LUMA_601
from webparity.preprocessing.integers import clamp
from webparity.preprocessing.like.nearest.copying import copy_places
from webparity.preprocessing.like.nearest.ratios import continue_division, make_ratio
from webparity.preprocessing.methods import OutputShape
from webparity.tensor_ops.ops import Ops, T

# Bits of a float32's fraction.
_FRACTION: Final = 23


def resize_nearest_like_tensorflow(ops: Ops[T], image: T, shape: OutputShape) -> T:
    """Resize uint8 [N, H, W, 3] to whole grey levels, real [N, height, width, depth]."""
    return copy_places(ops, image, shape, find_places, LUMA_601)


def find_places(ops: Ops[T], in_size: T, window: Window) -> T:
    """Find the input pixel of each output pixel, integers [length, 1].

    The scale in / out is rounded to float32, and so is the product: `ResizeNearestNeighbor`, half_pixel_centers.
    """
    ratio = make_ratio(ops, in_size, make_tensor(ops, window.full))
    rest = ratio.numerator - ratio.denominator
    quotient = ops.constant(1.0)
    for bits in (8, 8, _FRACTION - 16):
        more, rest = continue_division(ops, rest, ratio.denominator, bits)
        quotient = quotient * 2.0**bits + more
    # A tie would need a denominator with more factors of two than it has.
    quotient = quotient + ops.greater_equal(rest * 2.0, ratio.denominator)
    scale = quotient * 2.0**-_FRACTION * ratio.scale
    places = ops.floor(ops.round_real((list_numbers(ops, window) + 0.5) * scale))
    return clamp(ops, places, in_size - 1.0)
