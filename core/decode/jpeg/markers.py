"""JPEG parsing by markers: frame, tables and scans, and the plain stream that a decoder gets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from webparity.decode.jpeg.exif import EXIF_MARK, read_orientation
from webparity.decode.jpeg.huffman import HuffmanTable, read_huffman_tables
from webparity.decode.jpeg.segments import (
    Frame,
    ScanComponent,
    read_frame,
    read_quantization_tables,
    read_scan_components,
)
from webparity.decode.refusal import DecodeRefusal

if TYPE_CHECKING:
    from webparity.decode.jpeg.segments import Component

_SOF0, _SOF1, _SOF2, _DHT, _EOI, _SOS, _DQT, _DRI = 0xC0, 0xC1, 0xC2, 0xC4, 0xD9, 0xDA, 0xDB, 0xDD
_APP0, _APP1, _APP14 = 0xE0, 0xE1, 0xEE
_READ: Final = frozenset({_SOF0, _SOF1, _SOF2, _DHT, _SOS, _DQT, _DRI})
_SKIPPED: Final = frozenset({*range(0xE0, 0xF0), 0xFE})
# Lossless, hierarchical and arithmetic frames, lines counted later.
_UNSUPPORTED: Final = frozenset({0xC3, *range(0xC5, 0xD0), 0xDC, 0xDE, 0xDF})
_MARKER: Final = re.compile(rb"\xff+([^\xff])", re.DOTALL)
_SCAN_END: Final = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL)
_RESTART: Final = re.compile(rb"\xff([\xd0-\xd7])", re.DOTALL)
_RST0: Final = 0xD0
_JFIF: Final = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_ADOBE_RGB: Final = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"
_ADOBE_SIZE: Final = 12

Colour = Literal["gray", "ycbcr", "rgb"]


@dataclass(frozen=True)
class Scan:
    """One scan.

    Attributes:
        components: those it carries.
        spectral: the first and the last coefficient it carries.
        approximation: bits left unknown before and after it; 0 before a first scan.
        interval: units (MCUs) a restart interval, 0 for all.
        parts: the restart intervals' bytes, unstuffed.
    """

    components: tuple[ScanComponent, ...]
    spectral: tuple[int, int]
    approximation: tuple[int, int]
    interval: int
    parts: list[bytes]


@dataclass(frozen=True)
class Jpeg:
    """Headers, tables and scans of a JPEG file.

    Attributes:
        width: pixels as stored, before the orientation.
        height: pixels as stored, before the orientation.
        components: one (gray) or three.
        progressive: whether the frame is progressive.
        orientation: EXIF orientation, 1 to 8.
        quantisation: for each component the 64 divisors in zigzag order.
        scans: in file order.
        plain: the file without metadata: the same pixels, and nothing a decoder could rotate, convert or stumble over.
    """

    width: int
    height: int
    components: tuple[Component, ...]
    progressive: bool
    orientation: int
    quantisation: dict[int, tuple[int, ...]]
    scans: list[Scan]
    plain: bytes


def read_jpeg(data: bytes) -> Jpeg:
    """Walk a JPEG file's markers up to its end marker; what follows (phones append data) is ignored.

    Args:
        data: a file that begins with `FF D8 FF`.

    Returns:
        What the file holds; its image data are not yet proven complete.

    Raises:
        DecodeRefusal: `truncated`, `corrupt`, `unsupported`, `cmyk` or `too-large`.
    """
    return _MarkerReader(data).read()


class _MarkerReader:
    """Reader of one JPEG file, marker by marker."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.frame: Frame | None = None
        self.progressive = False
        self.divisors: dict[int, tuple[int, ...]] = {}
        self.quantisation: dict[int, tuple[int, ...]] = {}
        self.dc: dict[int, HuffmanTable] = {}
        self.ac: dict[int, HuffmanTable] = {}
        self.interval = 0
        self.scans: list[Scan] = []
        self.exif: int | None = None
        self.jfif = False
        self.adobe: int | None = None
        self.colour: Colour = "gray"
        self.kept: list[bytes] = []

    def read(self) -> Jpeg:
        at = 2
        while True:
            match = _MARKER.match(self.data, at)
            if match is None:
                if self.data[at:].strip(b"\xff"):
                    raise DecodeRefusal("corrupt", "a JPEG with stray bytes between its segments")
                raise DecodeRefusal("truncated", "a JPEG without its end marker")
            marker, at = match[1][0], match.end()
            if marker == _EOI:
                break
            at = self.read_segment(marker, at)
        if self.frame is None or not self.scans:
            raise DecodeRefusal("corrupt", "a JPEG without image data")
        start = b"\xff\xd8" + (_ADOBE_RGB if self.colour == "rgb" else _JFIF)
        return Jpeg(
            width=self.frame.width,
            height=self.frame.height,
            components=self.frame.components,
            progressive=self.progressive,
            orientation=self.exif or 1,
            quantisation=self.quantisation,
            scans=self.scans,
            plain=b"".join([start, *self.kept, b"\xff\xd9"]),
        )

    def read_segment(self, marker: int, at: int) -> int:
        """Read the segment whose length stands at `at`; return where it ends."""
        end = self.find_segment_end(marker, at)
        body = self.data[at + 2 : end]
        if marker in _SKIPPED:
            self.read_metadata(marker, body)
            return end
        if marker == _SOS:
            end = self.read_scan(body, end)
        else:
            self.read_tables(marker, body)
        self.kept.append(b"\xff" + bytes([marker]) + self.data[at:end])
        return end

    def find_segment_end(self, marker: int, at: int) -> int:
        if marker in _UNSUPPORTED:
            raise DecodeRefusal("unsupported", f"a JPEG of a rare kind (marker 0x{marker:02X})")
        if marker not in _READ and marker not in _SKIPPED:
            raise DecodeRefusal("corrupt", f"a JPEG with the misplaced marker 0x{marker:02X}")
        length = int.from_bytes(self.data[at : at + 2], "big")
        if at + max(length, 2) > len(self.data):
            raise DecodeRefusal("truncated", "a JPEG that ends within a segment")
        if length < 2:
            raise DecodeRefusal("corrupt", "a JPEG segment of impossible length")
        return at + length

    def read_metadata(self, marker: int, body: bytes) -> None:
        if marker == _APP1 and body.startswith(EXIF_MARK) and self.exif is None:
            self.exif = read_orientation(body)
        elif marker == _APP14 and body.startswith(b"Adobe") and len(body) >= _ADOBE_SIZE:
            self.adobe = body[11]
        elif marker == _APP0 and body.startswith(b"JFIF\x00"):
            self.jfif = True

    def read_tables(self, marker: int, body: bytes) -> None:
        if marker == _DQT:
            self.divisors.update(read_quantization_tables(body))
        elif marker == _DHT:
            read_huffman_tables(body, self.dc, self.ac)
        elif marker == _DRI:
            if len(body) != 2:
                raise DecodeRefusal("corrupt", "a JPEG with a malformed restart interval")
            self.interval = int.from_bytes(body, "big")
        elif self.frame is not None:
            raise DecodeRefusal("corrupt", "a JPEG with two frames")
        else:
            self.frame, self.progressive = read_frame(body), marker == _SOF2

    def read_scan(self, body: bytes, at: int) -> int:
        """Read a scan header and the image data that begin at `at`; return where they end."""
        if self.frame is None:
            raise DecodeRefusal("corrupt", "a JPEG with a scan before its frame")
        members = read_scan_components(body, self.frame.components, self.dc, self.ac)
        for member in members:
            if member.component.tq not in self.divisors:
                raise DecodeRefusal("corrupt", "a JPEG without its quantisation table")
            # A decoder keeps the table of a component's first scan.
            self.quantisation.setdefault(member.index, self.divisors[member.component.tq])
        stop = _SCAN_END.search(self.data, at)
        if stop is None:
            raise DecodeRefusal("truncated", "a JPEG that ends within its image data")
        pieces = _RESTART.split(self.data[at : stop.start()])
        if any(mark[0] != _RST0 + i % 8 for i, mark in enumerate(pieces[1::2])):
            raise DecodeRefusal("corrupt", "a JPEG with restart markers out of order")
        if not self.scans:
            self.colour = self.read_colour_space(self.frame)
        parts = [piece.replace(b"\xff\x00", b"\xff") for piece in pieces[::2]]
        first, last, bits = body[-3:]
        self.scans.append(Scan(members, (first, last), (bits >> 4, bits & 15), self.interval, parts))
        return stop.start()

    def read_colour_space(self, frame: Frame) -> Colour:
        """Read the colour space of the components, by the rules of the IJG library."""
        if len(frame.components) == 1:
            return "gray"
        if self.jfif or self.adobe == 1:
            return "ycbcr"
        if self.adobe is None:
            return "rgb" if bytes(c.id for c in frame.components) == b"RGB" else "ycbcr"
        if self.adobe != 0:
            raise DecodeRefusal("corrupt", f"a JPEG with the unknown Adobe transform {self.adobe}")
        return "rgb"
