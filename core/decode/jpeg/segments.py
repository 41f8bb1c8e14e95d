"""JPEG segments with an inner structure: quantization tables, frame headers and scan headers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from webparity.decode.refusal import DecodeRefusal, require_size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webparity.decode.jpeg.huffman import HuffmanTable

_BITS: Final = 8
_CMYK: Final = 4
_MAX_FACTOR: Final = 4
_MAX_TABLE: Final = 3
_MAX_BLOCKS_IN_UNIT: Final = 10


@dataclass(frozen=True)
class Component:
    """One colour component: its identifier, sampling factors (1 to 4) and quantisation table's number."""

    id: int
    h: int
    v: int
    tq: int


@dataclass(frozen=True)
class Frame:
    """A frame header: width and height in pixels as stored, and one (gray) or three components."""

    width: int
    height: int
    components: tuple[Component, ...]


@dataclass(frozen=True)
class ScanComponent:
    """One component in a scan: its place in the frame, and the Huffman tables as they stand there."""

    index: int
    component: Component
    dc: HuffmanTable | None
    ac: HuffmanTable | None


def read_quantization_tables(body: bytes) -> dict[int, tuple[int, ...]]:
    """Read a DQT segment: for each table's number the 64 divisors in zigzag order.

    Raises:
        DecodeRefusal: `corrupt`.
    """
    tables: dict[int, tuple[int, ...]] = {}
    at = 0
    while at < len(body):
        wide, number = body[at] >> 4, body[at] & 15
        size = 64 * (1 + wide)
        raw = body[at + 1 : at + 1 + size]
        if wide > 1 or number > _MAX_TABLE or len(raw) != size:
            raise DecodeRefusal("corrupt", "a JPEG with a malformed quantisation table")
        values = tuple(int.from_bytes(raw[i : i + 1 + wide], "big") for i in range(0, size, 1 + wide))
        if 0 in values:
            raise DecodeRefusal("corrupt", "a JPEG with a zero in a quantisation table")
        tables[number] = values
        at += 1 + size
    return tables


def read_frame(body: bytes) -> Frame:
    """Read a frame header.

    Raises:
        DecodeRefusal: `corrupt`, `unsupported`, `cmyk` or `too-large`.
    """
    if len(body) < 6 or len(body) != 6 + 3 * body[5]:
        raise DecodeRefusal("corrupt", "a JPEG with a malformed frame header")
    precision, count = body[0], body[5]
    height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
    if precision != _BITS or height == 0:
        raise DecodeRefusal("unsupported", f"a JPEG of {precision} bits a sample and {height} lines")
    if width == 0 or count == 0:
        raise DecodeRefusal("corrupt", "a JPEG without pixels")
    require_size(width, height)
    if count == _CMYK:
        raise DecodeRefusal("cmyk", "a JPEG of four components")
    if count not in (1, 3):
        raise DecodeRefusal("unsupported", f"a JPEG of {count} components")
    rows = [body[i : i + 3] for i in range(6, len(body), 3)]
    components = tuple(Component(c, s >> 4, s & 15, tq) for c, s, tq in rows)
    _require_components(components)
    return Frame(width, height, components)


def _require_components(components: tuple[Component, ...]) -> None:
    if len({c.id for c in components}) != len(components):
        raise DecodeRefusal("corrupt", "a JPEG whose components share an identifier")
    if not all(1 <= c.h <= _MAX_FACTOR and 1 <= c.v <= _MAX_FACTOR and c.tq <= _MAX_TABLE for c in components):
        raise DecodeRefusal("corrupt", "a JPEG with impossible sampling factors")
    h, v = max(c.h for c in components), max(c.v for c in components)
    if any(h % c.h or v % c.v for c in components):
        raise DecodeRefusal("unsupported", "a JPEG with fractional sampling factors")
    # How the rows of 4:4:0 are interpolated changed between versions of libjpeg-turbo.
    if any(c.h == h and c.v * 2 == v for c in components):
        raise DecodeRefusal("unsupported", "a JPEG with colour at half height and full width (4:4:0)")


def read_scan_components(
    body: bytes,
    components: tuple[Component, ...],
    dc: Mapping[int, HuffmanTable],
    ac: Mapping[int, HuffmanTable],
) -> tuple[ScanComponent, ...]:
    """Read the components of a scan header.

    Raises:
        DecodeRefusal: `corrupt`.
    """
    if not body or len(body) != 4 + 2 * body[0] or not 1 <= body[0] <= len(components):
        raise DecodeRefusal("corrupt", "a JPEG with a malformed scan header")
    ids = [c.id for c in components]
    chosen: list[ScanComponent] = []
    for identifier, tables in zip(body[1:-3:2], body[2:-3:2], strict=True):
        index = ids.index(identifier) if identifier in ids else -1
        if index <= (chosen[-1].index if chosen else -1):
            raise DecodeRefusal("corrupt", "a JPEG scan of unknown or disordered components")
        chosen.append(ScanComponent(index, components[index], dc.get(tables >> 4), ac.get(tables & 15)))
    if len(chosen) > 1 and sum(c.component.h * c.component.v for c in chosen) > _MAX_BLOCKS_IN_UNIT:
        raise DecodeRefusal("corrupt", "a JPEG with too many blocks in a unit")
    return tuple(chosen)
