"""Placing of a crop or a pad within pixels of a known size."""

from __future__ import annotations

from collections.abc import Callable

from webparity.errors import UsageError
from webparity.preprocessing.geometry import Color
from webparity.preprocessing.pipeline.kinds import Options


def find_start(options: Options, axis: int, side: int) -> int:
    """Find the first pixel of the output within an axis of `side` pixels; below 0 where it begins in front."""
    length = int(options["height" if axis == 1 else "width"])
    given = "top" if axis == 1 else "left"
    is_pad = "color" in options or length > side
    if given in options:
        return -int(options[given]) if is_pad else int(options[given])
    if length > side:
        return -((length - side) // 2)
    # Python's round is to even.
    return round((side - length) / 2) if options.get("like", "torchvision") == "torchvision" else (side - length) // 2


def make_color(options: Options, depth: int) -> Color:
    """Make the color of a step, black by default, for each channel."""
    color = tuple(options.get("color", (0.0,)))
    if len(color) not in {1, depth}:
        raise UsageError(
            f"Expected {depth} numbers for `color`, one per channel, or 1; received {len(color)}. Give {depth}."
        )
    return color


def require_size(name: str) -> Callable[[Options], None]:
    """Make a check that a crop or pad has either a height and a width or `square = true`."""

    def check(options: Options) -> None:
        square = options.get("square", False)
        sizes = {"height", "width"} & set(options)
        if (square and sizes) or (not square and len(sizes) != 2):
            given = sorted(sizes | ({"square"} if square else set()))
            raise UsageError(
                f"Expected either `{name}.height` and `{name}.width`, or `{name}.square` = true before the resize; "
                f"received {' and '.join(given) or 'neither'}. Give one of both."
            )

    return check
