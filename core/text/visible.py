"""Escaping of invisible characters: control, format, surrogate and unassigned ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

# Control, format (bidirectional overrides, tags), lone surrogate, line and paragraph separator.
_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Joiners belong to the spelling of Persian and Indic words and of emoji, and move nothing but their neighbours.
_JOINERS: Final = frozenset("\u200c\u200d")
_NAMED: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
# Python decodes a byte of a file name that is not UTF-8 to one of these (PEP 383).
_BYTES: Final = range(0xDC80, 0xDD00)
_BYTE, _BMP = 0x100, 0x10000
_BEYOND_PRINTABLE_ASCII: Final = re.compile(r"[^ -~]")


def escape_invisible(text: str) -> str:
    r"""Write text in one line, with invisible characters as escapes such as `\n`, `\x1b` or `\u202e`.

    A backslash stays as it is: the result is for reading, and not to be decoded again. Doing it twice changes nothing.
    """
    return replace_unsafe(text, escape_character)


def replace_unsafe(text: str, replacement: Callable[[str], str]) -> str:
    """Replace each invisible or unassignable character."""
    return _BEYOND_PRINTABLE_ASCII.sub(
        lambda found: replacement(found[0]) if _is_invisible(found[0]) else found[0], text
    )


def escape_character(character: str) -> str:
    r"""Write the escape of one character, such as `\x1b`; of an undecodable byte of a file name, `\x` and that byte."""
    code = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if code in _BYTES:
        code -= _BYTES.start - 0x80
    if code < _BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < _BMP else f"\\U{code:08x}"


def _is_invisible(character: str) -> bool:
    code = ord(character)
    noncharacter = code & 0xFFFE == 0xFFFE or code in range(0xFDD0, 0xFDF0)
    return noncharacter or (unicodedata.category(character) in _CATEGORIES and character not in _JOINERS)
