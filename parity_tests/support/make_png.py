"""Writes PNG files of every kind by hand, with all five filters, and with flaws on request."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def make_chunk(name: bytes, body: bytes) -> bytes:
    """Make one chunk with its checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def make_header(width: int, height: int, depth: int, kind: int, interlace: int = 0) -> bytes:
    """Make the signature and IHDR."""
    return SIGNATURE + make_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlace))


def _pack(row: NDArray[Any], depth: int) -> bytes:
    if depth == 16:
        return row.astype(">u2").tobytes()
    if depth == 8:
        return row.astype(np.uint8).tobytes()
    bits = (row.reshape(-1, 1) >> np.arange(depth - 1, -1, -1)) & 1
    return np.packbits(bits.ravel().astype(np.uint8)).tobytes()


def _predict_paeth(a: int, b: int, c: int) -> int:
    p = a + b - c
    return min((a, b, c), key=lambda v: abs(p - v))


def _apply_filter(row: bytes, above: bytes, step: int, kind: int) -> bytes:
    out = bytearray([kind])
    for i, value in enumerate(row):
        a, c = (row[i - step], above[i - step]) if i >= step else (0, 0)
        b = above[i]
        guess = (0, a, b, (a + b) // 2, _predict_paeth(a, b, c))[kind]
        out.append((value - guess) & 255)
    return bytes(out)


def encode_scanlines(samples: NDArray[Any], depth: int, *, interlaced: bool = False) -> bytes:
    """Encode samples [H, W, C] as filtered rows, with the filters in turn."""
    step = max(1, samples.shape[2] * depth // 8)
    out = b""
    for x, y, dx, dy in PASSES if interlaced else ((0, 0, 1, 1),):
        part = samples[y::dy, x::dx]
        if not part.size:
            continue
        packed = [_pack(row, depth) for row in part]
        above = bytes(len(packed[0]))
        for i, row in enumerate(packed):
            out += _apply_filter(row, above, step, i % 5)
            above = row
    return out


def encode_png(
    samples: NDArray[Any],
    depth: int,
    kind: int,
    *,
    before: Sequence[bytes] = (),
    interlaced: bool = False,
    pieces: int = 1,
) -> bytes:
    """Encode a PNG file.

    Args:
        samples: at the file's depth, [H, W, C].
        depth: bits a sample.
        kind: colour type.
        before: chunks between IHDR and IDAT.
        interlaced: Adam7.
        pieces: how many IDAT chunks.
    """
    data = zlib.compress(encode_scanlines(samples, depth, interlaced=interlaced))
    size = -(-len(data) // pieces)
    idat = [make_chunk(b"IDAT", data[i : i + size]) for i in range(0, len(data), size)]
    height, width, _ = samples.shape
    return b"".join(
        [make_header(width, height, depth, kind, int(interlaced)), *before, *idat, make_chunk(b"IEND", b"")]
    )
