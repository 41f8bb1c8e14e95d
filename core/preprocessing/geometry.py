"""The part of a resized image that is computed: one window along each axis."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from webparity.tensor_ops.ops import Ops, T


class Window(NamedTuple):
    """Output pixels `start` to `start + count - 1` of an axis that is resized to `full` pixels.

    Where the image's size decides, `full` and `start` are real scalars of a graph. Pixels of the window outside 0 to
    full - 1 have no meaning; whoever makes such a window fills them.

    Attributes:
        count: how many output pixels are computed.
        full: length that the whole axis is resized to, in pixels.
        start: the first of them that is computed.
    """

    count: int
    full: Any
    start: Any = 0.0

    def is_whole(self) -> bool:
        """Whether the whole axis is computed, at a length known beforehand."""
        return isinstance(self.full, float) and self.full == self.count


def make_whole_window(count: int) -> Window:
    """Make the window of a whole axis resized to `count` pixels."""
    return Window(count, float(count))


def make_tensor(ops: Ops[T], value: Any) -> T:
    """Make a real scalar of a number; a tensor stays."""
    return ops.constant(value) if isinstance(value, float) else value


def list_numbers(ops: Ops[T], window: Window, before: int = 0, after: int = 0) -> T:
    """List the numbers of a window's output pixels and of some before and after it, real [count + before + after, 1]."""
    numbers = ops.constant(np.arange(-float(before), float(window.count + after)).reshape(-1, 1))
    return numbers if isinstance(window.start, float) and window.start == 0 else numbers + window.start
