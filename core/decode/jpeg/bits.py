"""Bit windows of a JPEG scan, restart intervals and sign extension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from webparity.decode.refusal import DecodeRefusal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from webparity.decode.jpeg.huffman import HuffmanTable
    from webparity.decode.jpeg.markers import Scan

# Room behind each interval for the reads that show it has ended.
_PAD: Final = bytes(8)


class BitWindows:
    """The bits of a scan's restart intervals, one after the other, as 24-bit windows.

    Attributes:
        windows: for each byte the 24 bits that begin there; a window of 16 bits at bit p is
            `windows[p >> 3] >> (8 - (p & 7)) & 0xFFFF`.
        window_list: the same as a list, which a Python loop reads faster.
        spans: first bit and end of each interval.
    """

    def __init__(self, scan: Scan) -> None:
        stream = b"".join(part + _PAD for part in scan.parts)
        data = np.frombuffer(stream + bytes(2), np.uint8).astype(np.uint32)
        self.windows: NDArray[Any] = data[:-2] << 16 | data[1:-1] << 8 | data[2:]
        self.window_list: list[int] = self.windows.tolist()
        self.spans: list[tuple[int, int]] = []
        at = 0
        for part in scan.parts:
            self.spans.append((8 * at, 8 * (at + len(part))))
            at += len(part) + len(_PAD)

    def read_windows(self, positions: NDArray[Any]) -> NDArray[np.int64]:
        """Read the 16-bit windows at many bit positions, int64."""
        windows: NDArray[np.int64] = self.windows[positions >> 3].astype(np.int64) >> (8 - (positions & 7)) & 0xFFFF
        return windows


def count_interval_units(scan: Scan, units: int) -> list[int]:
    """Count the units (MCUs) in each restart interval.

    Args:
        scan: the scan.
        units: its number of units.

    Raises:
        DecodeRefusal: `corrupt`: another number of intervals than the restart interval asks for.
    """
    size = scan.interval or units
    counts = [min(size, units - first) for first in range(0, units, size)]
    if len(counts) != len(scan.parts):
        raise DecodeRefusal("corrupt", "a JPEG with restart markers missing or to spare")
    return counts


def require_interval_end(position: int, end: int) -> None:
    """Refuse an interval that was not used up to its last byte.

    Args:
        position: the bit behind the last one read.
        end: the bit behind the interval.

    Raises:
        DecodeRefusal: `corrupt`.
    """
    if position > end:
        raise DecodeRefusal("corrupt", "a JPEG whose image data end early")
    if end - position >= 8:
        raise DecodeRefusal("corrupt", "a JPEG with data left over in its image")


def refuse_code() -> DecodeRefusal:
    """Make the refusal of bits that are not a Huffman code."""
    return DecodeRefusal("corrupt", "a JPEG with an invalid code in its image data")


def require_table(table: HuffmanTable | None) -> HuffmanTable:
    """Return the Huffman table of a scan's component.

    Raises:
        DecodeRefusal: `corrupt`: there is none.
    """
    if table is None:
        raise DecodeRefusal("corrupt", "a JPEG without its Huffman table")
    return table


def extend_sign(window: int, size: int) -> int:
    """Read the signed value of `size` bits at the top of a 16-bit window; a first bit of 0 means negative."""
    value = window >> (16 - size)
    return value if value >= (1 << size) >> 1 else value - (1 << size) + 1
