"""The verdict of the decode contract on a file, in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from webparity.decode.contract import decode_file, digest_rgb8
from webparity.errors import DecodeError

# Either (width, height, digest) or (refusal code).
Verdict = tuple[Any, ...]


def decode_in_python(path: Path) -> Verdict:
    """Decode a file, or give the code of its refusal."""
    try:
        pixels = decode_file(path)
    except DecodeError as error:
        return (error.code,)
    return (pixels.shape[1], pixels.shape[0], digest_rgb8(pixels))
