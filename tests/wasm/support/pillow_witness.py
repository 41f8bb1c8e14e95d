"""Pillow as a witness: the pixels that it gives, over white where it finds transparency."""

import io
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from png_files import put_over_white


def decode_with_pillow(data: bytes) -> NDArray[np.uint8] | None:
    """Decode a file with Pillow to uint8 [H, W, 3]; None where it refuses it."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            if image.mode.startswith("I"):
                gray = (np.asarray(image).astype(np.int64) >> 8).astype(np.uint8)
                return np.repeat(gray[..., None], 3, 2)
            if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
                rgba = np.asarray(image.convert("RGBA"))
                return put_over_white(rgba[..., :3], rgba[..., 3:])
            return np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError):
        return None


def decode_jpeg_with_pillow(data: bytes) -> NDArray[np.uint8]:
    """Decode a JPEG with Pillow to uint8 [H, W, 3], turned as its EXIF data say; raises where Pillow does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))
