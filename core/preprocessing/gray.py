"""RGB to gray by the ITU-R BT.601 luma, in the fixed point of several libraries."""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.ops import Ops, T

# Pillow's (`Convert.c`, L24) and libjpeg's (`jccolor.c`). They sum to 2**16, so a gray RGB pixel keeps its value and
# every product with a byte is exact in float32.
LUMA_601: Final = (19595 / 65536, 38470 / 65536, 7471 / 65536)
# OpenCV's (`color_rgb.simd.hpp`, `RGB2Gray<uchar>`), of 2**15.
LUMA_OPENCV: Final = (9798 / 32768, 19235 / 32768, 3735 / 32768)


def to_gray(ops: Ops[T], rgb: T) -> T:
    """Weigh the last axis [..., 3] into gray [..., 1], in grey levels, not rounded."""
    return _weighed(ops, rgb, LUMA_601)


def levels(ops: Ops[T], image: T, depth: int, luma: tuple[float, float, float]) -> T:
    """Bytes [..., 3] as real grey levels [..., depth]; gray is rounded to whole levels, as libraries do."""
    rgb = ops.astype_real(image)
    return rgb if depth > 1 else ops.floor(_weighed(ops, rgb, luma) + 0.5)


def _weighed(ops: Ops[T], rgb: T, luma: tuple[float, float, float]) -> T:
    return ops.sum(rgb * ops.constant(np.array(luma)), -1)
