"""Pictures of Pillow as images, with the pixels that their files have by the decode contract."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final, TypeGuard

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from webparity.decode.contract import decode
from webparity.errors import UsageError

_PLAIN: Final = ("RGB", "L")
# Modes that the contract's rules of PNG files say how to turn into RGB, each with the mode of that file.
_BY_PNG: Final = {
    "RGB": "RGB",
    "L": "L",
    "1": "1",
    "P": "P",
    "PA": "RGBA",
    "LA": "LA",
    "La": "LA",
    "RGBA": "RGBA",
    "RGBa": "RGBA",
    "I;16": "I;16",
}
# Formats whose EXIF orientation the contract applies; None stands for a picture that was changed since.
_TURNED: Final = ("JPEG", "MPO", None)


def is_picture(given: Any) -> TypeGuard[Image.Image]:
    """Whether something is a picture of Pillow."""
    return isinstance(given, Image.Image)


def convert_picture(picture: Image.Image, name: str) -> NDArray[np.uint8]:
    """Convert a picture to RGB: a JPEG's orientation is applied, alpha goes over white, 16 bits lose the lower 8.

    Args:
        picture: of the modes 1, L, LA, P, PA, RGB, RGBA or I;16; of an animation, its current frame.
        name: what to call it in an error.

    Returns:
        uint8 [H, W, 3].

    Raises:
        UsageError: it has another mode, or cannot be read.
        DecodeError: it has more pixels than a file may have.
    """
    if picture.mode not in _BY_PNG:
        raise UsageError(
            f"Expected a picture of the mode {', '.join(_BY_PNG)}; received {picture.mode} ({name}). "
            'Convert it: picture.convert("RGB").'
        )
    if 0 in picture.size:
        raise UsageError(f"Expected a picture with pixels; received {name}. Give another one.")
    try:
        upright = ImageOps.exif_transpose(picture) if picture.format in _TURNED else picture
        if upright.mode in _PLAIN and "transparency" not in upright.info:
            return np.array(upright.convert("RGB"))
        stream = BytesIO()
        mode = _BY_PNG[upright.mode]
        (upright if upright.mode == mode else upright.convert(mode)).save(stream, "PNG", compress_level=1)
    except (OSError, SyntaxError, ValueError) as error:
        raise UsageError(
            f"Expected a picture that Pillow can read; received {name}: {error}. Open the file again."
        ) from error
    return decode(stream.getvalue(), name)
