"""PNGs of every type, written from samples, and the pixels that they must give."""

import struct
import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
GRAY, RGB, INDEXED, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS: Final = {GRAY: 1, RGB: 3, INDEXED: 1, GRAY_ALPHA: 2, RGBA: 4}
TYPES: Final = [
    *[(GRAY, depth) for depth in (1, 2, 4, 8, 16)],
    *[(INDEXED, depth) for depth in (1, 2, 4, 8)],
    *[(kind, depth) for kind in (RGB, GRAY_ALPHA, RGBA) for depth in (8, 16)],
]
ADAM7: Final = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]

Samples = NDArray[np.uint16]
Bytes = NDArray[np.uint8]


def write_chunk(name: bytes, body: bytes) -> bytes:
    """One chunk with its checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _pack_row(row: Samples, depth: int) -> Bytes:
    """One row's samples as the file's bytes."""
    flat = row.reshape(-1)
    if depth == 16:
        return np.frombuffer(flat.astype(">u2").tobytes(), np.uint8)
    bits = (flat[:, None] >> np.arange(depth)[::-1]) & 1
    return np.packbits(bits.astype(np.uint8).reshape(-1))


def _predict(row: NDArray[np.int64], above: NDArray[np.int64], step: int, kind: int) -> NDArray[np.int64]:
    """What the filter takes off each byte."""
    left = np.concatenate([np.zeros(step, np.int64), row])[: len(row)]
    corner = np.concatenate([np.zeros(step, np.int64), above])[: len(row)]
    if kind == 4:
        a, b, c = (abs(above - corner), abs(left - corner), abs(left + above - 2 * corner))
        return np.where((a <= b) & (a <= c), left, np.where(b <= c, above, corner))
    return [np.zeros_like(row), left, above, (left + above) // 2][kind]


def filter_rows(samples: Samples, depth: int, random: np.random.Generator, kinds: Sequence[int] = range(5)) -> bytes:
    """Pack and filter all rows of an image or of a pass."""
    step = max(1, samples.shape[2] * depth // 8)
    packed = [_pack_row(row, depth).astype(np.int64) for row in samples]
    above, parts = np.zeros_like(packed[0]), []
    for row in packed:
        kind = int(random.choice(list(kinds)))
        parts.append(bytes([kind]) + ((row - _predict(row, above, step, kind)) & 255).astype(np.uint8).tobytes())
        above = row
    return b"".join(parts)


def deflate(raw: bytes, random: np.random.Generator) -> bytes:
    """A zlib stream of a random level, strategy and window."""
    strategy = int(
        random.choice([zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FILTERED])
    )
    stream = zlib.compressobj(int(random.integers(0, 10)), zlib.DEFLATED, int(random.integers(9, 16)), 8, strategy)
    return stream.compress(raw) + stream.flush()


def write_png(
    samples: Samples,
    depth: int,
    kind: int,
    random: np.random.Generator,
    *,
    interlaced: bool = False,
    palette: Bytes | None = None,
    transparency: bytes | None = None,
    chunk_size: int = 8192,
) -> bytes:
    """A PNG of these samples, [H, W, C] at the file's depth, with random filters and compression."""
    height, width = samples.shape[:2]
    parts = [samples]
    if interlaced:
        parts = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7]
    raw = b"".join(filter_rows(part, depth, random) for part in parts if part.size)
    packed = deflate(raw, random)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced)
    return b"".join(
        [
            SIGNATURE + write_chunk(b"IHDR", header),
            b"" if palette is None else write_chunk(b"PLTE", palette.tobytes()),
            b"" if transparency is None else write_chunk(b"tRNS", transparency),
            *[write_chunk(b"IDAT", packed[at : at + chunk_size]) for at in range(0, len(packed), chunk_size)],
            write_chunk(b"IEND", b""),
        ]
    )


def put_over_white(colour: NDArray[np.integer], alpha: NDArray[np.integer]) -> Bytes:
    """The contract's formula."""
    c, a = colour.astype(np.int64), alpha.astype(np.int64)
    return ((c * a + 255 * (255 - a) + 127) // 255).astype(np.uint8)


def expect_pixels(
    samples: Samples, depth: int, kind: int, palette: Bytes | None = None, transparency: bytes | None = None
) -> Bytes:
    """The pixels that the contract demands, computed from the samples."""
    if kind == INDEXED:
        assert palette is not None
        table = np.zeros((256, 3), np.uint8)
        table[: len(palette)] = palette[:256]
        alpha = np.full(256, 255, np.uint8)
        alpha[: len(transparency or b"")] = np.frombuffer(transparency or b"", np.uint8)
        return put_over_white(table, alpha[:, None])[samples[..., 0]]
    eight = samples >> 8 if depth == 16 else samples * (255 // (2**depth - 1))
    if kind in (GRAY_ALPHA, RGBA):
        colour, alpha = eight[..., :-1], eight[..., -1:]
        return np.broadcast_to(put_over_white(colour, alpha), (*samples.shape[:2], 3))
    pixels = np.broadcast_to(eight.astype(np.uint8), (*samples.shape[:2], 3)).copy()
    if transparency is not None:
        key = np.frombuffer(transparency, ">u2") & (2**depth - 1)
        pixels[(samples == key).all(2)] = 255
    return pixels


def make_random_png(random: np.random.Generator, largest: int = 70) -> tuple[bytes, Bytes]:
    """A PNG of a random type, size, interlacing, palette and transparency, and its pixels."""
    kind, depth = TYPES[int(random.integers(len(TYPES)))]
    height, width = (int(side) for side in random.integers(1, largest + 1, 2))
    # Few values make long matches and frequent keys; many make noise.
    highest = int(random.choice([2, min(9, 2**depth), 2**depth]))
    samples = (random.integers(0, highest, (height, width, CHANNELS[kind])) % 2**depth).astype(np.uint16)
    if depth == 16:
        samples += random.integers(0, 2, samples.shape).astype(np.uint16) << 8
    if random.random() < 0.5:
        samples = np.maximum.accumulate(samples, axis=int(random.integers(0, 2)))
    palette, transparency = None, None
    if kind == INDEXED:
        palette = random.integers(0, 256, (int(random.integers(1, 2**depth + 1)), 3)).astype(np.uint8)
        if random.random() < 0.5:
            transparency = random.integers(0, 256, int(random.integers(1, len(palette) + 1))).astype(np.uint8).tobytes()
    elif kind in (GRAY, RGB) and random.random() < 0.5:
        transparency = samples[int(random.integers(height)), int(random.integers(width))].astype(">u2").tobytes()
    data = write_png(
        samples, depth, kind, random,
        interlaced=bool(random.integers(2)), palette=palette, transparency=transparency,
        chunk_size=int(random.choice([1, 3, 17, 500, 8192])),
    )  # fmt: skip
    return data, expect_pixels(samples, depth, kind, palette, transparency)
