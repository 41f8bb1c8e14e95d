"""The markers of a JPEG file: its frame, tables and scans, and the plain stream handed to a decoder."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from webparity.headers.exif import EXIF_MARK, orientation
from webparity.headers.huffman import HuffmanTable, read_tables
from webparity.headers.refusal import Refusal, check_size

_SOF_HUFFMAN: Final = (0xC0, 0xC1, 0xC2)
_UNSUPPORTED: Final = (0xC3, *range(0xC5, 0xC8), *range(0xC8, 0xCC), *range(0xCC, 0xD0), 0xDC, 0xDE, 0xDF)
_DHT, _SOI, _EOI, _SOS, _DQT, _DRI, _APP1, _APP14 = 0xC4, 0xD8, 0xD9, 0xDA, 0xDB, 0xDD, 0xE1, 0xEE
_SKIPPED: Final = (*range(0xE0, 0xF0), 0xFE)
_MARKER: Final = re.compile(rb"\xff+([^\xff])", re.DOTALL)
_SCAN_END: Final = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL)
_RESTART: Final = re.compile(rb"\xff([\xd0-\xd7])", re.DOTALL)
_JFIF: Final = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_ADOBE_RGB: Final = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"
_MAX_BLOCKS_IN_MCU: Final = 10


@dataclass(frozen=True)
class Component:
    """One colour component: its identifier, sampling factors (1 to 4) and quantisation table's number."""

    id: int
    h: int
    v: int
    tq: int


@dataclass(frozen=True)
class Scan:
    """One scan: `components` are (index in the frame, DC table, AC table); `parts` the restart intervals' bytes."""

    components: tuple[tuple[int, HuffmanTable | None, HuffmanTable | None], ...]
    spectral: tuple[int, int]
    approximation: tuple[int, int]
    interval: int
    parts: list[bytes]


@dataclass
class Jpeg:
    """What a JPEG file holds.

    Attributes:
        width: pixels as stored, before the orientation.
        height: pixels as stored, before the orientation.
        progressive: whether the frame is progressive.
        components: one (gray) or three.
        colour: what the components mean.
        orientation: EXIF orientation, 1 to 8.
        quantisation: for each component the 64 divisors in zigzag order.
        scans: in file order.
        plain: the file without metadata: the same pixels, and nothing a decoder could rotate, convert or stumble over.
    """

    width: int = 0
    height: int = 0
    progressive: bool = False
    components: tuple[Component, ...] = ()
    colour: Literal["gray", "ycbcr", "rgb"] = "gray"
    orientation: int = 1
    quantisation: dict[int, tuple[int, ...]] = field(default_factory=dict)
    scans: list[Scan] = field(default_factory=list)
    plain: bytes = b""


class _Walk:
    """The state of reading one file."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.jpeg = Jpeg()
        self.divisors: dict[int, tuple[int, ...]] = {}
        self.dc: dict[int, HuffmanTable] = {}
        self.ac: dict[int, HuffmanTable] = {}
        self.interval = 0
        self.exif: int | None = None
        self.jfif = False
        self.adobe: int | None = None
        self.kept: list[bytes] = []

    def run(self) -> Jpeg:
        at = 2
        while True:
            if at >= len(self.data):
                raise Refusal("truncated", "a JPEG without its end marker")
            match = _MARKER.match(self.data, at)
            if match is None:
                ended = self.data[at:].count(b"\xff") == len(self.data) - at
                raise Refusal("truncated" if ended else "corrupt", "a JPEG with stray bytes between its segments")
            marker, at = match[1][0], match.end()
            if marker == _EOI:
                break
            at = self.segment(marker, at)
        if not self.jpeg.scans:
            raise Refusal("corrupt", "a JPEG without image data")
        colour = _ADOBE_RGB if self.jpeg.colour == "rgb" else _JFIF
        self.jpeg.plain = b"".join([b"\xff\xd8", colour, *self.kept, b"\xff\xd9"])
        self.jpeg.orientation = self.exif or 1
        return self.jpeg

    def segment(self, marker: int, at: int) -> int:
        if marker in _UNSUPPORTED:
            raise Refusal("unsupported", f"a JPEG of a rare kind (marker 0x{marker:02X})")
        if marker not in (*_SOF_HUFFMAN, _DHT, _SOS, _DQT, _DRI, *_SKIPPED):
            raise Refusal("corrupt", f"a JPEG with the misplaced marker 0x{marker:02X}")
        if at + 2 > len(self.data):
            raise Refusal("truncated", "a JPEG that ends within a segment")
        end = at + int.from_bytes(self.data[at : at + 2], "big")
        if end < at + 2:
            raise Refusal("corrupt", "a JPEG segment of impossible length")
        if end > len(self.data):
            raise Refusal("truncated", "a JPEG that ends within a segment")
        body = self.data[at + 2 : end]
        if marker in _SKIPPED:
            self.metadata(marker, body)
            return end
        if marker in _SOF_HUFFMAN:
            self.frame(marker, body)
        elif marker == _DQT:
            self.divisors.update(_read_divisors(body))
        elif marker == _DHT:
            read_tables(body, self.dc, self.ac)
        elif marker == _DRI:
            if len(body) != 2:  # noqa: PLR2004 - one 16-bit number
                raise Refusal("corrupt", "a JPEG with a malformed restart interval")
            self.interval = int.from_bytes(body, "big")
        else:
            end = self.scan(body, end)
        self.kept.append(b"\xff" + bytes([marker]) + self.data[at:end])
        return end

    def metadata(self, marker: int, body: bytes) -> None:
        if marker == _APP1 and body.startswith(EXIF_MARK) and self.exif is None:
            self.exif = orientation(body)
        elif marker == _APP14 and body.startswith(b"Adobe") and len(body) >= 12:  # noqa: PLR2004 - its fixed size
            self.adobe = body[11]
        elif marker == 0xE0 and body.startswith(b"JFIF\x00"):  # noqa: PLR2004 - APP0
            self.jfif = True

    def frame(self, marker: int, body: bytes) -> None:
        if self.jpeg.components:
            raise Refusal("corrupt", "a JPEG with two frames")
        if len(body) < 6 or len(body) != 6 + 3 * body[5]:  # noqa: PLR2004 - the frame header's layout
            raise Refusal("corrupt", "a JPEG with a malformed frame header")
        height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
        if body[0] != 8 or height == 0:  # noqa: PLR2004 - bits a sample
            raise Refusal("unsupported", f"a JPEG of {body[0]} bits a sample and {height} lines")
        if width == 0 or body[5] == 0:
            raise Refusal("corrupt", "a JPEG without pixels")
        check_size(width, height)
        if body[5] == 4:  # noqa: PLR2004 - CMYK and YCCK
            raise Refusal("cmyk", "a JPEG of four components")
        if body[5] not in (1, 3):
            raise Refusal("unsupported", f"a JPEG of {body[5]} components")
        rows = [body[i : i + 3] for i in range(6, len(body), 3)]
        components = tuple(Component(c, s >> 4, s & 15, tq) for c, s, tq in rows)
        if len({c.id for c in components}) != len(components):
            raise Refusal("corrupt", "a JPEG whose components share an identifier")
        if any(not (1 <= c.h <= 4 and 1 <= c.v <= 4 and c.tq <= 3) for c in components):  # noqa: PLR2004
            raise Refusal("corrupt", "a JPEG with impossible sampling factors")
        h, v = max(c.h for c in components), max(c.v for c in components)
        if len(components) > 1 and any(h % c.h or v % c.v for c in components):
            raise Refusal("unsupported", "a JPEG with fractional sampling factors")
        # 4:4:0: how its rows are interpolated changed between versions of libjpeg-turbo.
        if any(c.h == h and c.v * 2 == v for c in components):
            raise Refusal("unsupported", "a JPEG with colour at half height and full width (4:4:0)")
        self.jpeg.width, self.jpeg.height, self.jpeg.components = width, height, components
        self.jpeg.progressive = marker == 0xC2  # noqa: PLR2004 - SOF2

    def scan(self, body: bytes, at: int) -> int:
        if not self.jpeg.components:
            raise Refusal("corrupt", "a JPEG with a scan before its frame")
        if not body or len(body) != 4 + 2 * body[0] or not 1 <= body[0] <= len(self.jpeg.components):
            raise Refusal("corrupt", "a JPEG with a malformed scan header")
        ids = [c.id for c in self.jpeg.components]
        chosen: list[tuple[int, HuffmanTable | None, HuffmanTable | None]] = []
        for i in range(1, 1 + 2 * body[0], 2):
            if body[i] not in ids or (chosen and ids.index(body[i]) <= chosen[-1][0]):
                raise Refusal("corrupt", "a JPEG scan of unknown or disordered components")
            chosen.append((ids.index(body[i]), self.dc.get(body[i + 1] >> 4), self.ac.get(body[i + 1] & 15)))
        members = [self.jpeg.components[i] for i, _, _ in chosen]
        if len(members) > 1 and sum(c.h * c.v for c in members) > _MAX_BLOCKS_IN_MCU:
            raise Refusal("corrupt", "a JPEG with too many blocks in a unit")
        for (index, _, _), component in zip(chosen, members, strict=True):
            if component.tq not in self.divisors:
                raise Refusal("corrupt", "a JPEG without its quantisation table")
            # A decoder keeps the table of a component's first scan.
            self.jpeg.quantisation.setdefault(index, self.divisors[component.tq])
        stop = _SCAN_END.search(self.data, at)
        if stop is None:
            raise Refusal("truncated", "a JPEG that ends within its image data")
        pieces = _RESTART.split(self.data[at : stop.start()])
        if any(mark[0] != 0xD0 + i % 8 for i, mark in enumerate(pieces[1::2])):
            raise Refusal("corrupt", "a JPEG with restart markers out of order")
        parts = [piece.replace(b"\xff\x00", b"\xff") for piece in pieces[::2]]
        first, last, bits = body[-3:]
        if not self.jpeg.scans:
            self.jpeg.colour = self.colour()
        scan = Scan(tuple(chosen), (first, last), (bits >> 4, bits & 15), self.interval, parts)
        self.jpeg.scans.append(scan)
        return stop.start()

    def colour(self) -> Literal["gray", "ycbcr", "rgb"]:
        """What three components mean, by the customs of the IJG library."""
        if len(self.jpeg.components) == 1:
            return "gray"
        if self.jfif:
            return "ycbcr"
        if self.adobe is not None:
            if self.adobe not in (0, 1):
                raise Refusal("corrupt", f"a JPEG with the unknown Adobe transform {self.adobe}")
            return "rgb" if self.adobe == 0 else "ycbcr"
        return "rgb" if bytes(c.id for c in self.jpeg.components) == b"RGB" else "ycbcr"


def _read_divisors(body: bytes) -> dict[int, tuple[int, ...]]:
    tables: dict[int, tuple[int, ...]] = {}
    at = 0
    while at < len(body):
        wide, number = body[at] >> 4, body[at] & 15
        size = 64 * (1 + wide)
        raw = body[at + 1 : at + 1 + size]
        if wide > 1 or number > 3 or len(raw) != size:  # noqa: PLR2004 - four tables
            raise Refusal("corrupt", "a JPEG with a malformed quantisation table")
        values = tuple(int.from_bytes(raw[i : i + 1 + wide], "big") for i in range(0, size, 1 + wide))
        if 0 in values:
            raise Refusal("corrupt", "a JPEG with a zero in a quantisation table")
        tables[number] = values
        at += 1 + size
    return tables


def read_jpeg(data: bytes) -> Jpeg:
    """Walk a JPEG file's markers up to its end marker; what follows (phones append data) is ignored.

    Args:
        data: a file that begins with `FF D8 FF`.

    Returns:
        What the file holds; its image data are not yet proven complete.

    Raises:
        Refusal: `truncated`, `corrupt`, `unsupported`, `cmyk` or `too-large`.
    """
    return _Walk(data).run()
