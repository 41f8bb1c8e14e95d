"""Conversion of RGB to gray with the ITU-R BT.601 luma, in the fixed-point form of Pillow and of OpenCV."""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.tensor_ops.ops import Ops, T

# Pillow's (`Convert.c`, L24) and libjpeg's (`jccolor.c`). They sum to 2**16, so a gray RGB pixel keeps its value and
# every product with a byte is exact in float32.
LUMA_601: Final = (19595 / 65536, 38470 / 65536, 7471 / 65536)
# OpenCV's (`color_rgb.simd.hpp`, `RGB2Gray<uchar>`), of 2**15.
LUMA_OPENCV: Final = (9798 / 32768, 19235 / 32768, 3735 / 32768)


def to_gray(ops: Ops[T], rgb: T) -> T:
    """Convert pixels real [..., 3] to gray [M, 1], one after the other, in grey levels, not rounded."""
    return _apply_luma(ops, rgb, LUMA_601)


def to_grey_levels(ops: Ops[T], image: T, depth: int, luma: tuple[float, float, float]) -> T:
    """Convert bytes [..., 3] to real grey levels [M, depth], pixel by pixel; gray is rounded, as libraries do."""
    rgb = ops.astype_real(image)
    return ops.reshape(rgb, (-1, depth)) if depth > 1 else ops.floor(_apply_luma(ops, rgb, luma) + 0.5)


def _apply_luma(ops: Ops[T], rgb: T, luma: tuple[float, float, float]) -> T:
    # Of two axes: with more, oneDNN in TensorFlow 2.21 writes past its buffers where one of them is 1.
    return ops.matmul(ops.reshape(rgb, (-1, 3)), ops.constant(np.array(luma).reshape(3, 1)))
