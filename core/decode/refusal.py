"""Refusal codes and size limits of the decode contract."""

from __future__ import annotations

from typing import Final, Literal

RefusalCode = Literal["empty", "format", "cmyk", "truncated", "corrupt", "too-large", "unsupported"]

MAX_PIXELS: Final = 2**26
MAX_SIDE: Final = 16384


class DecodeRefusal(Exception):
    """Refusal of an image file's bytes by the decode contract.

    Attributes:
        code: the contract's refusal code.
        received: what was found, as the middle of a sentence.
    """

    def __init__(self, code: RefusalCode, received: str) -> None:
        super().__init__(received)
        self.code: RefusalCode = code
        self.received = received


def require_size(width: int, height: int) -> None:
    """Refuse an image above the contract's limits.

    Args:
        width: pixels, at least 1.
        height: pixels, at least 1.

    Raises:
        DecodeRefusal: `too-large`.
    """
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise DecodeRefusal("too-large", f"an image of {width} x {height} pixels")
