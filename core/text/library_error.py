"""Summary of another library's error as one sentence for a message."""

from __future__ import annotations

from typing import Final

MAX_CHARACTERS: Final = 2000
_HEAD: Final = 1200


def summarize_library_error(error: BaseException) -> str:
    """Write an error as one line, complete up to 2,000 characters.

    Args:
        error: what a library raised.

    Returns:
        Its text without line breaks, control characters and a full stop at its end. Of a longer text the beginning and
        the end stay, since libraries put what they were doing first and what went wrong last; how many characters
        were left out is said between them. An error that says a word or nothing has its type's name before it.
    """
    text = to_one_line(str(error)).rstrip(". ")
    if " " not in text:
        text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return truncate_middle(text)


def to_one_line(text: str) -> str:
    """Write every run of white space and control characters as one space."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def truncate_middle(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Cut text to `limit` characters, with a note of how many were left out in the middle."""
    if len(text) <= limit:
        return text
    head = limit * _HEAD // MAX_CHARACTERS
    tail = limit - head
    return f"{text[:head]} [… {len(text) - limit} characters left out …] {text[-tail:]}"
