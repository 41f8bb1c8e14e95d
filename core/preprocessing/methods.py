"""Types of an interpolation and of a fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Self

from webparity.preprocessing.geometry import Arrangement, Color, Window, make_whole_window
from webparity.tensor_ops.ops import Ops

Library = Literal["pillow", "opencv", "tensorflow"]


class OutputShape(NamedTuple):
    """Shape of one resized image: height and width in pixels, and the number of channels (1 for gray, 3 for RGB)."""

    height: int
    width: int
    depth: int

    @property
    def rows(self) -> Window:
        """The window along the height."""
        return make_whole_window(self.height)

    @property
    def columns(self) -> Window:
        """The window along the width."""
        return make_whole_window(self.width)

    def with_depth(self, depth: int) -> OutputShape:
        """The same with another number of channels."""
        return OutputShape(self.height, self.width, depth)


class PlacedShape(OutputShape):
    """Shape of a part of a resized image, which its windows say.

    Args:
        rows: the window along the height.
        columns: the window along the width.
        depth: number of channels.
    """

    _windows: tuple[Window, Window]

    def __new__(cls, rows: Window, columns: Window, depth: int) -> Self:
        """Make the shape of both windows."""
        shape = super().__new__(cls, rows.length, columns.length, depth)
        shape._windows = (rows, columns)
        return shape

    @property
    def rows(self) -> Window:
        """The window along the height."""
        return self._windows[0]

    @property
    def columns(self) -> Window:
        """The window along the width."""
        return self._windows[1]

    def with_depth(self, depth: int) -> OutputShape:
        """The same with another number of channels."""
        return PlacedShape(*self._windows, depth)


# Of an adapter, uint8 images [N, H, W, 3] of any H and W from 1 to 16384, and the output's shape, to real
# [N, height, width, depth] in grey levels, 0 to 255.
ResizeFunction = Callable[[Ops[Any], Any, OutputShape], Any]
# Of an adapter, uint8 images [N, H, W, 3], and the output's height and width, to uint8 [N, H', W', 3]: the part of each
# image that is then resized onto the output.
SelectFunction = Callable[[Ops[Any], Any, int, int], Any]
# Of an adapter, uint8 images [N, H, W, 3], the output's height and width, the library whose rounding is followed, and
# the color around the image, to how the image is mapped onto the output.
ArrangeFunction = Callable[[Ops[Any], Any, tuple[int, int], str, Color], Arrangement]


@dataclass(frozen=True, kw_only=True)
class Interpolation:
    """A way to compute pixels at another size: a value of `Preprocessing.resize`.

    Attributes:
        name: the value.
        description: what it computes, as a clause for messages and for the commented example of a preprocessing file.
        resize: the function for each value of `Preprocessing.like` that it goes with; None is the one that follows no
            library and does not round.
        antialiased: the function for each library that antialiases only when told to.
        windowed: whether the functions compute parts of a resized image, which the fits `cover` and `contain` ask for.
    """

    name: str
    description: str
    resize: Mapping[Library | None, ResizeFunction]
    antialiased: Mapping[Library | None, ResizeFunction] = field(default_factory=dict)
    windowed: bool = False


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A way to map an image onto an output of another aspect ratio: a value of `Preprocessing.fit`.

    Attributes:
        name: the value.
        description: what it does, as a clause for messages and for the commented example of a preprocessing file.
        arrange: maps an image onto the output.
        select: gives the pixels that are resized onto the output, where that is all: in the place of `arrange`.
        fills: whether parts of the output get a color.
    """

    name: str
    description: str
    arrange: ArrangeFunction | None = None
    select: SelectFunction | None = None
    fills: bool = False
