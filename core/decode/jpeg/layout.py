"""Layout of the blocks of a JPEG scan: block grids and MCU counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webparity.decode.jpeg.markers import Jpeg, Scan


@dataclass(frozen=True)
class ComponentGrid:
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


def divide_rounding_up(value: int, by: int) -> int:
    """Divide, rounding up."""
    return -(-value // by)


def count_mcus(jpeg: Jpeg) -> tuple[int, int]:
    """Count the units (MCUs) of an interleaved scan, across and down."""
    h, v = max(c.h for c in jpeg.components), max(c.v for c in jpeg.components)
    return divide_rounding_up(jpeg.width, 8 * h), divide_rounding_up(jpeg.height, 8 * v)


def lay_out_components(jpeg: Jpeg, scan: Scan) -> list[ComponentGrid]:
    """Compute the block grids of a scan's components."""
    h, v = max(c.h for c in jpeg.components), max(c.v for c in jpeg.components)
    across, _ = count_mcus(jpeg)
    alone = len(scan.components) == 1
    found = []
    for member in scan.components:
        c = member.component
        columns, rows = divide_rounding_up(jpeg.width * c.h, 8 * h), divide_rounding_up(jpeg.height * c.v, 8 * v)
        found.append(ComponentGrid(member.index, columns, rows, across * c.h, 1 if alone else c.h, 1 if alone else c.v))
    return found


def count_units(jpeg: Jpeg, scan: Scan) -> int:
    """Count the units in a scan: MCUs, or blocks if it has one component alone."""
    if len(scan.components) == 1:
        member = lay_out_components(jpeg, scan)[0]
        return member.columns * member.rows
    across, down = count_mcus(jpeg)
    return across * down
