"""Stretch: the whole image is mapped onto the output, whatever its aspect ratio."""

from __future__ import annotations

from webparity.preprocessing.geometry import Arrangement, Color, arrange_whole
from webparity.preprocessing.methods import Fit
from webparity.tensor_ops.ops import Ops, T


def stretch(_ops: Ops[T], image: T, size: tuple[int, int], _manner: str, _color: Color) -> Arrangement:
    """Map the whole image onto height x width."""
    return arrange_whole(image, *size)


FIT = Fit(
    name="stretch",
    description="the whole image is mapped onto the output; its aspect ratio is not kept",
    arrange=stretch,
)
