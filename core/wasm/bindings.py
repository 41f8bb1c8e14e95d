"""Bindings of the module: what `wasm/webparity.h` and `wasm/decode/image.h` declare; a test compares them."""

from __future__ import annotations

from struct import Struct
from typing import Final, Literal

RefusalCode = Literal[
    "empty", "format", "truncated", "corrupt", "too-large", "unsupported", "too-much-work", "out-of-memory"
]

# In the order of `decode_code`.
CODES: Final[tuple[Literal["ok"] | RefusalCode, ...]] = (
    "ok",
    "empty",
    "format",
    "truncated",
    "corrupt",
    "too-large",
    "unsupported",
    "too-much-work",
    "out-of-memory",
)

# `decode_result`: code, width, height, offset of the pixels, offset of the text.
RESULT: Final = Struct("<5I")

# Functions of one argument, a size in bytes, and one result, an offset into the memory.
FUNCTIONS: Final = ("reserve_input", "judge_start", "decode_image")
MEMORY: Final = "memory"

START_BYTES: Final = 512
MAX_SIDE: Final = 16384
MAX_PIXELS: Final = 2**28
SMALL_FILE: Final = 2**20
MAX_PIXELS_OF_SMALL_FILE: Final = 2**26
