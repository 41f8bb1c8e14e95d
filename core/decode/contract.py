"""Decoding by the contract `rgb8/1`: the same RGB8 pixels, or the same refusal, in every runtime.

The rules stand in docs/decode-contract.md; the verdict is reached in `webparity.decode` before any decoder is asked.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from webparity.decode.jpeg.markers import read_jpeg
from webparity.decode.jpeg.progressive import require_complete_progressive
from webparity.decode.jpeg.sequential import require_complete_sequential
from webparity.decode.pixels import decode_jpeg, decode_png
from webparity.decode.png.chunks import SIGNATURE, read_png
from webparity.decode.refusal import MAX_PIXELS, MAX_SIDE, DecodeRefusal, RefusalCode
from webparity.errors import DecodeError, make_file_error
from webparity.storage.regular_file import MAX_IMAGE_BYTES, read_regular

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CONTRACT", "MAX_PIXELS", "MAX_SIDE", "decode", "decode_file", "digest_rgb8"]

CONTRACT: Final = "rgb8/1"

_ADVICE: Final[dict[RefusalCode, tuple[str, str]]] = {
    "empty": ("an image file with content", "Save or download it again."),
    "format": ("a JPEG or PNG file", "Convert it to PNG."),
    "cmyk": ("a gray or RGB image", "Convert it to RGB."),
    "truncated": ("a complete image file", "Save or download it again."),
    "corrupt": ("an undamaged image file", "Save or download it again."),
    "too-large": (f"at most {MAX_PIXELS} pixels and {MAX_SIDE} a side", "Scale it down."),
    "unsupported": ("a baseline or progressive JPEG, or a plain PNG", "Save it again as PNG."),
}


def decode(data: bytes, name: str = "image") -> NDArray[np.uint8]:
    """Decode an image file by the contract.

    Args:
        data: the file's bytes: JPEG or PNG, detected by its first bytes.
        name: what to call the file in an error.

    Returns:
        RGB pixels, uint8 [H, W, 3], row by row.

    Raises:
        DecodeError: the contract refuses the file; `code` says why.
    """
    try:
        return _decode_by_contract(data)
    except DecodeRefusal as refusal:
        rule, fix = _ADVICE[refusal.code]
        message = f"Expected {rule}; received {refusal.received} ({name}). {fix}"
        raise DecodeError(refusal.code, message) from refusal


def _decode_by_contract(data: bytes) -> NDArray[np.uint8]:
    if not data:
        raise DecodeRefusal("empty", "0 bytes")
    if data.startswith(SIGNATURE):
        return decode_png(read_png(data))
    if not data.startswith(b"\xff\xd8\xff"):
        raise DecodeRefusal("format", "another format")
    jpeg = read_jpeg(data)
    if jpeg.progressive:
        require_complete_progressive(jpeg)
    else:
        require_complete_sequential(jpeg)
    return decode_jpeg(jpeg)


def read_image_bytes(path: Path, name: str) -> bytes:
    """Read an image file's bytes.

    Args:
        path: the file.
        name: what to call it in messages.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return read_regular(path, MAX_IMAGE_BYTES)
    except OSError as error:
        raise make_file_error(
            f"Expected an image file that can be read; received {name}: {error.strerror}. Correct or remove it.", error
        ) from error


def decode_file(path: str | Path) -> NDArray[np.uint8]:
    """Decode an image file on disk by the contract.

    Args:
        path: the file.

    Returns:
        RGB pixels, uint8 [H, W, 3].

    Raises:
        MissingFileError: there is no such file.
        UsageError: the path is a folder or unreadable.
        DecodeError: the contract refuses the file.
    """
    path = Path(path)
    try:
        data = read_regular(path, MAX_IMAGE_BYTES)
    except OSError as error:
        reason = error.strerror or "an unreadable file"
        raise make_file_error(f"Expected an image file; received {path} ({reason}). Check the path.", error) from error
    return decode(data, path.name)


def digest_rgb8(pixels: NDArray[np.uint8]) -> str:
    """Fingerprint decoded pixels.

    Args:
        pixels: uint8 [H, W, 3].

    Returns:
        SHA-256 of the H * W * 3 bytes, row by row, in lower-case hexadecimal.
    """
    return hashlib.sha256(np.ascontiguousarray(pixels, np.uint8).tobytes()).hexdigest()
