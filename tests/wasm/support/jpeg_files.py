"""JPEG files written from random coefficients: any sampling factors, tables, scan scripts and restart intervals.

Nothing is transformed: a block is 64 quantized coefficients in zigzag order. Terms are those of ITU-T T.81.
"""

import random
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from jpeg_codes import AC, BLOCK, DC, RAW, BitWriter, Block, ScanScript, Units, choose_coder, make_table

MAX_BLOCKS_IN_MCU: Final = 10
ANY_FACTORS: Final = "any"
FACTORS: Final = {
    "4:4:4": [(1, 1), (1, 1), (1, 1)],
    "4:2:2": [(2, 1), (1, 1), (1, 1)],
    "4:2:0": [(2, 2), (1, 1), (1, 1)],
    "4:4:0": [(1, 2), (1, 1), (1, 1)],
    "4:1:1": [(4, 1), (1, 1), (1, 1)],
    "4:1:0": [(4, 2), (1, 1), (1, 1)],
    "1 x 4": [(1, 4), (1, 1), (1, 1)],
    "mixed": [(4, 4), (2, 2), (1, 2)],
    "wide chroma": [(1, 1), (2, 1), (1, 2)],
    "gray": [(2, 2)],
    "four": [(2, 2), (1, 1), (1, 1), (2, 2)],
}


def make_segment(marker: int, body: bytes) -> bytes:
    """One marker segment."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def _divide_up(value: int, by: int) -> int:
    return -(-value // by)


@dataclass(frozen=True)
class Component:
    """One component: sampling factors, block columns and rows that hold samples, and all blocks, rows padded."""

    h: int
    v: int
    columns: int
    rows: int
    stride: int
    divisors: list[int]
    blocks: list[Block]


@dataclass(frozen=True)
class Picture:
    """What a file is written from."""

    width: int
    height: int
    components: list[Component]

    def count_mcus(self) -> tuple[int, int]:
        h, v = max(c.h for c in self.components), max(c.v for c in self.components)
        return _divide_up(self.width, 8 * h), _divide_up(self.height, 8 * v)


def draw_picture(
    rng: random.Random, width: int, height: int, factors: Sequence[tuple[int, int]], strength: float = 1.0
) -> Picture:
    """Draw random blocks: some smooth, some full of detail."""
    h_max, v_max = max(h for h, _ in factors), max(v for _, v in factors)
    across, down = _divide_up(width, 8 * h_max), _divide_up(height, 8 * v_max)
    components = []
    for h, v in factors:
        divisors = [rng.randrange(1, 1 + rng.choice([2, 8, 40])) for _ in range(BLOCK)]
        density = rng.choice([0, 0.02, 0.1, 0.3, 0.9])
        blocks = [_draw_block(rng, divisors, density, strength) for _ in range(across * h * down * v)]
        columns, rows = _divide_up(_divide_up(width * h, h_max), 8), _divide_up(_divide_up(height * v, v_max), 8)
        components.append(Component(h, v, columns, rows, across * h, divisors, blocks))
    return Picture(width, height, components)


def _draw_block(rng: random.Random, divisors: list[int], density: float, strength: float) -> Block:
    most = 1000 // divisors[0]
    block = [max(-most, min(most, int(rng.gauss(0, 350 * strength) / divisors[0]))), *[0] * (BLOCK - 1)]
    for k in range(1, rng.choice([3, 10, 20, BLOCK])):
        if rng.random() < density:
            block[k] = int(rng.gauss(0, 30 * strength * (BLOCK - k) / BLOCK) / divisors[k] ** 0.5)
    return block


def _list_units(picture: Picture, members: list[int]) -> Units:
    """The MCUs of a scan, each as (place in the scan, block)."""
    if len(members) == 1:
        c = picture.components[members[0]]
        return [[(0, c.blocks[y * c.stride + x])] for y in range(c.rows) for x in range(c.columns)]
    across, down = picture.count_mcus()
    units = []
    for row in range(down):
        for column in range(across):
            unit = []
            for place, member in enumerate(members):
                c = picture.components[member]
                places = [((row * c.v + y) * c.stride + column * c.h + x) for y in range(c.v) for x in range(c.h)]
                unit += [(place, c.blocks[at]) for at in places]
            units.append(unit)
    return units


def _write_scan(
    rng: random.Random, picture: Picture, members: list[int], ids: bytes, interval: int, script: ScanScript | None
) -> bytes:
    units = _list_units(picture, members)
    size = interval or len(units)
    code = choose_coder(rng, script)
    parts = [code(units[i : i + size]) for i in range(0, len(units), size)]
    slots = [(rng.randrange(4), rng.randrange(4)) for _ in members]
    tables, body = {}, b""
    for kind in (DC, AC):
        for slot in sorted({s[kind] for s in slots}):
            symbols = [c[2] for part in parts for c in part if c[0] == kind and slots[c[1]][kind] == slot]
            if symbols:
                spare = rng.sample(range(12 if kind == DC else 256), 8) if rng.random() < 0.3 else []
                tables[kind, slot], table = make_table(rng, symbols + spare)
                body += bytes([kind << 4 | slot]) + table
    header = bytes([len(members)])
    header += b"".join(bytes([ids[m], slots[i][0] << 4 | slots[i][1]]) for i, m in enumerate(members))
    header += bytes([0, BLOCK - 1, 0] if script is None else [script[1], script[2], script[3] << 4 | script[4]])
    out = (make_segment(0xC4, body) if body else b"") + make_segment(0xDA, header)
    for i, part in enumerate(parts):
        if i:
            out += b"\xff" * rng.choice([0, 0, 0, 1, 3]) + bytes([0xFF, 0xD0 + (i - 1) % 8])
        writer = BitWriter()
        for kind, place, symbol, bits, count in part:
            if kind != RAW:
                writer.put(*tables[kind, slots[place][kind]][symbol])
            writer.put(bits, count)
        writer.pad(int(rng.random() < 0.8))
        out += writer.out
    return out


def _may_interleave(picture: Picture, members: list[int]) -> bool:
    return sum(picture.components[m].h * picture.components[m].v for m in members) <= MAX_BLOCKS_IN_MCU


def _write_script(rng: random.Random, picture: Picture) -> list[ScanScript]:
    """A complete progressive script, in any order that is allowed."""
    every = list(range(len(picture.components)))
    together = [every] if _may_interleave(picture, every) else [[i] for i in every]
    low = rng.choice([0, 0, 1, 2])
    script: list[ScanScript] = [(m, 0, 0, 0, low) for m in rng.choice([together, [[i] for i in every]])]
    waiting = [[(m, 0, 0, x + 1, x) for x in range(low - 1, -1, -1) for m in together]]
    for i in every:
        edges = [1, *sorted(rng.sample(range(2, BLOCK), rng.choice([0, 0, 1, 2, 5]))), BLOCK]
        for first, end in pairwise(edges):
            low = rng.choice([0, 0, 1, 2, 3])
            refinements = [([i], first, end - 1, x + 1, x) for x in range(low - 1, -1, -1)]
            waiting.append([([i], first, end - 1, 0, low), *refinements])
    while any(waiting):
        script.append(rng.choice([w for w in waiting if w]).pop(0))
    return script


def write_jpeg(
    rng: random.Random,
    picture: Picture,
    *,
    progressive: bool = False,
    metadata: bytes = b"",
    ids: bytes = b"\x01\x02\x03\x04",
    line_count: bool = False,
) -> bytes:
    """Write a picture with random tables, scans and restart intervals.

    Args:
        rng: What decides.
        picture: What to write.
        progressive: Whether the frame is progressive.
        metadata: Segments behind the start marker.
        ids: Identifiers of the components.
        line_count: Whether a DNL segment repeats the height.

    """
    count = len(picture.components)
    out = b"\xff\xd8" + metadata
    for i, c in enumerate(picture.components):
        wide = rng.random() < 0.2
        out += make_segment(0xDB, bytes([wide << 4 | i]) + struct.pack(">64H" if wide else ">64B", *c.divisors))
    marker = 0xC2 if progressive else rng.choice([0xC0, 0xC1])
    rows = [bytes([ids[i], c.h << 4 | c.v, i]) for i, c in enumerate(picture.components)]
    out += make_segment(marker, struct.pack(">BHHB", 8, picture.height, picture.width, count) + b"".join(rows))
    interval = rng.choice([0, 0, 1, 2, 5, 17])
    if interval:
        out += make_segment(0xDD, struct.pack(">H", interval))
    every = list(range(count))
    scans: list[tuple[list[int], ScanScript | None]]
    if progressive:
        scans = [(s[0], s) for s in _write_script(rng, picture)]
    else:
        layouts = [[every], [[i] for i in every], [every[:1], every[1:]]]
        allowed = [m for m in layouts if all(p and (len(p) == 1 or _may_interleave(picture, p)) for p in m)]
        scans = [(members, None) for members in rng.choice(allowed)]
    for i, (members, script) in enumerate(scans):
        out += _write_scan(rng, picture, members, ids, interval, script)
        if i == 0 and line_count:
            out += make_segment(0xDC, struct.pack(">H", picture.height))
        out += bytes(rng.choice([0, 0, 0, 0, 3]))
    return out + b"\xff\xd9" + rng.choice([b"", b"trailing\xff\xd8"])


def make_metadata(rng: random.Random) -> bytes:
    """JFIF, Adobe and EXIF segments, each there or not."""
    out = b""
    if rng.random() < 0.4:
        out += make_segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
    if rng.random() < 0.3:
        out += make_segment(0xEE, b"Adobe\x00\x64\x00\x00\x00\x00" + bytes([rng.choice([0, 1, 2])]))
    if rng.random() < 0.3:
        order = rng.choice("<>")
        tiff = (b"II*\x00" if order == "<" else b"MM\x00*") + struct.pack(order + "IH", 8, 1)
        kind = rng.choice([3, 4])
        value = struct.pack(order + ("HH" if kind == 3 else "I"), *[rng.randrange(10), 0][: 2 if kind == 3 else 1])
        out += make_segment(
            0xE1, b"Exif\x00\x00" + tiff + struct.pack(order + "HHI", 0x0112, kind, 1) + value + bytes(4)
        )
    return out


def draw_factors(rng: random.Random) -> list[tuple[int, int]]:
    """Random sampling factors of one to four components that divide the largest ones, as libjpeg demands."""
    across, down = rng.choice([1, 2, 3, 4]), rng.choice([1, 2, 3, 4])
    h, v = ([d for d in range(1, most + 1) if most % d == 0] for most in (across, down))
    factors = [(rng.choice(h), rng.choice(v)) for _ in range(rng.choice([1, 3, 3, 4]))]
    factors[rng.randrange(len(factors))] = (across, down)
    return factors


def make_random_jpeg(rng: random.Random, sampling: str, *, progressive: bool, largest: int = 70) -> bytes:
    """A JPEG of random size, coefficients, metadata, identifiers, tables, scans and restart intervals."""
    factors = draw_factors(rng) if sampling == ANY_FACTORS else FACTORS[sampling]
    picture = draw_picture(rng, rng.randrange(1, largest + 1), rng.randrange(1, largest + 1), factors)
    ids = rng.choice([b"\x01\x02\x03\x04", b"RGBA", b"\x00\x01\x02\x03"])
    metadata, counted = make_metadata(rng), rng.random() < 0.1
    return write_jpeg(rng, picture, progressive=progressive, metadata=metadata, ids=ids, line_count=counted)
