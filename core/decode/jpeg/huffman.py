"""Huffman tables of a JPEG file, as look-up tables over 16-bit windows."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from webparity.decode.refusal import DecodeRefusal

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW: Final = 16
MAX_DC_SIZE: Final = 11
MAX_AC_SIZE: Final = 10
MAX_DC_SYMBOL: Final = 15
BLOCK: Final = 64
# A step packs its bits and how far it moves within the block: END beyond any run, INVALID beyond END.
STEP_BITS: Final = 6
STEP_MASK: Final = 63
END: Final = 128
INVALID: Final = 1024


class HuffmanTable:
    """A canonical prefix code.

    Attributes:
        lengths: for every 16-bit window of the stream the code's length, 0 where no code begins so (uint8 [65536]).
        symbols: for every 16-bit window the code's symbol (uint8 [65536]).
    """

    def __init__(self, counts: bytes, values: bytes) -> None:
        code = 0
        for size, count in enumerate(counts, 1):
            code += count
            # As in the standard: no code of all ones.
            if count and code >= 1 << size:
                raise DecodeRefusal("corrupt", "a JPEG with an impossible Huffman table")
            code <<= 1
        lengths = np.repeat(np.arange(1, WINDOW + 1), list(counts))
        span = 1 << (WINDOW - lengths)
        free = (1 << WINDOW) - int(span.sum())
        self.lengths: NDArray[np.uint8] = np.pad(np.repeat(lengths, span), (0, free)).astype(np.uint8)
        symbols = np.frombuffer(values, np.uint8)
        self.symbols: NDArray[np.uint8] = np.pad(np.repeat(symbols, span), (0, free))

    @cached_property
    def dc_steps(self) -> list[int]:
        """For every window, the number of bits of a DC difference, code and magnitude together; 0 where invalid."""
        size = self.symbols.astype(np.int64)
        valid = (self.lengths > 0) & (size <= MAX_DC_SIZE)
        steps: list[int] = np.where(valid, self.lengths + size, 0).tolist()
        return steps

    @cached_property
    def length_list(self) -> list[int]:
        """`lengths` as a list, which a Python loop reads faster."""
        listed: list[int] = self.lengths.tolist()
        return listed

    @cached_property
    def symbol_list(self) -> list[int]:
        """`symbols` as a list."""
        listed: list[int] = self.symbols.tolist()
        return listed

    @cached_property
    def ac_steps(self) -> tuple[list[int], list[int]]:
        """For every window, the step of one AC symbol of a sequential scan, and the step of all symbols in it."""
        single = _compute_single_steps(self)
        return single.tolist(), _join_steps(single).tolist()


# Most files share the standard's tables.
_cached_table = lru_cache(maxsize=16)(HuffmanTable)


def _compute_single_steps(table: HuffmanTable) -> NDArray[np.int64]:
    symbols = table.symbols.astype(np.int64)
    run, size = symbols >> 4, symbols & 15
    move = np.where(size > 0, run + 1, np.where(run == 15, 16, END))
    # Runs without a value, but for 15 and 0, belong to progressive files.
    valid = (table.lengths > 0) & (size <= MAX_AC_SIZE) & ((size > 0) | (run == 0) | (run == 15))
    return np.where(valid, table.lengths + size | move << STEP_BITS, INVALID << STEP_BITS)


def _join_steps(single: NDArray[np.int64]) -> NDArray[np.int64]:
    windows = np.arange(1 << WINDOW)
    joined = single
    while True:
        used = joined & STEP_MASK
        following = single[windows << np.minimum(used, WINDOW) & 0xFFFF]
        within = used + (following & STEP_MASK) <= WINDOW
        more = (joined >> STEP_BITS < BLOCK) & within & (following >> STEP_BITS < INVALID)
        if not more.any():
            return joined
        joined = np.where(more, joined + following, joined)


def read_huffman_tables(body: bytes, dc: dict[int, HuffmanTable], ac: dict[int, HuffmanTable]) -> None:
    """Read a DHT segment into the tables so far.

    Args:
        body: the segment's payload.
        dc: DC tables by number, updated.
        ac: AC tables by number, updated.

    Raises:
        DecodeRefusal: `corrupt`.
    """
    at = 0
    while at < len(body):
        table_class, number, counts = body[at] >> 4, body[at] & 15, body[at + 1 : at + 17]
        total = sum(counts)
        values = body[at + 17 : at + 17 + total]
        whole = len(counts) == WINDOW and total <= 256 and len(values) == total
        if table_class > 1 or number > 3 or not whole or (table_class == 0 and max(values, default=0) > MAX_DC_SYMBOL):
            raise DecodeRefusal("corrupt", "a JPEG with a malformed Huffman table")
        (ac if table_class else dc)[number] = _cached_table(counts, values)
        at += 17 + total
