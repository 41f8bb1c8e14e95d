"""Writes JPEG files with Pillow and rebuilds their segments by hand."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def encode_jpeg(pixels: NDArray[np.uint8], mode: str | None = None, **options: Any) -> bytes:
    """Encode pixels with Pillow."""
    out = BytesIO()
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(out, "JPEG", **options)
    return out.getvalue()


def make_segment(marker: int, body: bytes) -> bytes:
    """Make one marker segment."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def insert(data: bytes, *segments: bytes) -> bytes:
    """Put segments behind the start marker."""
    return data[:2] + b"".join(segments) + data[2:]


def split(data: bytes) -> list[tuple[int, bytes]]:
    """Split into the segments after the start marker: (marker, body); a scan's body includes its data."""
    found, at = [], 2
    while data[at + 1] != 0xD9:
        marker, end = data[at + 1], at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : end]
        if marker == 0xDA:
            stop = end
            while data[stop] != 0xFF or data[stop + 1] in (0, *range(0xD0, 0xD8)):
                stop += 1
            body, end = body + data[end:stop], stop
        found.append((marker, body))
        at = end
    return found


def join(segments: list[tuple[int, bytes]]) -> bytes:
    """Undo `split`."""
    out = b"\xff\xd8"
    for marker, body in segments:
        length = 4 + 2 * body[0] if marker == 0xDA else len(body)
        out += make_segment(marker, body[:length]) + body[length:]
    return out + b"\xff\xd9"


def set_sampling(data: bytes, *factors: int) -> bytes:
    """Rewrite the sampling factors; right where the number of blocks stays the same."""
    out = []
    for marker, body in split(data):
        new = bytearray(body)
        if 0xC0 <= marker <= 0xC2:
            for i, factor in enumerate(factors):
                new[7 + 3 * i] = factor
        out.append((marker, bytes(new)))
    return join(out)


def remove_segments(data: bytes, *markers: int) -> bytes:
    """Drop all segments of these markers."""
    return join([s for s in split(data) if s[0] not in markers])


def set_component_ids(data: bytes, ids: bytes) -> bytes:
    """Rename the three components in the frame and in every scan."""
    out = []
    for marker, body in split(data):
        new = bytearray(body)
        if 0xC0 <= marker <= 0xC2:
            new[6::3] = ids
        elif marker == 0xDA:
            for i in range(new[0]):
                new[1 + 2 * i] = ids[new[1 + 2 * i] - 1]
        out.append((marker, bytes(new)))
    return join(out)


def encode_planar(pixels: NDArray[np.uint8], factors: tuple[int, int, int], quality: int = 85) -> bytes:
    """Encode a sequential file of three scans, one per component with its sampling factors (0x21: 2 across, 1 down)."""
    height, width, _ = pixels.shape
    h, v = max(f >> 4 for f in factors), max(f & 15 for f in factors)
    scans, kept, frame = [], [], bytearray(struct.pack(">BHHB", 8, height, width, 3))
    for i, factor in enumerate(factors):
        size = (-(-width * (factor >> 4) // h), -(-height * (factor & 15) // v))
        plane = Image.fromarray(pixels[..., i]).resize(size)
        out = BytesIO()
        plane.save(out, "JPEG", quality=quality)
        segments = split(out.getvalue())
        kept = [s for s in segments if s[0] not in (0xC0, 0xDA)]
        scans.append((0xDA, bytes([1, i + 1]) + dict(segments)[0xDA][2:]))
        frame += bytes([i + 1, factor, 0])
    return join([*kept, (0xC0, bytes(frame)), *scans])


def make_exif(orientation: int, order: str = "<", *, kind: int = 3, count: int = 1, offset: int = 8) -> bytes:
    """Make an APP1 segment with one orientation entry after an entry of another tag."""
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    first = struct.pack(order + "HHII", 0x0100, 4, 1, 640)
    value = struct.pack(order + "H", orientation) + b"\x00\x00"
    entry = struct.pack(order + "HHI", 0x0112, kind, count) + value
    tiff = mark + struct.pack(order + "I", offset) + struct.pack(order + "H", 2) + first + entry + bytes(4)
    return make_segment(0xE1, b"Exif\x00\x00" + tiff)
