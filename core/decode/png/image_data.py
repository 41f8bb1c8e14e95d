"""Completeness check of a PNG's compressed image data."""

from __future__ import annotations

import zlib
from typing import Final

import numpy as np

from webparity.decode.refusal import DecodeRefusal

# Adam7: first column, first row, column step, row step.
_PASSES: Final = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_LAST_FILTER: Final = 4


def compute_pass_sizes(width: int, height: int, *, interlaced: bool) -> list[tuple[int, int]]:
    """Compute width and height of each Adam7 pass that has pixels."""
    if not interlaced:
        return [(width, height)]
    sizes = [(-(-(width - x) // dx), -(-(height - y) // dy)) for x, y, dx, dy in _PASSES]
    return [(w, h) for w, h in sizes if w > 0 and h > 0]


def require_complete_data(packed: bytes, width: int, height: int, bits: int, *, interlaced: bool) -> None:
    """Inflate the image data and compare their size with the header.

    Args:
        packed: all IDAT bodies, joined.
        width: pixels.
        height: pixels.
        bits: bits a pixel.
        interlaced: whether Adam7 is used.

    Raises:
        DecodeRefusal: `corrupt`: not one whole zlib stream of exactly the image's size, or an unknown filter.
    """
    rows = [(h, 1 + -(-w * bits // 8)) for w, h in compute_pass_sizes(width, height, interlaced=interlaced)]
    size = sum(h * stride for h, stride in rows)
    stream = zlib.decompressobj()
    try:
        raw = stream.decompress(packed, size + 1)
        # The checksum may wait behind the last byte asked for.
        raw += b"" if stream.eof else stream.decompress(stream.unconsumed_tail, 1)
    except zlib.error as error:
        raise DecodeRefusal("corrupt", "a PNG whose image data cannot be inflated") from error
    if not stream.eof or stream.unused_data or len(raw) != size:
        raise DecodeRefusal("corrupt", "a PNG whose image data are too short or too long")
    inflated = np.frombuffer(raw, np.uint8)
    at = 0
    for height_of_pass, stride in rows:
        end = at + height_of_pass * stride
        if inflated[at:end:stride].max() > _LAST_FILTER:
            raise DecodeRefusal("corrupt", "a PNG with an unknown filter")
        at = end
