"""RGB to gray by Pillow's fixed-point ITU-R BT.601 luma (`Convert.c`, L24), without its rounding."""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.ops import Ops, T

# They sum to 2**16, so a gray RGB pixel keeps its value and every product with a byte is exact in float32.
LUMA_601: Final = (19595 / 65536, 38470 / 65536, 7471 / 65536)


def to_gray(ops: Ops[T], rgb: T) -> T:
    """Weigh the last axis [..., 3] into gray [..., 1], in grey levels."""
    return ops.sum(rgb * ops.constant(np.array(LUMA_601)), -1)
