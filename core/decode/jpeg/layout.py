"""Where a JPEG scan's blocks lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webparity.decode.jpeg.markers import Jpeg, Scan


@dataclass(frozen=True)
class Member:
    """One component in a scan.

    Attributes:
        index: the component's place in the frame.
        columns: blocks a row in a scan of this component alone.
        rows: block rows in a scan of this component alone.
        stride: blocks a row including the padding to whole units.
        h: blocks of it across a unit of the scan, 1 when alone.
        v: blocks of it down a unit of the scan, 1 when alone.
    """

    index: int
    columns: int
    rows: int
    stride: int
    h: int
    v: int


def ceil_div(value: int, by: int) -> int:
    """Divide, rounding up."""
    return -(-value // by)


def units_of(jpeg: Jpeg) -> tuple[int, int]:
    """Number of units (MCUs) of an interleaved scan, across and down."""
    h, v = max(c.h for c in jpeg.components), max(c.v for c in jpeg.components)
    return ceil_div(jpeg.width, 8 * h), ceil_div(jpeg.height, 8 * v)


def members(jpeg: Jpeg, scan: Scan) -> list[Member]:
    """The scan's components with their block grids."""
    h, v = max(c.h for c in jpeg.components), max(c.v for c in jpeg.components)
    across, _ = units_of(jpeg)
    alone = len(scan.components) == 1
    found = []
    for member in scan.components:
        c = member.component
        columns, rows = ceil_div(jpeg.width * c.h, 8 * h), ceil_div(jpeg.height * c.v, 8 * v)
        found.append(Member(member.index, columns, rows, across * c.h, 1 if alone else c.h, 1 if alone else c.v))
    return found


def unit_count(jpeg: Jpeg, scan: Scan) -> int:
    """Number of units in a scan: its blocks if it holds one component alone."""
    if len(scan.components) == 1:
        member = members(jpeg, scan)[0]
        return member.columns * member.rows
    across, down = units_of(jpeg)
    return across * down
