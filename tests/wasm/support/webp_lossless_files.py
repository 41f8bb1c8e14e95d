"""VP8L images written from random tokens: literals, copies, cached colours, transforms and groups of prefix codes."""

from dataclasses import dataclass, field

import numpy as np
from webp_lossless_codes import BitWriter, PrefixCode

PREDICTOR, CROSS_COLOUR, SUBTRACT_GREEN, INDEXING = range(4)
GREEN, RED, BLUE, ALPHA, DISTANCE = range(5)
LITERALS, LENGTHS, DISTANCES = 256, 24, 40
# Distances of the first 120 codes are places nearby: code 1 is the pixel above, 2 the one before.
NEAR = 120


@dataclass
class _Token:
    """Symbols of alphabets, each with bits behind it; the group of codes that writes them."""

    group: int
    symbols: list[tuple[int, int, int, int]] = field(default_factory=list)


def _split_value(value: int) -> tuple[int, int, int]:
    """A length or a distance code as symbol, bits behind it, their number."""
    if value <= 4:
        return value - 1, 0, 0
    extra = (value - 1).bit_length() - 2
    return 2 * extra + 2 + ((value - 1) >> extra & 1), (value - 1) & (1 << extra) - 1, extra


def _make_copy(group: int, at: int, width: int, longest: int, random: np.random.Generator) -> tuple[_Token, int]:
    length = int(random.integers(1, min(longest, 300) + 1))
    codes = [2, NEAR + int(random.integers(1, at + 1))]
    if at >= width:
        codes.append(1)
    length_symbol, bits, extra = _split_value(length)
    token = _Token(group, [(GREEN, LITERALS + length_symbol, bits, extra)])
    token.symbols.append((DISTANCE, *_split_value(int(random.choice(codes)))))
    return token, length


def _draw_tokens(
    width: int, height: int, groups: np.ndarray, cache_bits: int, random: np.random.Generator, colours: list[list[int]]
) -> list[_Token]:
    """Tokens that fill the image; `groups` is each pixel's group of codes."""
    tokens, at, total = [], 0, width * height
    copies, cached = float(random.choice([0, 0.1, 0.5])), 0.3 if cache_bits else 0.0
    while at < total:
        group, kind = int(groups[at]), random.random()
        if at and kind < copies:
            token, length = _make_copy(group, at, width, total - at, random)
            at += length
        elif kind > 1 - cached:
            token = _Token(group, [(GREEN, LITERALS + LENGTHS + int(random.integers(1 << cache_bits)), 0, 0)])
            at += 1
        else:
            token = _Token(group, [(part, int(random.choice(colours[part])), 0, 0) for part in range(4)])
            at += 1
        tokens.append(token)
    return tokens


def _write_image(
    bits: BitWriter,
    width: int,
    height: int,
    random: np.random.Generator,
    *,
    colours: list[list[int]] | None = None,
    is_main: bool = False,
) -> list[_Token]:
    """Write an entropy-coded image; only the main one may have several groups of codes."""
    colours = colours or [random.integers(0, 256, int(random.choice([1, 2, 9, 60]))).tolist() for _ in range(4)]
    cache_bits = int(random.choice([0, 0, 1, 5, 11]))
    bits.write(int(cache_bits > 0), 1)
    if cache_bits:
        bits.write(cache_bits, 4)
    groups = np.zeros(width * height, np.int64)
    if is_main:
        has_groups = random.random() < 0.5
        bits.write(int(has_groups), 1)
        if has_groups:
            groups = _write_groups(bits, width, height, random)
    tokens = _draw_tokens(width, height, groups, cache_bits, random, colours)
    sizes = [LITERALS + LENGTHS + (1 << cache_bits if cache_bits else 0), LITERALS, LITERALS, LITERALS, DISTANCES]
    codes = []
    for group in range(int(groups.max()) + 1):
        written = [symbol for token in tokens if token.group == group for symbol in token.symbols]
        for part, size in enumerate(sizes):
            codes.append(PrefixCode([symbol[1] for symbol in written if symbol[0] == part], size, random))
            codes[-1].write_header(bits)
    for token in tokens:
        for part, symbol, value, extra in token.symbols:
            codes[5 * token.group + part].write(symbol, bits)
            bits.write(value, extra)
    return tokens


def _write_groups(bits: BitWriter, width: int, height: int, random: np.random.Generator) -> np.ndarray:
    """Write the image of groups, a literal each block, and give each pixel's group."""
    size_bits, most = int(random.integers(2, 6)), int(random.integers(1, 5))
    bits.write(size_bits - 2, 3)
    across, down = -(-width >> size_bits), -(-height >> size_bits)
    blocks = random.integers(0, most, (down, across))
    bits.write(0, 1)  # no cache
    greens = PrefixCode(blocks.reshape(-1).tolist(), LITERALS + LENGTHS, random)
    codes = [greens, *(PrefixCode([0], size, np.random.default_rng(0)) for size in (256, 256, 256, DISTANCES))]
    for code in codes:
        code.write_header(bits)
    for block in blocks.reshape(-1).tolist():
        greens.write(block, bits)
        for code in codes[1:4]:
            code.write(0, bits)
    return np.kron(blocks, np.ones((1 << size_bits, 1 << size_bits), np.int64))[:height, :width].reshape(-1)


def _write_transform(bits: BitWriter, kind: int, width: int, height: int, random: np.random.Generator) -> int:
    """Write a transform, and give the width of what follows."""
    bits.write(1, 1)
    bits.write(kind, 2)
    if kind == SUBTRACT_GREEN:
        return width
    if kind == INDEXING:
        colours = int(random.choice([1, 2, 3, 4, 9, 16, 17, 200, 256]))
        bits.write(colours - 1, 8)
        _write_image(bits, colours, 1, random)
        return -(-width // (8 if colours <= 2 else 4 if colours <= 4 else 2 if colours <= 16 else 1))
    size_bits = int(random.integers(2, 10))
    bits.write(size_bits - 2, 3)
    _write_image(bits, -(-width >> size_bits), -(-height >> size_bits), random)
    return width


def make_random_vp8l(random: np.random.Generator, largest: int = 70) -> bytes:
    """A VP8L image of random size, transforms, colours, cache, groups and codes."""
    width, height = (int(side) for side in random.integers(1, largest + 1, 2))
    bits = BitWriter()
    for value, size in ((0x2F, 8), (width - 1, 14), (height - 1, 14), (int(random.integers(2)), 1), (0, 3)):
        bits.write(value, size)
    kinds = random.permutation(4)[: int(random.integers(0, 5))].tolist()
    for kind in kinds:
        width = _write_transform(bits, kind, width, height, random)
    bits.write(0, 1)
    _write_image(bits, width, height, random, is_main=True)
    return bits.to_bytes()
