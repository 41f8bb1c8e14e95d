"""Decoding of AC coefficients in progressive JPEG: first scans of a band, and refinement scans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from webparity.decode.jpeg.amplitude import MAX_COEFFICIENT, refuse_amplitude
from webparity.decode.jpeg.bits import extend_sign, refuse_code
from webparity.decode.jpeg.huffman import MAX_AC_SIZE, HuffmanTable
from webparity.decode.refusal import DecodeRefusal

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


def decode_first_scan(windows: list[int], at: int, band: Band, values: array[int], blocks: list[int]) -> int:
    """Read a band for the first time over an interval's blocks.

    Args:
        windows: the stream, as in `BitWindows.window_list`.
        at: the bit to begin at.
        band: what to read.
        values: coefficients of the component, filled.
        blocks: where in `values` each block begins.

    Returns:
        The next bit.

    Raises:
        DecodeRefusal: `corrupt`.
        IndexError: the stream has run out.
    """
    first, last, low, table = band
    lengths, symbols = table.length_list, table.symbol_list
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
                raise refuse_code()
            at += lengths[window]
            run, size = symbol >> 4, symbol & 15
            window = windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF
            if size:
                k += run
                _store_coefficient(
                    values, block, k, extend_sign(window, size) if size <= MAX_AC_SIZE and k <= last else None, low
                )
                at += size
                k += 1
            elif run == _ALL_RUNS:
                k += 16
            else:
                skip = (1 << run) - 1 + (window >> (16 - run))
                at += run
                break
    _require_run_ended(skip)
    return at


def _store_coefficient(values: array[int], block: int, k: int, value: int | None, low: int) -> None:
    if value is None:
        raise refuse_code()
    if abs(value) << low > MAX_COEFFICIENT:
        raise refuse_amplitude()
    values[block + k] = value << low


def _require_run_ended(skip: int) -> None:
    if skip:
        raise DecodeRefusal("corrupt", "a JPEG with a run beyond its last block")


def decode_refinement_scan(windows: list[int], at: int, band: Band, values: array[int], blocks: list[int]) -> int:
    """Read one more bit of a band over an interval's blocks, and the values that appear with it.

    Args, returns and raises as `decode_first_scan`.
    """
    first, last, low, table = band
    lengths, symbols = table.length_list, table.symbol_list
    skip = 0
    for block in blocks:
        k, stop = block + first, block + last
        while k <= stop and not skip:
            window = windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF
            run, size = symbols[window] >> 4, symbols[window] & 15
            if not lengths[window] or size > 1:
                raise refuse_code()
            at += lengths[window]
            window = windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF
            if size == 0 and run < _ALL_RUNS:
                skip = (1 << run) + (window >> (16 - run))
                at += run
                break
            k, at = _refine_known_values(windows, at + size, values, (k, stop, run), 1 << low)
            if size:
                if k > stop:
                    raise refuse_code()
                values[k] = 1 << low if window >> 15 else -1 << low
            k += 1
        if skip:
            _, at = _refine_known_values(windows, at, values, (k, stop, _BEYOND_ANY_RUN), 1 << low)
            skip -= 1
    _require_run_ended(skip)
    return at


def _refine_known_values(
    windows: list[int], at: int, values: array[int], reach: tuple[int, int, int], one: int
) -> tuple[int, int]:
    """Refine known values until a run of unknown ones has been passed; return the next one's index and the next bit."""
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
