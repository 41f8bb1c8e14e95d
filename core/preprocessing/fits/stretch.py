"""Stretch: the whole image is mapped onto the output, whatever its aspect ratio."""

from __future__ import annotations

from webparity.preprocessing.methods import Fit
from webparity.tensor_ops.ops import Ops, T


def select_whole_image(_ops: Ops[T], image: T, _height: int, _width: int) -> T:
    """Return images [N, H, W, 3] as they are."""
    return image


FIT = Fit(
    name="stretch",
    description="the whole image is mapped onto the output; its aspect ratio is not kept",
    select=select_whole_image,
)
