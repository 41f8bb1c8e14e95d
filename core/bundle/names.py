"""Validation of names in a manifest: labels, titles, the model's name."""

from __future__ import annotations

from typing import Final

MAX_CHARACTERS: Final = 1000


def find_text_fault(value: object, *, longest: int | None = MAX_CHARACTERS) -> str | None:
    """Describe why a name is not allowed in a manifest, or return None.

    A name has 1 to `longest` characters (any number if None), not only white space, no NUL, and no half of a surrogate
    pair, which UTF-8 cannot hold.
    """
    if not isinstance(value, str):
        return f"{type(value).__name__} instead of text"
    if not value.strip():
        return "an empty one"
    if longest is not None and len(value) > longest:
        return f"one of {len(value)} characters"
    if "\0" in value:
        return f"one with a NUL character ({value!r})"
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        return f"one with half of a surrogate pair ({value!r})"
    return None


def make_readable_name(name: str) -> str:
    """Make a file's name valid text: bytes that are not UTF-8 become the replacement character."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if not name.isascii() else name
