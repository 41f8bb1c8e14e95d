"""What is done to an image before the network sees it, as one hashable value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from webparity.errors import UsageError

MAX_SIDE = 512


@dataclass(frozen=True, kw_only=True)
class Preprocessing:
    """From decoded RGB8 pixels to the network's input: gray, resize, then `(pixel * scale + offset - mean) / std`.

    Attributes:
        height: the network's input height in pixels, 1 to 512.
        width: the network's input width in pixels, 1 to 512.
        channels: `gray` weighs R, G and B by Pillow's fixed-point ITU-R 601 coefficients; `rgb` keeps them.
        fit: `stretch` maps the whole image onto the target, whatever its aspect ratio.
        resize: `bilinear` is the triangle filter, widened when shrinking (antialiased), as in Pillow.
        scale: factor on grey levels (0 to 255); 1/255 gives 0 to 1.
        offset: added after scaling.
        mean: subtracted for each channel after scale and offset, or None.
        std: divided by for each channel after the mean, or None.

    Raises:
        UsageError: a value is out of range.
    """

    height: int
    width: int
    channels: Literal["gray", "rgb"] = "gray"
    fit: Literal["stretch"] = "stretch"
    resize: Literal["bilinear"] = "bilinear"
    scale: float = 1.0 / 255.0
    offset: float = 0.0
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if not (1 <= self.height <= MAX_SIDE and 1 <= self.width <= MAX_SIDE):
            raise UsageError(
                f"Expected a target height and width from 1 to {MAX_SIDE} pixels; received {self.height} x "
                f"{self.width}. Choose the network's input size."
            )
        for name, values in (("mean", self.mean), ("std", self.std)):
            if values is not None and len(values) != self.depth:
                raise UsageError(
                    f"Expected {self.depth} values of `{name}`, one a channel; received {len(values)}. "
                    f"Give {self.depth} or leave it out."
                )
        if self.std is not None and min(self.std) <= 0:
            raise UsageError(f"Expected positive values of `std`; received {self.std}. Give each channel's deviation.")

    @property
    def depth(self) -> int:
        """Number of channels the network sees: 1 for gray, 3 for RGB."""
        return 1 if self.channels == "gray" else 3
