"""Small pictures for notebooks."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Twice what is shown of a card, for dense screens.
_SIDE: Final = 160
# Up to here every pixel is shown as a square, so none may be changed.
SMALL: Final = 64
_PNG: Final = b"\x89PNG"


def make_picture(pixels: NDArray[np.uint8]) -> bytes:
    """Write an image as a small file: PNG up to 64 pixels a side, else JPEG of at most 160.

    Args:
        pixels: uint8 [H, W, 3].
    """
    picture = Image.fromarray(pixels)
    stream = BytesIO()
    if max(picture.size) <= SMALL:
        picture.save(stream, "PNG")
    else:
        picture.thumbnail((_SIDE, _SIDE))
        picture.save(stream, "JPEG", quality=85)
    return stream.getvalue()


def make_data_address(picture: bytes | None) -> str | None:
    """Write what `make_picture` gives as an address that holds it; None of None."""
    if picture is None:
        return None
    kind = "png" if picture.startswith(_PNG) else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}"
