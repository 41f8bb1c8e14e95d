"""The preprocessing specification: size, channels, resize, scaling or HOG, as one hashable value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from webparity.decode.contracts import CONTRACT, LUMA_CONTRACT, DecodeContract
from webparity.errors import UsageError
from webparity.preprocessing.frozen_state import assign, restore_state
from webparity.preprocessing.hog.settings import Hog
from webparity.preprocessing.method_tables import FITS, INTERPOLATIONS
from webparity.preprocessing.methods import Library
from webparity.preprocessing.pipeline.plan import Plan, make_plan
from webparity.preprocessing.pipeline.step import Step, make_step
from webparity.preprocessing.validation import (
    MAX_SIDE,
    format_value,
    require_choice,
    require_integer,
    require_number,
    require_numbers,
)

__all__ = ["MAX_SIDE", "Channels", "Hog", "Preprocessing"]

Channels = Literal["gray", "rgb", "bgr"]
_NAMES: Final = {"channels": get_args(Channels), "fit": tuple(FITS), "resize": tuple(INTERPOLATIONS)}
# Libraries whose pixels are whole numbers.
ROUNDED_LIKE: Final = frozenset({"pillow", "opencv"})
# What a pipeline of steps says instead.
_FLAT: Final = {"fit": "stretch", "resize": "bilinear", "like": None, "scale": 1.0 / 255.0, "offset": 0.0}


@dataclass(frozen=True, kw_only=True)
class Preprocessing:
    """From decoded RGB8 pixels to the network's input: gray, resize, then `(pixel * scale + offset - mean) / std`.

    With `hog`, its feature vector stands in the place of the normalised pixels. Or `steps`, a pipeline of named steps,
    in the place of all other fields: height, width and channels follow from them.

    Attributes:
        height: height that the image is resized to, in pixels, 1 to 2048.
        width: width that the image is resized to, in pixels, 1 to 2048.
        channels: `gray` weighs R, G and B by Pillow's fixed-point ITU-R 601 coefficients; `rgb` keeps them; `bgr` gives
            them the other way round.
        fit: how an image of another aspect ratio is mapped onto the target, one of the files in `fits/`: `stretch` maps
            the whole image, whatever its aspect ratio; `cover` and `contain` keep it.
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
        steps: a pipeline in the order of the graph (`pipeline/steps/`): Step objects, or tables such as
            `{"step": "resize", "method": "bicubic", "like": "pillow", "shorter": 256}`.

    Raises:
        UsageError: a value is out of range; the message names the key and the values it may have.

    Examples:
        >>> Preprocessing(height=28, width=28)
        >>> Preprocessing(steps=[{"step": "resize", "height": 224, "width": 224}, {"step": "scale"}])
    """

    height: int = 0
    width: int = 0
    channels: Channels = "gray"
    fit: str = "stretch"
    resize: str = "bilinear"
    like: Library | None = None
    scale: float = 1.0 / 255.0
    offset: float = 0.0
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    hog: Hog | None = None
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.steps, Sequence) or isinstance(self.steps, str):
            raise UsageError(f"Expected `steps` to be a list of steps; received {format_value(self.steps)}. Give one.")
        if self.steps:
            self._follow_steps()
            return
        assign(self, "steps", ())
        self._check_types()
        for name, side in (("height", self.height), ("width", self.width)):
            if not 1 <= side <= MAX_SIDE:
                received = format_value(side) if side else "0 or none"
                raise UsageError(
                    f"Expected `{name}` from 1 to {MAX_SIDE} pixels; received {received}. "
                    "Give the height and width that the model takes, or `steps`."
                )
        self._check_like()
        for name, values in (("mean", self.mean), ("std", self.std)):
            if values is not None and len(values) != self.depth:
                number = "one value" if self.depth == 1 else f"{self.depth} values"
                raise UsageError(
                    f"Expected {number} of `{name}`, one per channel of channels = {self.channels!r}; received "
                    f"{len(values)}. Give {self.depth}, leave it out, or correct `channels`."
                )
        if self.std is not None and min(self.std) <= 0:
            raise UsageError(f"Expected positive values of `std`; received {self.std}. Give each channel's deviation.")
        if self.scale == 0:
            raise UsageError(f"Expected a `scale` other than 0; received {self.scale}. Correct it.")
        if self.hog is not None:
            self._check_hog(self.hog)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore what skops or pickle saved, with the same checks as a new value."""
        restore_state(self, state)

    def _follow_steps(self) -> None:
        plan = make_plan(tuple(make_step(step) for step in self.steps))
        shape = plan.pixels_shape
        is_bgr = any(applied.kind.description == "blue, green, red" for applied in plan.levels)
        followed = {
            "height": shape.height,
            "width": shape.width,
            "channels": "gray" if shape.depth == 1 else "bgr" if is_bgr else "rgb",
        }
        for name, value in followed.items():
            given = getattr(self, name)
            if given != value and given not in {0, "gray"}:
                raise UsageError(
                    f"Expected `{name}` to follow from `steps`, which give {value!r}; received {format_value(given)}. "
                    "Leave it out."
                )
            assign(self, name, value)
        for name, default in _FLAT.items():
            if getattr(self, name) != default:
                raise UsageError(
                    f"Expected `{name}` within `steps`; received {format_value(getattr(self, name))} beside them. "
                    f"Put it into a step."
                )
        if self.mean is not None or self.std is not None or self.hog is not None:
            raise UsageError(
                "Expected `mean`, `std` and `hog` within `steps`; received one beside them. Make it a step."
            )
        assign(self, "steps", plan.steps)

    def _check_types(self) -> None:
        for name in ("height", "width"):
            assign(self, name, require_integer(name, getattr(self, name)))
        for name in ("scale", "offset"):
            assign(self, name, require_number(name, getattr(self, name)))
        for name in ("mean", "std"):
            values = getattr(self, name)
            assign(self, name, None if values is None else require_numbers(name, values))
        for name, known in _NAMES.items():
            assign(self, name, require_choice(name, getattr(self, name), known))
        if self.like is not None:
            assign(self, "like", require_choice("like", self.like, get_args(Library)))
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

        if self.fit != "stretch" and FITS[self.fit].arrange is not None and not INTERPOLATIONS[self.resize].windowed:
            raise UsageError(
                f"Expected `fit` of stretch with resize={self.resize!r}, which computes whole images only; received "
                f"{self.fit!r}. Choose another interpolation."
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
                "Take smaller `pixels_per_cell` or `cells_per_block`, or a larger image."
            )

    @property
    def depth(self) -> int:
        """Number of channels of the resized image: 1 for gray, 3 for RGB."""
        return 1 if self.channels == "gray" else 3

    @property
    def plan(self) -> Plan | None:
        """The plan of `steps`; None without them."""
        return make_plan(self.steps) if self.steps else None

    @property
    def contract(self) -> DecodeContract:
        """The decode contract of its pixels: `luma8/2` where a step takes the luma, else `rgb8/2`."""
        plan = self.plan
        return LUMA_CONTRACT if plan is not None and plan.luma else CONTRACT

    @property
    def values_shape(self) -> tuple[int, ...]:
        """Shape of a model's input for one image: (height, width, depth), or (features,) with `hog`."""
        if (plan := self.plan) is not None:
            return plan.values_shape
        if self.hog is None:
            return (self.height, self.width, self.depth)
        return (self.hog.count_blocks(self.height) * self.hog.count_blocks(self.width) * self.hog.block_features,)
