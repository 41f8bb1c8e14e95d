"""Proof that a progressive JPEG is complete: every scan used up, every coefficient known to its last bit, in range."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from webparity.headers.amplitude import MAX_COEFFICIENT, check_blocks, refusal
from webparity.headers.bits import Bits, bad_code, check_end, intervals
from webparity.headers.huffman import BLOCK, MAX_AC_SIZE, HuffmanTable
from webparity.headers.layout import Member, members, unit_count, units_of
from webparity.headers.refusal import Refusal

if TYPE_CHECKING:
    from webparity.headers.jpeg import Jpeg, Scan

_MAX_SHIFT: Final = 13
_ALL_RUNS: Final = 15
_BATCH: Final = 1 << 14


@dataclass
class _Plane:
    """One component: its coefficients in zigzag order, block by block, and the bits still unknown of each (-1: all)."""

    values: array[int]
    unknown: list[int]


def prove_progressive(jpeg: Jpeg) -> None:
    """Read all scans of a progressive frame to their end.

    Args:
        jpeg: the file's headers.

    Raises:
        Refusal: `corrupt`, or `truncated` where scans are missing.
    """
    across, down = units_of(jpeg)
    planes = [_Plane(array("h", bytes(2 * BLOCK * across * c.h * down * c.v)), [-1] * BLOCK) for c in jpeg.components]
    for scan in jpeg.scans:
        _register(scan, planes)
        counts = intervals(scan, unit_count(jpeg, scan))
        try:
            if scan.spectral[0] == 0:
                _dc_scan(jpeg, scan, planes, counts)
            else:
                _ac_scan(jpeg, scan, planes[scan.components[0][0]], counts)
        except (IndexError, OverflowError):
            # The stream has run out, or a value beyond 16 bits stands where no encoder writes one.
            raise Refusal("corrupt", "a JPEG whose image data end early") from None
    if any(plane.unknown != [0] * BLOCK for plane in planes):
        raise Refusal("truncated", "a progressive JPEG with scans missing")
    for index, plane in enumerate(planes):
        stored = np.frombuffer(plane.values, np.int16).reshape(-1, BLOCK)
        for at in range(0, len(stored), _BATCH):
            check_blocks(stored[at : at + _BATCH].astype(np.int64) * np.array(jpeg.quantisation[index], np.int64))


def _register(scan: Scan, planes: list[_Plane]) -> None:
    """Check that a scan continues what came before it."""
    (first, last), (high, low) = scan.spectral, scan.approximation
    plain = last == 0 if first == 0 else first <= last < BLOCK and len(scan.components) == 1
    if not plain or low > _MAX_SHIFT or high not in (0, low + 1):
        raise Refusal("corrupt", "a progressive JPEG with an impossible scan header")
    for index, _, _ in scan.components:
        unknown = planes[index].unknown
        expected = high or -1
        if (first and unknown[0] < 0) or any(bits != expected for bits in unknown[first : last + 1]):
            raise Refusal("corrupt", "a progressive JPEG with scans out of order")
        unknown[first : last + 1] = [low] * (last + 1 - first)


def _blocks(member: Member, unit: int, across: int) -> list[int]:
    """Where a unit's blocks of one component begin in its plane."""
    if member.h == member.v == 1 and across == 0:
        row, column = divmod(unit, member.columns)
        return [(row * member.stride + column) * BLOCK]
    row, column = divmod(unit, across)
    return [
        ((row * member.v + y) * member.stride + column * member.h + x) * BLOCK
        for y in range(member.v)
        for x in range(member.h)
    ]


def _dc_scan(jpeg: Jpeg, scan: Scan, planes: list[_Plane], counts: list[int]) -> None:
    bits = Bits(scan)
    windows = bits.listed
    high, low = scan.approximation
    found = members(jpeg, scan)
    # A component alone is read block by block, without the padding to whole units.
    across = units_of(jpeg)[0] if len(found) > 1 else 0
    unit = 0
    for (first, end), units in zip(bits.spans, counts, strict=True):
        at = first
        sums = [0] * len(planes)
        for unit in range(unit, unit + units):  # noqa: B020 - goes on where the last interval ended
            for member, (index, dc, _) in zip(found, scan.components, strict=True):
                values = planes[index].values
                for block in _blocks(member, unit, across):
                    if high:
                        values[block] |= (windows[at >> 3] >> (23 - (at & 7)) & 1) << low
                        at += 1
                        continue
                    at, difference = _difference(windows, at, dc)
                    sums[index] += difference
                    if abs(sums[index]) << low > MAX_COEFFICIENT:
                        raise refusal()
                    values[block] = sums[index] << low
        unit += 1
        check_end(at, end)


def _difference(windows: list[int], at: int, table: HuffmanTable | None) -> tuple[int, int]:
    """Read a DC difference; the next position and its value."""
    if table is None:
        raise Refusal("corrupt", "a JPEG without its Huffman table")
    step = table.dc_steps[windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF]
    if not step:
        raise bad_code()
    size = table.listed_symbols[windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF]
    at += step - size
    return at + size, _signed(windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF, size)


def _signed(window: int, size: int) -> int:
    value = window >> (16 - size)
    return value if value >= (1 << size) >> 1 else value - (1 << size) + 1


def _ac_scan(jpeg: Jpeg, scan: Scan, plane: _Plane, counts: list[int]) -> None:
    bits = Bits(scan)
    member = members(jpeg, scan)[0]
    table = scan.components[0][2]
    if table is None:
        raise Refusal("corrupt", "a JPEG without its Huffman table")
    first_unit = 0
    for (first, end), units in zip(bits.spans, counts, strict=True):
        blocks = [b for unit in range(first_unit, first_unit + units) for b in _blocks(member, unit, 0)]
        read = _refine if scan.approximation[0] else _first
        check_end(read(bits.listed, first, scan, plane.values, blocks, table), end)
        first_unit += units


def _first(windows: list[int], at: int, scan: Scan, values: array[int], blocks: list[int], table: HuffmanTable) -> int:
    """Read the first scan of a band over an interval's blocks; return the next position."""
    (first, last), low = scan.spectral, scan.approximation[1]
    lengths, symbols = table.listed_lengths, table.listed_symbols
    skip = 0
    for block in blocks:
        if skip:
            skip -= 1
            continue
        k = first
        while k <= last:
            window = windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF
            length, symbol = lengths[window], symbols[window]
            if not length:
                raise bad_code()
            at += length
            run, size = symbol >> 4, symbol & 15
            window = windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF
            if size:
                k += run
                if k > last or size > MAX_AC_SIZE:
                    raise bad_code()
                value = _signed(window, size)
                if abs(value) << low > MAX_COEFFICIENT:
                    raise refusal()
                values[block + k] = value << low
                at += size
                k += 1
            elif run == _ALL_RUNS:
                k += 16
            else:
                skip = (1 << run) - 1 + (window >> (16 - run))
                at += run
                break
    if skip:
        raise Refusal("corrupt", "a JPEG with a run beyond its last block")
    return at


def _refine(windows: list[int], at: int, scan: Scan, values: array[int], blocks: list[int], table: HuffmanTable) -> int:
    """Read a refining scan of a band over an interval's blocks; return the next position."""
    (first, last), low = scan.spectral, scan.approximation[1]
    lengths, symbols = table.listed_lengths, table.listed_symbols
    one = 1 << low
    skip = 0
    for block in blocks:
        k, stop = block + first, block + last
        while k <= stop and not skip:
            window = windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF
            length, symbol = lengths[window], symbols[window]
            if not length:
                raise bad_code()
            at += length
            run, size, value = symbol >> 4, symbol & 15, 0
            window = windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF
            if size == 1:
                value = one if window >> 15 else -one
                at += 1
            elif size:
                raise bad_code()
            elif run < _ALL_RUNS:
                skip = (1 << run) + (window >> (16 - run))
                at += run
                break
            while k <= stop:
                known = values[k]
                if known:
                    if windows[at >> 3] >> (23 - (at & 7)) & 1:
                        values[k] = known + one if known > 0 else known - one
                    at += 1
                elif run:
                    run -= 1
                else:
                    break
                k += 1
            if value:
                if k > stop:
                    raise bad_code()
                values[k] = value
            k += 1
        if skip:
            for j in range(k, stop + 1):
                known = values[j]
                if known:
                    if windows[at >> 3] >> (23 - (at & 7)) & 1:
                        values[j] = known + one if known > 0 else known - one
                    at += 1
            skip -= 1
    if skip:
        raise Refusal("corrupt", "a JPEG with a run beyond its last block")
    return at
