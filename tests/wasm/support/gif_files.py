"""GIFs of every kind, written from indices."""

import struct

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.uint8]
# Of the frame's own, of the whole file.
PALETTES = ((False, True), (True, True), (True, False), (False, False))


class _CodeWriter:
    """Codes of growing width, lowest bits first, and the table of strings that sets the width."""

    def __init__(self, code_bits: int) -> None:
        self.clear, self._code_bits = 1 << code_bits, code_bits
        self._out, self._value, self._count = bytearray(), 0, 0
        self.reset()

    def reset(self) -> None:
        """Forget all strings but those of one index."""
        self.table = {bytes([i]): i for i in range(min(self.clear, 256))}
        self._width, self._following = self._code_bits + 1, self.clear + 2

    def write(self, code: int) -> None:
        self._value |= code << self._count
        self._count += self._width
        while self._count >= 8:
            self._out.append(self._value & 255)
            self._value >>= 8
            self._count -= 8

    def grow(self) -> None:
        """Widen the codes where the decoder, whose entry comes one code later, does."""
        if self._following == 1 << self._width and self._width < 12:
            self._width += 1

    def add(self, string: bytes) -> None:
        """Make an entry, unless the table is full."""
        if self._following < 4096:
            self.table[string] = self._following
            self.grow()
            self._following += 1

    def finish(self) -> bytes:
        self.write(self.clear + 1)
        return bytes(self._out) + (bytes([self._value & 255]) if self._count else b"")


def compress(indices: bytes, code_bits: int, random: np.random.Generator) -> bytes:
    """LZW codes of varying width, with clear codes now and then, or none once the table is full."""
    patience = int(random.choice([30, 5000, 10**9]))  # codes until a clear code
    writer = _CodeWriter(code_bits)
    if random.random() < 0.8:
        writer.write(writer.clear)
    string, age = b"", 0
    for index in indices:
        longer = string + bytes([index])
        if longer in writer.table:
            string = longer
            continue
        writer.write(writer.table[string])
        age += 1
        writer.add(longer)
        string = longer[-1:]
        if age >= patience:
            writer.write(writer.table[string])
            string, age = b"", 0
            writer.grow()
            writer.write(writer.clear)
            writer.reset()
    if string:
        writer.write(writer.table[string])
        writer.grow()
    return writer.finish()


def split_blocks(data: bytes, random: np.random.Generator) -> bytes:
    """Data blocks of random sizes, and their end."""
    parts, at, largest = [], 0, int(random.choice([1, 20, 255]))
    while at < len(data):
        size = int(random.integers(1, largest + 1))
        parts.append(bytes([len(data[at : at + size])]) + data[at : at + size])
        at += size
    return b"".join(parts) + b"\x00"


def interlace(rows: Indices) -> Indices:
    """Rows in the order of an interlaced file."""
    return np.concatenate([rows[0::8], rows[4::8], rows[2::4], rows[1::2]])


def make_random_gif(random: np.random.Generator, largest: int = 70) -> bytes:
    """A GIF of a random size, palette, offset, transparency, interlacing, extensions and compression."""
    width, height = (int(side) for side in random.integers(1, largest + 1, 2))
    bits = int(random.integers(1, 9))
    x, y = (int(offset) if random.random() < 0.3 else 0 for offset in random.integers(0, 9, 2))
    canvas = [max(1, side + int(random.choice([0, 0, 0, 5, -3]))) for side in (width + x, height + y)]
    indices = random.integers(0, int(random.choice([2, min(5, 2**bits), 2**bits])), (height, width)).astype(np.uint8)
    if random.random() < 0.5:
        indices = np.maximum.accumulate(indices, axis=int(random.integers(0, 2)))
    palette = random.integers(0, 256, (2**bits, 3)).astype(np.uint8)
    other = random.integers(0, 256, (2, 3)).astype(np.uint8)
    has_local, has_global = ((False, True), (True, True), (True, False), (False, False))[
        int(random.choice(4, p=[0.5, 0.2, 0.2, 0.1]))
    ]
    # Beside a palette of the whole file, Pillow takes that one for a ramp of grays of the frame's own.
    if random.random() < 0.1 and not (has_local and has_global):
        palette = np.repeat(np.arange(2**bits, dtype=np.uint8)[:, None], 3, 1)
    is_interlaced = bool(random.integers(2))
    first = other if has_local else palette
    parts = [
        b"GIF89a",
        struct.pack("<HHBBB", *canvas, (128 | (1 if len(first) == 2 else bits) - 1) if has_global else 0, 0, 0),
    ]
    if has_global:
        parts.append(first.tobytes())
    if random.random() < 0.3:
        parts.append(b"!\xfe\x05hello\x00")
    if random.random() < 0.5:
        flags = int(random.integers(2))
        parts.append(b"!\xf9\x04" + struct.pack("<BHB", flags, 10, int(random.integers(2**bits))) + b"\x00")
    if random.random() < 0.2:
        parts.append(b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")
    flags = (128 | bits - 1 if has_local else 0) | (64 if is_interlaced else 0)
    parts.append(b"," + struct.pack("<HHHHB", x, y, width, height, flags))
    if has_local:
        parts.append(palette.tobytes())
    # Up to 11 as in files of some encoders, though no index needs more than 8.
    code_bits = int(random.integers(9, 12)) if random.random() < 0.1 else max(2, bits)
    data = compress((interlace(indices) if is_interlaced else indices).tobytes(), code_bits, random)
    return b"".join([*parts, bytes([code_bits]), split_blocks(data, random), b";"])
