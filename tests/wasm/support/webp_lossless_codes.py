"""Bits of VP8L streams, and prefix codes of random lengths (WebP lossless specification, sections 5 and 6)."""

from collections.abc import Iterable
from typing import Final

import numpy as np

ORDER_OF_LENGTHS: Final = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
LONGEST: Final = 15


class BitWriter:
    """Numbers of some bits, the lowest first."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def write(self, value: int, count: int) -> None:
        if count:
            self._parts.append(format(value, f"0{count}b")[::-1])

    def repeat(self, other: "BitWriter", times: int) -> None:
        """Write what another has, several times."""
        self._parts.append("".join(other._parts) * times)

    def to_bytes(self) -> bytes:
        bits = "".join(self._parts)
        return int(bits[::-1] or "0", 2).to_bytes(-(-len(bits) // 8), "little")


def _draw_lengths(count: int, random: np.random.Generator) -> list[int]:
    """Lengths of a complete code: leaves of a tree that grows at random."""
    lengths = [0]
    while len(lengths) < count:
        splittable = [i for i, length in enumerate(lengths) if length < LONGEST]
        at = min(splittable, key=lambda i: lengths[i]) if random.random() < 0.5 else int(random.choice(splittable))
        length = lengths.pop(at)
        lengths += [length + 1, length + 1]
    return lengths


class PrefixCode:
    """A code of all symbols that are used, and of some that are not.

    Args:
        used: The symbols that will be written.
        size: Of the alphabet.
        random: What decides.

    """

    def __init__(self, used: Iterable[int], size: int, random: np.random.Generator) -> None:
        spare = random.integers(0, min(size, 256), int(random.integers(0, 6))).tolist()
        symbols = sorted({*used, *(spare if random.random() < 0.5 else [])}) or [0]
        self._symbols, self._size = symbols, size
        self._is_simple = len(symbols) <= 2 and symbols[-1] < 256 and random.random() < 0.8
        if not self._is_simple and len(symbols) == 1:
            symbols.append(symbols[0] + 1 if symbols[0] + 1 < size else symbols[0] - 1)
            symbols.sort()
        lengths = random.permutation(_draw_lengths(len(symbols), random)).tolist()
        if self._is_simple:
            lengths = [len(symbols) - 1] * len(symbols)
        self._lengths = dict(zip(symbols, lengths, strict=True))
        self._codes: dict[int, int] = {}
        code = 0
        for length in range(LONGEST + 1):
            for symbol in symbols:
                if self._lengths[symbol] == length:
                    self._codes[symbol] = int(format(code, f"0{length}b")[::-1], 2) if length else 0
                    code += 1
            code <<= 1

    def write_header(self, bits: BitWriter) -> None:
        """The code itself: one or two symbols by their numbers, or the lengths of all."""
        bits.write(int(self._is_simple), 1)
        if self._is_simple:
            bits.write(len(self._symbols) - 1, 1)
            wide = int(self._symbols[0] > 1)
            bits.write(wide, 1)
            bits.write(self._symbols[0], 8 if wide else 1)
            for symbol in self._symbols[1:]:
                bits.write(symbol, 8)
            return
        # Lengths have codes of four bits each; repetitions have none.
        bits.write(len(ORDER_OF_LENGTHS) - 4, 4)
        for length in ORDER_OF_LENGTHS:
            bits.write(4 if length <= LONGEST else 0, 3)
        bits.write(0, 1)
        for symbol in range(self._size):
            bits.write(int(format(self._lengths.get(symbol, 0), "04b")[::-1], 2), 4)

    def write(self, symbol: int, bits: BitWriter) -> None:
        bits.write(self._codes[symbol], self._lengths[symbol])
