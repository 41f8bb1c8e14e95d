"""Completeness check of progressive JPEG: every scan used to its end, every coefficient known to its last bit."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from webparity.decode.jpeg.ac_bands import Band, decode_first_scan, decode_refinement_scan
from webparity.decode.jpeg.amplitude import MAX_COEFFICIENT, refuse_amplitude, require_block_amplitudes
from webparity.decode.jpeg.bits import (
    BitWindows,
    count_interval_units,
    extend_sign,
    refuse_code,
    require_interval_end,
    require_table,
)
from webparity.decode.jpeg.huffman import BLOCK
from webparity.decode.jpeg.layout import count_mcus, count_units, lay_out_components
from webparity.decode.refusal import DecodeRefusal

if TYPE_CHECKING:
    from webparity.decode.jpeg.huffman import HuffmanTable
    from webparity.decode.jpeg.layout import ComponentGrid
    from webparity.decode.jpeg.markers import Jpeg, Scan

_MAX_SHIFT: Final = 13
_BATCH: Final = 1 << 14


@dataclass(frozen=True)
class _CoefficientPlane:
    """One component: its coefficients in zigzag order, block by block, and the bits still unknown of each (-1: all)."""

    values: array[int]
    unknown: list[int]


def require_complete_progressive(jpeg: Jpeg) -> None:
    """Read all scans of a progressive frame to their end.

    Args:
        jpeg: the file's headers.

    Raises:
        DecodeRefusal: `corrupt`, or `truncated` where scans are missing.
    """
    across, down = count_mcus(jpeg)
    planes = [
        _CoefficientPlane(array("h", bytes(2 * BLOCK * across * c.h * down * c.v)), [-1] * BLOCK)
        for c in jpeg.components
    ]
    for scan in jpeg.scans:
        _register_scan(scan, planes)
        counts = count_interval_units(scan, count_units(jpeg, scan))
        try:
            if scan.spectral[0] == 0:
                _decode_dc_scan(jpeg, scan, planes, counts)
            else:
                _decode_ac_scan(jpeg, scan, planes, counts)
        except IndexError:
            raise DecodeRefusal("corrupt", "a JPEG whose image data end early") from None
    if any(plane.unknown != [0] * BLOCK for plane in planes):
        raise DecodeRefusal("truncated", "a progressive JPEG with scans missing")
    for index, plane in enumerate(planes):
        stored = np.frombuffer(plane.values, np.int16).reshape(-1, BLOCK)
        divisors = np.array(jpeg.quantisation[index], np.int64)
        for at in range(0, len(stored), _BATCH):
            require_block_amplitudes(stored[at : at + _BATCH] * divisors)


def _register_scan(scan: Scan, planes: list[_CoefficientPlane]) -> None:
    """Check that a scan continues the earlier ones."""
    (first, last), (high, low) = scan.spectral, scan.approximation
    plain = last == 0 if first == 0 else first <= last < BLOCK and len(scan.components) == 1
    if not plain or low > _MAX_SHIFT or high not in (0, low + 1):
        raise DecodeRefusal("corrupt", "a progressive JPEG with an impossible scan header")
    for component in scan.components:
        unknown = planes[component.index].unknown
        expected = high or -1
        if (first and unknown[0] < 0) or any(bits != expected for bits in unknown[first : last + 1]):
            raise DecodeRefusal("corrupt", "a progressive JPEG with scans out of order")
        unknown[first : last + 1] = [low] * (last + 1 - first)


def _find_component_blocks(member: ComponentGrid, units: range) -> list[int]:
    """Find the offsets of the blocks of a component that is alone in its scan: row by row, without padding."""
    columns, stride = member.columns, member.stride
    return [(unit // columns * stride + unit % columns) * BLOCK for unit in units]


def _find_unit_blocks(member: ComponentGrid, unit: int, across: int) -> list[int]:
    """Find the offsets of one component's blocks in an MCU of a scan of several components."""
    row, column = divmod(unit, across)
    return [
        ((row * member.v + y) * member.stride + column * member.h + x) * BLOCK
        for y in range(member.v)
        for x in range(member.h)
    ]


def _decode_dc_scan(jpeg: Jpeg, scan: Scan, planes: list[_CoefficientPlane], counts: list[int]) -> None:
    bits, found, across = BitWindows(scan), lay_out_components(jpeg, scan), count_mcus(jpeg)[0]
    begin = 0
    for (at, end), count in zip(bits.spans, counts, strict=True):
        units = range(begin, begin + count)
        order: list[tuple[int, int]]
        if len(found) == 1:
            order = [(0, block) for block in _find_component_blocks(found[0], units)]
        else:
            order = [
                (i, b)
                for unit in units
                for i, member in enumerate(found)
                for b in _find_unit_blocks(member, unit, across)
            ]
        read = _refine_dc if scan.approximation[0] else _decode_first_dc
        require_interval_end(read(bits.window_list, at, scan, planes, order), end)
        begin += count


def _decode_first_dc(
    windows: list[int], at: int, scan: Scan, planes: list[_CoefficientPlane], order: list[tuple[int, int]]
) -> int:
    """Decode the DC differences of an interval; return the next bit."""
    low = scan.approximation[1]
    values = [planes[c.index].values for c in scan.components]
    sums = [0] * len(values)
    for place, block in order:
        at, difference = _decode_dc_difference(windows, at, require_table(scan.components[place].dc))
        sums[place] += difference
        if abs(sums[place]) << low > MAX_COEFFICIENT:
            raise refuse_amplitude()
        values[place][block] = sums[place] << low
    return at


def _refine_dc(
    windows: list[int], at: int, scan: Scan, planes: list[_CoefficientPlane], order: list[tuple[int, int]]
) -> int:
    """Decode one more bit of each DC value of an interval; return the next bit."""
    low = scan.approximation[1]
    values = [planes[c.index].values for c in scan.components]
    for bit, (place, block) in enumerate(order, start=at):
        values[place][block] |= (windows[bit >> 3] >> (23 - (bit & 7)) & 1) << low
    return at + len(order)


def _decode_dc_difference(windows: list[int], at: int, table: HuffmanTable) -> tuple[int, int]:
    """Decode a DC difference; return the next bit and the value."""
    window = windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF
    step = table.dc_steps[window]
    if not step:
        raise refuse_code()
    size = table.symbol_list[window]
    begin = at + step - size
    return at + step, extend_sign(windows[begin >> 3] >> (8 - (begin & 7)) & 0xFFFF, size)


def _decode_ac_scan(jpeg: Jpeg, scan: Scan, planes: list[_CoefficientPlane], counts: list[int]) -> None:
    bits = BitWindows(scan)
    (component,), (member,) = scan.components, lay_out_components(jpeg, scan)
    band = Band(*scan.spectral, scan.approximation[1], require_table(component.ac))
    values = planes[component.index].values
    read = decode_refinement_scan if scan.approximation[0] else decode_first_scan
    begin = 0
    for (at, end), count in zip(bits.spans, counts, strict=True):
        blocks = _find_component_blocks(member, range(begin, begin + count))
        require_interval_end(read(bits.window_list, at, band, values, blocks), end)
        begin += count
