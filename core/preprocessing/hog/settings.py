"""Settings of HOG features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from webparity.errors import UsageError
from webparity.preprocessing.frozen_state import assign, restore_state
from webparity.preprocessing.validation import format_value, require_choice, require_integer

Normalisation = Literal["L1", "L2", "L2-Hys"]
NORMALISATIONS: Final = get_args(Normalisation)
MAX_HOG_SIDE: Final = 512
# Up to here the sign tests of `orientation.py` are proven to put every integer gradient where skimage puts it.
MAX_ORIENTATIONS: Final = 36


@dataclass(frozen=True, kw_only=True)
class Hog:
    """Histograms of oriented gradients (Dalal and Triggs, 2005) as `skimage.feature.hog` defines them.

    Attributes:
        orientations: bins over 0 to 180 degrees, 1 to 36.
        pixels_per_cell: side of the square cells whose gradients are counted together, in pixels.
        cells_per_block: side of the square blocks that are normalised together, in cells; blocks overlap.
        normalisation: norm that each block is divided by; `L2-Hys` clips at 0.2 and divides again.

    Raises:
        UsageError: a value is out of range.
    """

    orientations: int
    pixels_per_cell: int
    cells_per_block: int
    normalisation: Normalisation = "L2-Hys"

    def __post_init__(self) -> None:
        for name in ("orientations", "pixels_per_cell", "cells_per_block"):
            most = MAX_ORIENTATIONS if name == "orientations" else MAX_HOG_SIDE
            assign(self, name, require_integer(f"hog.{name}", getattr(self, name), f"from 1 to {most}"))
        assign(self, "normalisation", require_choice("hog.normalisation", self.normalisation, NORMALISATIONS))
        if not 1 <= self.orientations <= MAX_ORIENTATIONS:
            raise UsageError(
                f"Expected `hog.orientations` from 1 to {MAX_ORIENTATIONS}; received "
                f"{format_value(self.orientations)}. Take 8 or 9."
            )
        for name in ("pixels_per_cell", "cells_per_block"):
            if not 1 <= getattr(self, name) <= MAX_HOG_SIDE:
                raise UsageError(
                    f"Expected `hog.{name}` from 1 to {MAX_HOG_SIDE}; received {format_value(getattr(self, name))}. "
                    "Give a number in that range."
                )

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore what skops or pickle saved, with the same checks as a new value."""
        restore_state(self, state)

    def count_cells(self, side: int) -> int:
        """Count the whole cells along a side of that many pixels; a remainder is not counted."""
        return side // self.pixels_per_cell

    def count_blocks(self, side: int) -> int:
        """Count the blocks along a side of that many pixels; each begins one cell after the last."""
        return self.count_cells(side) - self.cells_per_block + 1

    @property
    def block_features(self) -> int:
        """Number of features of each block."""
        return self.cells_per_block**2 * self.orientations
