"""Escaping of JSON for terminals, and values that JSON in UTF-8 can hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webparity.text.visible import escape_character, replace_unsafe


def escape_json_text(document: str, *, ascii_only: bool = False) -> str:
    r"""Write a JSON document for a terminal: inside strings, control and format characters become `\uXXXX`.

    The document's meaning stays the same, except for lone surrogates, which UTF-8 cannot carry (RFC 7493): these stand
    as `visible` writes them.

    Args:
        document: JSON whose only control characters outside of strings are line breaks.
        ascii_only: escape every other character beyond ASCII too.
    """
    written = replace_unsafe(document, _escape_character)
    return "".join(map(_escape_non_ascii, written)) if ascii_only and not written.isascii() else written


def replace_surrogates(value: Any) -> Any:
    """Replace lone surrogates in every string of a value made of dicts, lists and scalars, as `visible` writes them."""
    if isinstance(value, str):
        return "".join(escape_character(letter) if "\ud800" <= letter <= "\udfff" else letter for letter in value)
    if isinstance(value, Mapping):
        return {replace_surrogates(key): replace_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [replace_surrogates(item) for item in value]
    return value


def _escape_character(character: str) -> str:
    if character == "\n":
        return character
    if "\ud800" <= character <= "\udfff":
        return "\\" + escape_character(character)
    return _escape_utf16(character)


def _escape_non_ascii(character: str) -> str:
    return character if character.isascii() else _escape_utf16(character)


def _escape_utf16(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
