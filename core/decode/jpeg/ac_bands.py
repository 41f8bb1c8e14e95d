"""The AC coefficients of a progressive JPEG: a band's first scan, and the scans that refine it by one bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from webparity.decode.jpeg.amplitude import MAX_COEFFICIENT, refusal
from webparity.decode.jpeg.bits import bad_code, signed
from webparity.decode.jpeg.huffman import MAX_AC_SIZE, HuffmanTable
from webparity.decode.refusal import Refusal

if TYPE_CHECKING:
    from array import array

_ALL_RUNS: Final = 15
_BEYOND_ANY_RUN: Final = 64


class Band(NamedTuple):
    """The coefficients a scan carries: first, last, the bits left unknown after it, and its Huffman table."""

    first: int
    last: int
    low: int
    table: HuffmanTable


def read_first(windows: list[int], at: int, band: Band, values: array[int], blocks: list[int]) -> int:
    """Read a band for the first time over an interval's blocks.

    Args:
        windows: the stream, as in `Bits.listed`.
        at: the bit to begin at.
        band: what to read.
        values: coefficients of the component, filled.
        blocks: where in `values` each block begins.

    Returns:
        The next bit.

    Raises:
        Refusal: `corrupt`.
        IndexError: the stream has run out.
    """
    first, last, low, table = band
    lengths, symbols = table.listed_lengths, table.listed_symbols
    skip = 0
    for block in blocks:
        if skip:
            skip -= 1
            continue
        k = first
        while k <= last:
            window = windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF
            symbol = symbols[window]
            if not lengths[window]:
                raise bad_code()
            at += lengths[window]
            run, size = symbol >> 4, symbol & 15
            window = windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF
            if size:
                k += run
                _place(values, block, k, signed(window, size) if size <= MAX_AC_SIZE and k <= last else None, low)
                at += size
                k += 1
            elif run == _ALL_RUNS:
                k += 16
            else:
                skip = (1 << run) - 1 + (window >> (16 - run))
                at += run
                break
    _check_run(skip)
    return at


def _place(values: array[int], block: int, k: int, value: int | None, low: int) -> None:
    if value is None:
        raise bad_code()
    if abs(value) << low > MAX_COEFFICIENT:
        raise refusal()
    values[block + k] = value << low


def _check_run(skip: int) -> None:
    if skip:
        raise Refusal("corrupt", "a JPEG with a run beyond its last block")


def refine(windows: list[int], at: int, band: Band, values: array[int], blocks: list[int]) -> int:
    """Read one more bit of a band over an interval's blocks, and the values that appear with it.

    Args, returns and raises as `read_first`.
    """
    first, last, low, table = band
    lengths, symbols = table.listed_lengths, table.listed_symbols
    skip = 0
    for block in blocks:
        k, stop = block + first, block + last
        while k <= stop and not skip:
            window = windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF
            run, size = symbols[window] >> 4, symbols[window] & 15
            if not lengths[window] or size > 1:
                raise bad_code()
            at += lengths[window]
            window = windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF
            if size == 0 and run < _ALL_RUNS:
                skip = (1 << run) + (window >> (16 - run))
                at += run
                break
            k, at = _correct(windows, at + size, values, (k, stop, run), 1 << low)
            if size:
                if k > stop:
                    raise bad_code()
                values[k] = 1 << low if window >> 15 else -1 << low
            k += 1
        if skip:
            _, at = _correct(windows, at, values, (k, stop, _BEYOND_ANY_RUN), 1 << low)
            skip -= 1
    _check_run(skip)
    return at


def _correct(windows: list[int], at: int, values: array[int], reach: tuple[int, int, int], one: int) -> tuple[int, int]:
    """Refine known values until a run of unknown ones is passed: the place of the next one, and the next bit."""
    k, stop, run = reach
    for i in range(k, stop + 1):
        known = values[i]
        if known:
            if windows[at >> 3] >> (23 - (at & 7)) & 1:
                values[i] = known + one if known > 0 else known - one
            at += 1
        elif run:
            run -= 1
        else:
            return i, at
    return stop + 1, at
