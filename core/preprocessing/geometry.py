"""The part of a resized image that is computed: one window along each axis."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from webparity.preprocessing.integers import clamp, divide, divide_round_half_even, split_bits
from webparity.tensor_ops.ops import Ops, T

# One grey level for each channel, 0 to 255; one for gray.
Color = tuple[float, ...]
# Twice this times an image's side, up to 16384 pixels, is 2**24.
_SHORT: Final = 512


class Window(NamedTuple):
    """Output pixels `start` to `start + length - 1` of an axis that is resized to `full` pixels.

    Where the image's size decides, `full` and `start` are real scalars of a graph. Pixels of the window outside 0 to
    full - 1 have no meaning; whoever makes such a window fills them.

    Attributes:
        length: how many output pixels are computed.
        full: length that the whole axis is resized to, in pixels.
        start: the first of them that is computed.
    """

    length: int
    full: Any
    start: Any = 0.0

    def is_known(self) -> bool:
        """Whether the length of the whole axis is known beforehand; NumPy's own numbers are values of a graph."""
        return type(self.full) is float

    def is_whole(self) -> bool:
        """Whether the whole axis is computed, at a length known beforehand."""
        return self.is_known() and self.full == self.length

    def is_short(self) -> bool:
        """Whether it is a whole axis of so few pixels that products with an image's side are exact in float32."""
        return self.is_whole() and self.length <= _SHORT


def make_whole_window(count: int) -> Window:
    """Make the window of a whole axis resized to `count` pixels."""
    return Window(count, float(count))


def make_tensor(ops: Ops[T], value: Any) -> T:
    """Make a real scalar of a number; a tensor stays."""
    return ops.constant(value) if isinstance(value, float) else value


def list_numbers(ops: Ops[T], window: Window, before: int = 0, after: int = 0) -> T:
    """List the numbers of a window's output pixels and of some before and after it, [length + before + after, 1]."""
    numbers = ops.constant(np.arange(-float(before), float(window.length + after)).reshape(-1, 1))
    return numbers if isinstance(window.start, float) and window.start == 0 else numbers + window.start


class Arrangement(NamedTuple):
    """How an image is mapped onto an output.

    Attributes:
        image: the pixels that are resized, uint8 [N, H, W, 3].
        rows: the window along the height.
        columns: the window along the width.
    """

    image: Any
    rows: Window
    columns: Window


def arrange_whole(image: T, height: int, width: int) -> Arrangement:
    """Map the whole image onto height x width."""
    return Arrangement(image, make_whole_window(height), make_whole_window(width))


def scale_length(ops: Ops[T], length: T, target: Any, other: T) -> T:
    """Compute floor(length * target / other), at least 1: of a side, where the other one becomes `target`."""
    return ops.maximum(divide(ops, length * target, other)[0], ops.constant(1.0))


def halve(ops: Ops[T], rest: T, manner: str) -> T:
    """Halve what is left over along an axis, the part in front of the image.

    Pillow's `ImageOps.pad` and torchvision's `CenterCrop` round half to even, as Python does; all others down.
    """
    if manner in {"pillow", "torchvision", "own"}:
        return divide_round_half_even(ops, rest, ops.constant(2.0))
    return split_bits(ops, rest, 1)[0]


def make_centred_window(ops: Ops[T], length: int, full: T, manner: str) -> Window:
    """Make the window of `length` pixels in the middle of an axis of `full` pixels, which may be fewer."""
    rest = full - float(length)
    cut = halve(ops, ops.maximum(rest, ops.constant(0.0)), manner)
    # torchvision pads what is too small with the smaller half in front.
    missing = split_bits(ops, ops.maximum(0.0 - rest, ops.constant(0.0)), 1)[0]
    return Window(length, full, cut - missing)


def crop_to_aspect(ops: Ops[T], image: T, height: int, width: int) -> T:
    """Cut images [N, H, W, 3] to the aspect ratio of height x width, from the middle, rounding down as Keras does."""
    rows, columns = ops.size(image, 1), ops.size(image, 2)
    for axis, size, wanted in (
        (1, rows, scale_length(ops, columns, float(height), ops.constant(float(width)))),
        (2, columns, scale_length(ops, rows, float(width), ops.constant(float(height)))),
    ):
        kept = ops.minimum(size, wanted)
        start = split_bits(ops, size - kept, 1)[0]
        image = ops.take(image, ops.arange(kept) + start, axis)
    return image


def pad_to_aspect(ops: Ops[T], image: T, height: int, width: int, color: Color) -> T:
    """Pad images [N, H, W, 3] to the aspect ratio of height x width, by as many pixels on either side, as Keras.

    Returns:
        Real [N, H', W', 3].
    """
    rows, columns = ops.size(image, 1), ops.size(image, 2)
    fill = ops.constant(np.array(color))
    pixels = ops.astype_real(image)
    for axis, size, wanted in (
        (1, rows, scale_length(ops, columns, float(height), ops.constant(float(width)))),
        (2, columns, scale_length(ops, rows, float(width), ops.constant(float(height)))),
    ):
        before = split_bits(ops, ops.maximum(wanted, size) - size, 1)[0]
        places = ops.arange(size + before * 2.0) - before
        inside = clamp(ops, places, size - 1.0)
        is_image = 1.0 - ops.minimum(ops.abs(places - inside), ops.constant(1.0))
        is_image = ops.reshape(is_image, (1, -1, 1, 1) if axis == 1 else (1, 1, -1, 1))
        pixels = fill + (ops.take(pixels, inside, axis) - fill) * is_image
    return pixels


def fill_outside(ops: Ops[T], pixels: T, arrangement: Arrangement, color: Color) -> T:
    """Fill the pixels [N, height, width, depth] whose windows lie outside the resized image with a color."""
    inside = None
    for window, shape in ((arrangement.rows, (1, -1, 1, 1)), (arrangement.columns, (1, 1, -1, 1))):
        numbers = list_numbers(ops, window)
        within = ops.greater_equal(numbers, ops.constant(0.0)) * ops.greater_equal(
            make_tensor(ops, window.full) - 1.0, numbers
        )
        within = ops.reshape(within, shape)
        inside = within if inside is None else inside * within
    fill = ops.constant(np.array(color))
    assert inside is not None
    return fill + (pixels - fill) * inside
