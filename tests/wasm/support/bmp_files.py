"""BMPs of every kind that is accepted, written from random pixels."""

import struct
from typing import Final

import numpy as np

MASKS_32: Final = [
    (0xFF0000, 0xFF00, 0xFF, 0),
    (0xFF000000, 0xFF0000, 0xFF00, 0),
    (0xFF000000, 0xFF00, 0xFF, 0),
    (0xFF000000, 0xFF0000, 0xFF00, 0xFF),
    (0xFF, 0xFF00, 0xFF0000, 0xFF000000),
    (0xFF0000, 0xFF00, 0xFF, 0xFF000000),
    (0xFF000000, 0xFF00, 0xFF, 0xFF0000),
    (0, 0, 0, 0),
]
MASKS_16: Final = [(0xF800, 0x7E0, 0x1F, 0), (0x7C00, 0x3E0, 0x1F, 0)]
RGB, RLE8, RLE4, BITFIELDS = range(4)
Masks = tuple[int, int, int, int]


def make_runs(width: int, height: int, bits: int, random: np.random.Generator) -> bytes:
    """Run-length data: runs, absolute pixels, jumps and line ends, until every pixel is passed."""
    out = bytearray()
    at, total = 0, width * height
    while at < total:
        left = width - at % width
        kind = random.random()
        if kind < 0.5:
            length = int(random.integers(1, min(255, left) + 1))
            out += bytes([length, int(random.integers(256))])
            at += length
        elif kind < 0.8 and left >= 3:
            length = int(random.integers(3, min(255, left) + 1))
            count = length if bits == 8 else (length + 1) // 2
            out += bytes([0, length]) + random.integers(0, 256, count).astype(np.uint8).tobytes() + bytes(count % 2)
            at += length
        elif kind < 0.9:
            out += b"\x00\x00"
            at += left if left != width else 0
            continue
        else:
            right, up = int(random.integers(0, left)), int(random.integers(0, 3))
            out += bytes([0, 2, right, up])
            at += min(right + up * width, total - at)
            continue
        if at % width == 0:
            out += b"\x00\x00"
    return bytes(out) + b"\x00\x01"


def _choose_compression(bits: int, header_size: int, random: np.random.Generator) -> tuple[int, Masks]:
    """A compression that goes with the depth, and the masks of bit fields."""
    if bits in (4, 8):
        return (RLE8 if bits == 8 else RLE4), MASKS_32[-1]
    if bits == 16:
        return BITFIELDS, MASKS_16[int(random.integers(2))]
    if bits == 24:
        return BITFIELDS, MASKS_32[0]
    if bits == 32:
        masks = MASKS_32[int(random.integers(8))]
        # A short header has no room for the mask of alpha.
        return BITFIELDS, MASKS_32[0] if header_size < 56 and masks[3] else masks
    return RGB, MASKS_32[-1]


def make_random_bmp(random: np.random.Generator, largest: int = 70) -> bytes:
    """A BMP of a random size, depth, header, compression, palette and direction."""
    width, height = (int(side) for side in random.integers(1, largest + 1, 2))
    bits = int(random.choice([1, 4, 8, 16, 24, 32]))
    header_size = int(random.choice([12, 40, 52, 56, 64, 108, 124]))
    compression, masks = RGB, (0, 0, 0, 0)
    if header_size != 12 and random.random() < 0.5:
        compression, masks = _choose_compression(bits, header_size, random)
    step = 3 if header_size == 12 else 4
    # Not two: Pillow takes black and white of more than one bit for one bit.
    colours = int(random.integers(3, 2**bits + 1)) if bits in (4, 8) and step == 4 else 2**bits if bits <= 8 else 0
    palette = random.integers(0, 256, (colours, step)).astype(np.uint8).tobytes()
    top_down = step == 4 and bool(random.integers(2))
    stride = (width * bits + 31) // 32 * 4
    if compression in (RLE8, RLE4):
        pixels = make_runs(width, height, bits, random)
    else:
        pixels = random.integers(0, 256, stride * height).astype(np.uint8).tobytes()
    header = struct.pack("<IHHHH", 12, width, height, 1, bits)
    if step == 4:
        fields = (
            header_size,
            width,
            -height if top_down else height,
            1,
            bits,
            compression,
            len(pixels),
            0,
            0,
            colours,
            0,
        )
        header = struct.pack("<IiiHHIIiiII", *fields)
        if header_size > 40:
            header += struct.pack("<4I", *masks)[: header_size - 40] + bytes(max(0, header_size - 56))
        elif compression == BITFIELDS:
            header += struct.pack("<3I", *masks[:3])
    gap = int(random.choice([0, 0, 3 if compression in (RGB, BITFIELDS) else 2]))
    offset = 14 + len(header) + len(palette) + gap
    # Zero: behind the palette.
    stated = 0 if gap == 0 and random.random() < 0.2 else offset
    return struct.pack("<2sIHHI", b"BM", offset + len(pixels), 0, 0, stated) + header + palette + bytes(gap) + pixels
