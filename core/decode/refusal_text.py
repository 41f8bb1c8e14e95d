"""Words of a refusal by the decode contract, the same in Python and TypeScript."""

from __future__ import annotations

from typing import Final

from webparity.decode.image_format import DECODED_FORMATS_TEXT
from webparity.errors import DecodeError
from webparity.wasm.bindings import MAX_PIXELS, MAX_SIDE, RefusalCode

_SAVE_AGAIN: Final = "Save or download it again."
# The rule, and the fix where the decoder gives none.
_WORDS: Final[dict[RefusalCode, tuple[str, str]]] = {
    "empty": ("an image file with content", _SAVE_AGAIN),
    "format": (f"a {DECODED_FORMATS_TEXT} file", "Convert it to JPEG or PNG."),
    "truncated": ("a complete image file", _SAVE_AGAIN),
    "corrupt": ("an undamaged image file", _SAVE_AGAIN),
    "too-large": (f"at most {MAX_PIXELS} pixels and {MAX_SIDE} a side", "Scale it down."),
    "unsupported": ("an image file of a common kind", "Save it again as PNG."),
    "too-much-work": ("an image file that takes no more work than its size allows", "Save it again as PNG."),
    "out-of-memory": ("an image that can be decoded in 4 GiB of memory", "Scale it down."),
}


def make_refusal(code: RefusalCode, received: str, name: str) -> DecodeError:
    """Make the error for a file that the decode contract refuses.

    Args:
        code: the contract's refusal code.
        received: what was found, as the middle of a sentence; behind a colon, what to do about it.
        name: the file's name.
    """
    rule, fix = _WORDS[code]
    found, _, advice = received.partition(": ")
    fix = f"{advice[0].upper()}{advice[1:]}." if advice else fix
    return DecodeError(code, f"Expected {rule}; received {found} ({name}). {fix}")
