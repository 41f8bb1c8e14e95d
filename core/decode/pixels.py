"""RGB8 pixels of a file that was found complete: Pillow decodes the plain stream, the contract's rules follow."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import JpegImagePlugin, PngImagePlugin

from webparity.decode.png.chunks import GRAY, GRAY_ALPHA, PALETTE, RGB, Png

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from webparity.decode.jpeg.markers import Jpeg

_OPAQUE: Final = 255
_DEEP: Final = 16
# Orientations whose rows are the stored columns.
_TURNED: Final = 5


def composite_over_white(colour: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Composite over white: `(c * a + 255 * (255 - a) + 127) // 255`.

    Args:
        colour: unpremultiplied, uint8 [..., 3].
        alpha: uint8 [...].

    Returns:
        uint8 [..., 3].
    """
    a = alpha.astype(np.uint32)[..., np.newaxis]
    return ((colour * a + _OPAQUE * (_OPAQUE - a) + 127) // _OPAQUE).astype(np.uint8)


def apply_orientation(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Turn stored pixels upright.

    Args:
        pixels: uint8 [H, W, 3] as stored.
        orientation: EXIF orientation, 1 to 8.

    Returns:
        uint8 [H, W, 3], or [W, H, 3] for 5 to 8.
    """
    if orientation >= _TURNED:
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def decode_jpeg(jpeg: Jpeg) -> NDArray[np.uint8]:
    """Decode a proven JPEG to uint8 [H, W, 3], upright."""
    # The plugin itself, not Image.open: no sniffing, no size warning, no MPO.
    pixels = np.asarray(JpegImagePlugin.JpegImageFile(BytesIO(jpeg.plain)))
    return apply_orientation(_to_three_channels(pixels), jpeg.orientation)


def decode_png(png: Png) -> NDArray[np.uint8]:
    """Decode a proven PNG to uint8 [H, W, 3], composited over white."""
    if png.color_type == PALETTE:
        colours = np.frombuffer(png.palette, np.uint8).reshape(-1, 3)
        table = composite_over_white(colours, np.frombuffer(png.alpha, np.uint8))
        indices = _read_samples(png)
        return np.take(table, indices, axis=0)
    samples = _read_samples(png)
    colour: NDArray[np.uint8] = (samples >> 8 if samples.dtype.itemsize > 1 else samples).astype(np.uint8)
    if png.color_type in (GRAY, RGB):
        if png.key is None:
            return _to_three_channels(colour)
        exact = samples
        if png.color_type == RGB and png.depth == _DEEP:
            exact = samples.astype(np.uint16) << 8 | _read_samples(png, low=True)
        matches = exact == np.array(png.key if png.color_type == RGB else _scale_gray_key(png.key[0], png.depth))
        alpha = np.where(matches.all(-1) if png.color_type == RGB else matches, 0, _OPAQUE).astype(np.uint8)
        return composite_over_white(_to_three_channels(colour), alpha)
    return composite_over_white(
        _to_three_channels(colour[..., 0] if png.color_type == GRAY_ALPHA else colour[..., :3]), colour[..., -1]
    )


def _read_samples(png: Png, *, low: bool = False) -> NDArray[Any]:
    """Read Pillow's samples: indices, gray scaled to 8 bits, 16-bit gray, or the high bytes of 16-bit RGB."""
    image = PngImagePlugin.PngImageFile(BytesIO(png.plain))
    if low:
        # Read as little-endian, the byte Pillow keeps is the low one.
        image.tile = [image.tile[0]._replace(args="RGB;16L")]
    pixels = np.asarray(image)
    return pixels * np.uint8(_OPAQUE) if pixels.dtype == np.bool_ and png.color_type == GRAY else pixels


def _scale_gray_key(key: int, depth: int) -> int:
    """Scale a gray sample to Pillow's 8-bit value; 16-bit samples stay."""
    return key if depth == _DEEP else key * _OPAQUE // ((1 << depth) - 1)


def _to_three_channels(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Repeat gray as three equal channels; RGB stays."""
    return np.repeat(pixels[..., np.newaxis], 3, axis=-1) if pixels.ndim == 2 else pixels
