"""Arrays as images: checked, and gray or with alpha turned into RGB."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from webparity.decode.contract import MAX_PIXELS, MAX_SIDE
from webparity.errors import UsageError
from webparity.prediction.given_picture import convert_picture

_CHANNELS: Final = (1, 3, 4)
_RULE: Final = "an array uint8 [H, W, 3] of RGB, [H, W] or [H, W, 1] of gray, or [H, W, 4] of RGB with alpha"


def is_batch(array: NDArray[Any]) -> bool:
    """Whether an array holds several images, [N, H, W, C]."""
    return array.ndim == 4


def convert_array(array: NDArray[Any], name: str) -> NDArray[np.uint8]:
    """Convert one image to RGB.

    Args:
        array: uint8 [H, W, 3], [H, W], [H, W, 1], or [H, W, 4], whose alpha goes over white as in files.
        name: what to call it in an error.

    Returns:
        uint8 [H, W, 3].

    Raises:
        UsageError: it has another shape or type, no pixel, or more than a file may have.
    """
    gray = array.ndim == 2
    if not gray and not (array.ndim == 3 and array.shape[2] in _CHANNELS):
        raise UsageError(f"Expected {_RULE}; received {name}. {_advise_on_shape(array)}")
    if array.dtype != np.uint8:
        raise UsageError(f"Expected {_RULE}; received {array.dtype} in {name}. {_advise_on_type(array)}")
    height, width = array.shape[:2]
    if not array.size or max(height, width) > MAX_SIDE or height * width > MAX_PIXELS:
        raise UsageError(
            f"Expected an image of 1 to {MAX_PIXELS:,} pixels, at most {MAX_SIDE:,} on a side; received {name}. "
            "Give another size."
        )
    if not gray and array.shape[2] == 4:
        return convert_picture(Image.fromarray(np.ascontiguousarray(array)), name)
    planes = array[:, :, np.newaxis] if gray else array
    rgb: NDArray[np.uint8] = np.ascontiguousarray(np.broadcast_to(planes, (height, width, 3)))
    return rgb


def _advise_on_shape(array: NDArray[Any]) -> str:
    if array.ndim == 3 and array.shape[0] in _CHANNELS:
        return "Put the channels last: array.transpose(1, 2, 0)."
    if array.ndim == 3:
        return "Give several gray images as array[..., None], [N, H, W, 1], or as a list."
    if array.ndim == 4:
        return "Put the channels last: array.transpose(0, 2, 3, 1)."
    return "Give the pixels as they are in the image file, not rows of features: the bundle preprocesses them."


def _advise_on_type(array: NDArray[Any]) -> str:
    own = "Give the pixels as they are in the image file: the bundle scales them itself."
    if array.dtype.kind == "f" and array.size and array.min() >= 0 and array.max() <= 1:
        return f'{own} From 0 to 1: (array * 255).round().astype("uint8").'
    if array.dtype.kind in "fiu" and array.size and array.min() >= 0 and array.max() <= 255:
        return f'{own} From 0 to 255: array.round().astype("uint8").'
    return own
