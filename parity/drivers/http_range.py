"""The header `Range` of HTTP (RFC 9110), for one range of bytes."""

from __future__ import annotations

import re
from typing import Final

_RANGE: Final = re.compile(r"bytes\s*=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


class BadRange(Exception):
    """A range that no byte of the file lies in."""


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Parse the header.

    Args:
        header: its value, or None.
        size: of the file, in bytes.

    Returns:
        The first and the last byte to send; None for the whole file, which a header of another form or of several
        ranges asks for too.

    Raises:
        BadRange: none of the bytes that it asks for is there.
    """
    match = _RANGE.fullmatch(header) if header is not None else None
    if match is None or match.groups() == ("", ""):
        return None
    if not match[1]:
        first, last = max(0, size - int(match[2])), size - 1
    else:
        first = int(match[1])
        last = min(int(match[2]), size - 1) if match[2] else size - 1
        if match[2] and int(match[2]) < first:
            return None
    if first > last:
        raise BadRange
    return first, last
