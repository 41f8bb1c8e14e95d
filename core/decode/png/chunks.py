"""PNG parsing by chunks: header, palette, transparency, image data, and the plain file that a decoder gets."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import Final

from webparity.decode.png.image_data import require_complete_data
from webparity.decode.refusal import DecodeRefusal, require_size

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
GRAY, RGB, PALETTE, GRAY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
_DEPTHS: Final = {GRAY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8), GRAY_ALPHA: (8, 16), RGB_ALPHA: (8, 16)}
CHANNELS: Final = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGB_ALPHA: 4}
_KEY_BYTES: Final = {GRAY: 2, RGB: 6}
_MAX_LENGTH: Final = 2**31 - 1
_ANCILLARY: Final = 0x20
_MAX_PALETTE: Final = 256


@dataclass
class Png:
    """Header, palette, transparency and image data of a PNG file.

    Attributes:
        width: pixels.
        height: pixels.
        depth: bits a sample: 1, 2, 4, 8 or 16.
        color_type: the PNG colour type: 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGB and alpha.
        interlaced: whether Adam7 is used.
        palette: RGB triples, padded with black to 2^depth entries.
        alpha: the palette's transparency, padded with 255 alike.
        key: the transparent colour at the file's depth, one value or three.
        plain: the file without any other chunk and without transparency: the same samples, nothing to apply to them.
    """

    width: int = 0
    height: int = 0
    depth: int = 0
    color_type: int = 0
    interlaced: bool = False
    palette: bytes = b""
    alpha: bytes = b""
    key: tuple[int, ...] | None = None
    plain: bytes = b""
    data: list[bytes] = field(default_factory=list)


def write_chunk(name: bytes, body: bytes) -> bytes:
    """Write one chunk: length, name, body, CRC."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def read_png(data: bytes) -> Png:
    """Walk a PNG file's chunks up to IEND and inflate its image data; what follows is ignored.

    Args:
        data: a file that begins with the PNG signature.

    Returns:
        What the file holds, proven complete.

    Raises:
        DecodeRefusal: `truncated`, `corrupt`, `unsupported` or `too-large`.
    """
    png = Png()
    at, name, before = len(SIGNATURE), b"", b""
    while name != b"IEND":
        if at + 8 > len(data):
            raise DecodeRefusal("truncated", "a PNG without its end chunk")
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if length > _MAX_LENGTH or not name.isalpha():
            raise DecodeRefusal("corrupt", "a PNG with a malformed chunk")
        body = data[at + 8 : at + 8 + length]
        check = data[at + 8 + length : at + 12 + length]
        if len(check) < 4:
            raise DecodeRefusal("truncated", "a PNG that ends within a chunk")
        if zlib.crc32(name + body) != int.from_bytes(check, "big"):
            raise DecodeRefusal("corrupt", "a PNG chunk with a wrong checksum")
        if (name == b"IHDR") != (at == len(SIGNATURE)):
            raise DecodeRefusal("corrupt", "a PNG with its header out of place")
        _read_chunk(png, name, body, before)
        before = name
        at += 12 + length
    if not png.data or (png.color_type == PALETTE and not png.palette):
        raise DecodeRefusal("corrupt", "a PNG without image data or palette")
    packed = b"".join(png.data)
    require_complete_data(
        packed, png.width, png.height, png.depth * CHANNELS[png.color_type], interlaced=png.interlaced
    )
    header = struct.pack(">IIBBBBB", png.width, png.height, png.depth, png.color_type, 0, 0, int(png.interlaced))
    palette = write_chunk(b"PLTE", png.palette) if png.color_type == PALETTE else b""
    png.plain = (
        SIGNATURE + write_chunk(b"IHDR", header) + palette + write_chunk(b"IDAT", packed) + write_chunk(b"IEND", b"")
    )
    png.data = []
    return png


def _read_chunk(png: Png, name: bytes, body: bytes, before: bytes) -> None:
    """Read one chunk into `png`."""
    if name == b"IHDR":
        _read_header(png, body)
    elif name == b"PLTE":
        entries, rest = divmod(len(body), 3)
        if (
            png.palette
            or png.data
            or png.key
            or png.color_type in (GRAY, GRAY_ALPHA)
            or rest
            or not 1 <= entries <= _MAX_PALETTE
        ):
            raise DecodeRefusal("corrupt", "a PNG with a malformed or misplaced palette")
        size = 3 << png.depth if png.color_type == PALETTE else len(body)
        png.palette = body[:size].ljust(size, b"\x00")
        png.alpha = b"\xff" * (size // 3)
    elif name == b"tRNS":
        _read_transparency(png, body)
    elif name == b"IDAT":
        if png.data and before != b"IDAT":
            raise DecodeRefusal("corrupt", "a PNG with its image data torn apart")
        png.data.append(body)
    elif name == b"IEND":
        if body:
            raise DecodeRefusal("corrupt", "a PNG with a malformed end chunk")
    elif not name[0] & _ANCILLARY:
        raise DecodeRefusal("unsupported", f"a PNG with the unknown chunk {name.decode('ascii')}")


def _read_header(png: Png, body: bytes) -> None:
    if len(body) != 13:
        raise DecodeRefusal("corrupt", "a PNG with a malformed header")
    png.width, png.height, png.depth, png.color_type, compression, filtering, interlace = struct.unpack(
        ">IIBBBBB", body
    )
    known = png.depth in _DEPTHS.get(png.color_type, ()) and compression == filtering == 0 and interlace <= 1
    if not known or not 1 <= png.width <= _MAX_LENGTH or not 1 <= png.height <= _MAX_LENGTH:
        raise DecodeRefusal("corrupt", "a PNG with an impossible header")
    require_size(png.width, png.height)
    png.interlaced = interlace == 1


def _read_transparency(png: Png, body: bytes) -> None:
    good = len(body) == _KEY_BYTES.get(png.color_type, -1)
    if png.color_type == PALETTE:
        # A palette's alpha marks it as seen; padded, it cannot tell a second chunk from a first.
        good = bool(png.palette) and 1 <= len(body) <= _MAX_PALETTE
    if not good or png.key is not None or png.data:
        raise DecodeRefusal("corrupt", "a PNG with malformed or misplaced transparency")
    if png.color_type == PALETTE:
        png.alpha = body[: len(png.alpha)].ljust(len(png.alpha), b"\xff")
        png.key = ()
    else:
        mask = (1 << png.depth) - 1
        png.key = tuple(value & mask for value in struct.unpack(f">{len(body) // 2}H", body))
