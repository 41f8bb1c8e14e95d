"""Completeness check of sequential JPEG: every code valid, every restart interval used to its end.

Two passes: a tight loop finds where each block begins, several symbols a step; then all blocks are read side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from webparity.decode.jpeg.amplitude import MAX_COEFFICIENT, SAFE_SUM, refuse_amplitude, require_block_amplitudes
from webparity.decode.jpeg.bits import (
    BitWindows,
    count_interval_units,
    refuse_code,
    require_interval_end,
    require_table,
)
from webparity.decode.jpeg.huffman import BLOCK, END, STEP_BITS, STEP_MASK, WINDOW, HuffmanTable
from webparity.decode.jpeg.layout import count_units, lay_out_components
from webparity.decode.refusal import DecodeRefusal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from webparity.decode.jpeg.markers import Jpeg, Scan

_Tables = tuple[HuffmanTable, HuffmanTable]
# Blocks read side by side, so that memory stays within some tens of megabytes.
_BATCH: Final = 1 << 16


def require_complete_sequential(jpeg: Jpeg) -> None:
    """Read all scans of a baseline or extended sequential frame to their end.

    Args:
        jpeg: the file's headers.

    Raises:
        DecodeRefusal: `corrupt`, or `truncated` where a component is missing.
    """
    seen: list[int] = []
    for scan in jpeg.scans:
        seen += [c.index for c in scan.components]
        if len(set(seen)) < len(seen) or scan.spectral != (0, BLOCK - 1) or scan.approximation != (0, 0):
            raise DecodeRefusal("corrupt", "a sequential JPEG with an impossible scan header")
        _require_complete_scan(jpeg, scan)
    if len(seen) < len(jpeg.components):
        raise DecodeRefusal("truncated", "a JPEG with scans missing")


def _require_complete_scan(jpeg: Jpeg, scan: Scan) -> None:
    tables: dict[int, _Tables] = {}
    pattern: list[int] = []
    for member, chosen in zip(lay_out_components(jpeg, scan), scan.components, strict=True):
        tables[member.index] = (require_table(chosen.dc), require_table(chosen.ac))
        pattern += [member.index] * (member.h * member.v)
    counts = count_interval_units(scan, count_units(jpeg, scan))
    bits = BitWindows(scan)
    try:
        starts = np.array(_find_block_starts(bits, counts, [tables[index] for index in pattern]), np.int64)
    except IndexError:
        raise DecodeRefusal("corrupt", "a JPEG whose image data end early") from None
    firsts = np.cumsum([0, *counts[:-1]])
    for index, pair in tables.items():
        columns = [i for i, owner in enumerate(pattern) if owner == index]
        own = starts.reshape(-1, len(pattern))[:, columns].ravel()
        _require_component_amplitudes(
            bits, own, firsts * len(columns), pair, np.array(jpeg.quantisation[index], np.int64)
        )


def _find_block_starts(bits: BitWindows, counts: list[int], pattern: list[_Tables]) -> list[int]:
    """Find the first bit of each block, in the order of the stream."""
    starts: list[int] = []
    windows = bits.window_list
    tables = [(dc.dc_steps, *ac.ac_steps) for dc, ac in pattern]
    for (first, end), units in zip(bits.spans, counts, strict=True):
        at = first
        for dc, single, joined in tables * units:
            starts.append(at)
            step = dc[windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF]
            if not step:
                raise refuse_code()
            at += step
            k = 1
            while True:
                window = windows[at >> 3] >> (8 - (at & 7)) & 0xFFFF
                step = joined[window]
                reach = k + (step >> STEP_BITS)
                if reach < BLOCK:
                    at += step & STEP_MASK
                    k = reach
                    continue
                if END < reach < END + BLOCK:
                    at += step & STEP_MASK
                    break
                # The joined symbols run into the next block: go one by one.
                step = single[window]
                at += step & STEP_MASK
                k += step >> STEP_BITS
                if k < BLOCK:
                    continue
                if k == BLOCK or END < k < END + BLOCK:
                    break
                raise refuse_code()
        require_interval_end(at, end)
    return starts


def _read_magnitudes(windows: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Read signed values of `sizes` bits from the top of 16-bit windows."""
    values = windows >> (WINDOW - sizes)
    return np.where(values < (1 << sizes) >> 1, values - (1 << sizes) + 1, values)


def _require_component_amplitudes(
    bits: BitWindows,
    starts: NDArray[np.int64],
    firsts: NDArray[np.int64],
    tables: _Tables,
    divisors: NDArray[np.int64],
) -> None:
    """Apply the amplitude rule to one component's blocks."""
    dc = tables[0]
    windows = bits.read_windows(starts)
    lengths, sizes = dc.lengths[windows].astype(np.int64), dc.symbols[windows].astype(np.int64)
    totals = np.cumsum(_read_magnitudes(bits.read_windows(starts + lengths), sizes))
    # The prediction starts anew in each interval.
    before = np.concatenate([[0], totals])[firsts]
    means = (totals - np.repeat(before, np.diff([*firsts, len(starts)]))) * divisors[0]
    if np.abs(means).max() > MAX_COEFFICIENT:
        raise refuse_amplitude()
    begin = starts + lengths + sizes
    for at in range(0, len(starts), _BATCH):
        part = slice(at, at + _BATCH)
        sums = _decode_ac_coefficients(bits, begin[part], tables[1], divisors, None)
        doubtful = np.flatnonzero(np.abs(means[part]) + 2 * sums > SAFE_SUM)
        blocks = np.zeros((len(doubtful), BLOCK), np.int64)
        blocks[:, 0] = means[part][doubtful]
        _decode_ac_coefficients(bits, begin[part][doubtful], tables[1], divisors, blocks)
        require_block_amplitudes(blocks)


def _decode_ac_coefficients(
    bits: BitWindows,
    at: NDArray[np.int64],
    table: HuffmanTable,
    divisors: NDArray[np.int64],
    blocks: NDArray[np.int64] | None,
) -> NDArray[np.int64]:
    """Decode AC coefficients from bit `at`; return the sum of magnitudes of each block, and fill `blocks` if given."""
    sums = np.zeros(len(at), np.int64)
    row, k, at = np.arange(len(at)), np.ones(len(at), np.int64), at.copy()
    while len(row):
        windows = bits.read_windows(at)
        symbols, lengths = table.symbols[windows].astype(np.int64), table.lengths[windows].astype(np.int64)
        run, sizes = symbols >> 4, symbols & 15
        values = _read_magnitudes(bits.read_windows(at + lengths), sizes)
        going = symbols != 0
        k = k + run
        scaled = np.where(sizes > 0, values, 0) * divisors[np.minimum(k, BLOCK - 1)]
        sums[row] += np.abs(scaled)
        if blocks is not None:
            blocks[row[going], k[going]] = scaled[going]
        k, at = k + 1, at + lengths + sizes
        going &= k < BLOCK
        row, k, at = row[going], k[going], at[going]
    return sums
