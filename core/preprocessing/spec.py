"""The preprocessing specification: size, channels, resize, scaling or HOG, as one hashable value."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import Any, Final, Literal, get_args

from webparity.errors import UsageError
from webparity.preprocessing.method_tables import FITS, INTERPOLATIONS
from webparity.preprocessing.methods import Library
from webparity.preprocessing.validation import (
    format_value,
    require_choice,
    require_integer,
    require_number,
    require_numbers,
)

Normalisation = Literal["L1", "L2", "L2-Hys"]
Channels = Literal["gray", "rgb"]
_NAMES: Final = {"channels": get_args(Channels), "fit": tuple(FITS), "resize": tuple(INTERPOLATIONS)}
MAX_SIDE = 512
# Libraries whose pixels are whole numbers.
ROUNDED_LIKE: Final = frozenset({"pillow", "opencv"})
# Up to here the sign tests of `orientation.py` are proven to put every integer gradient where skimage puts it.
MAX_ORIENTATIONS = 36


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
            _assign(self, name, require_integer(name, getattr(self, name)))
        _assign(self, "normalisation", require_choice("normalisation", self.normalisation, get_args(Normalisation)))
        if not 1 <= self.orientations <= MAX_ORIENTATIONS:
            raise UsageError(
                f"Expected 1 to {MAX_ORIENTATIONS} HOG orientations; received {format_value(self.orientations)}. "
                "Take 8 or 9."
            )
        if not (1 <= self.pixels_per_cell <= MAX_SIDE and 1 <= self.cells_per_block <= MAX_SIDE):
            raise UsageError(
                f"Expected HOG cells of 1 to {MAX_SIDE} pixels and blocks of 1 to {MAX_SIDE} cells; received "
                f"pixels_per_cell={format_value(self.pixels_per_cell)} and "
                f"cells_per_block={format_value(self.cells_per_block)}. Correct them."
            )

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore what skops or pickle saved, with the same checks as a new value."""
        _restore_state(self, state)

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


@dataclass(frozen=True, kw_only=True)
class Preprocessing:
    """From decoded RGB8 pixels to the network's input: gray, resize, then `(pixel * scale + offset - mean) / std`.

    With `hog`, its feature vector stands in the place of the normalised pixels.

    Attributes:
        height: height that the image is resized to, in pixels, 1 to 512.
        width: width that the image is resized to, in pixels, 1 to 512.
        channels: `gray` weighs R, G and B by Pillow's fixed-point ITU-R 601 coefficients; `rgb` keeps them.
        fit: how an image of another aspect ratio is mapped onto the target, one of the files in `fits/`: `stretch` maps
            the whole image, whatever its aspect ratio.
        resize: the interpolation, one of the files in `interpolations/`: `bilinear` is the triangle filter, widened
            when shrinking (antialiased), as in Pillow; with `like`, that library's own. `area`, with `like="opencv"`
            only, is the mean of the area that a pixel covers (INTER_AREA).
        like: the library that the model was trained behind, whose gray and resize are then reproduced to its rounding:
            `pillow`, `opencv` or `tensorflow`; None resizes without rounding.
        scale: factor on grey levels (0 to 255); 1/255 gives 0 to 1.
        offset: added after scaling.
        mean: subtracted for each channel after scale and offset, or None.
        std: divided by for each channel after the mean, or None.
        hog: features of the gray pixels times `scale`, without offset, mean and std; or None.

    Raises:
        UsageError: a value is out of range.
    """

    height: int
    width: int
    channels: Channels = "gray"
    fit: str = "stretch"
    resize: str = "bilinear"
    like: Library | None = None
    scale: float = 1.0 / 255.0
    offset: float = 0.0
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    hog: Hog | None = None

    def __post_init__(self) -> None:
        self._check_types()
        if not (1 <= self.height <= MAX_SIDE and 1 <= self.width <= MAX_SIDE):
            raise UsageError(
                f"Expected a target height and width from 1 to {MAX_SIDE} pixels; received "
                f"{format_value(self.height)} x {format_value(self.width)}. Choose the network's input size."
            )
        self._check_like()
        for name, values in (("mean", self.mean), ("std", self.std)):
            if values is not None and len(values) != self.depth:
                raise UsageError(
                    f"Expected {self.depth} values of `{name}`, one per channel; received {len(values)}. "
                    f"Give {self.depth} or leave it out."
                )
        if self.std is not None and min(self.std) <= 0:
            raise UsageError(f"Expected positive values of `std`; received {self.std}. Give each channel's deviation.")
        if self.scale == 0:
            raise UsageError(f"Expected a `scale` other than 0; received {self.scale}. Correct it.")
        if self.hog is not None:
            self._check_hog(self.hog)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore what skops or pickle saved, with the same checks as a new value."""
        _restore_state(self, state)

    def _check_types(self) -> None:
        for name in ("height", "width"):
            _assign(self, name, require_integer(name, getattr(self, name)))
        for name in ("scale", "offset"):
            _assign(self, name, require_number(name, getattr(self, name)))
        for name in ("mean", "std"):
            values = getattr(self, name)
            _assign(self, name, None if values is None else require_numbers(name, values))
        for name, known in _NAMES.items():
            _assign(self, name, require_choice(name, getattr(self, name), known))
        if self.like is not None:
            _assign(self, "like", require_choice("like", self.like, get_args(Library)))
        if self.hog is not None and not isinstance(self.hog, Hog):
            raise UsageError(f"Expected `hog` to be a Hog or None; received {format_value(self.hog)}. Give Hog(...).")

    def _check_like(self) -> None:
        known = [name for name, each in INTERPOLATIONS.items() if self.like in each.resize]
        if self.resize not in known:
            fitting = " or ".join(map(repr, INTERPOLATIONS[self.resize].resize))
            raise UsageError(
                f"Expected `resize` of {' or '.join(known)} with like={self.like!r}; received {self.resize!r}. "
                f"It goes with like={fitting}."
            )

    def _check_hog(self, hog: Hog) -> None:
        if self.channels != "gray" or self.offset or self.mean is not None or self.std is not None or self.scale <= 0:
            raise UsageError(
                "Expected HOG of gray pixels with a positive scale and no offset, mean or std; received "
                f"channels={self.channels}, scale={self.scale}, offset={self.offset}, mean={self.mean}, "
                f"std={self.std}. Leave these at their defaults."
            )
        if min(hog.count_blocks(self.height), hog.count_blocks(self.width)) < 1:
            side = hog.pixels_per_cell * hog.cells_per_block
            raise UsageError(
                f"Expected at least {side} x {side} pixels, one HOG block; received {self.height} x {self.width}. "
                "Take smaller cells or a larger image."
            )

    @property
    def depth(self) -> int:
        """Number of channels of the resized image: 1 for gray, 3 for RGB."""
        return 1 if self.channels == "gray" else 3

    @property
    def values_shape(self) -> tuple[int, ...]:
        """Shape of a model's input for one image: (height, width, depth), or (features,) with `hog`."""
        if self.hog is None:
            return (self.height, self.width, self.depth)
        return (self.hog.count_blocks(self.height) * self.hog.count_blocks(self.width) * self.hog.block_features,)


def _assign(spec: Hog | Preprocessing, name: str, value: object) -> None:
    object.__setattr__(spec, name, value)


def _restore_state(spec: Hog | Preprocessing, state: object) -> None:
    cls = type(spec)
    known = [field.name for field in fields(cls)]
    needed = [field.name for field in fields(cls) if field.default is MISSING]
    if not isinstance(state, dict) or set(state) - set(known) or set(needed) - set(state):
        raise UsageError(
            f"Expected the fields of {cls.__name__} ({', '.join(known)}); received {format_value(state)}. "
            "Save the model again."
        )
    spec.__init__(**state)  # type: ignore[misc]  # the one place that checks every value
