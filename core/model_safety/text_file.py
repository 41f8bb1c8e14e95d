"""Short UTF-8 text files written by users."""

from __future__ import annotations

from pathlib import Path

from webparity.errors import UsageError
from webparity.storage.regular_file import open_regular


def read_short_text(file: Path, max_bytes: int) -> str:
    """Read a UTF-8 text file, with or without a byte order mark, up to `max_bytes`.

    Raises:
        UsageError: it is longer.
        OSError: it cannot be read.
        UnicodeDecodeError: it is not UTF-8.
    """
    with open_regular(file) as stream:
        data = stream.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise UsageError(
            f"Expected a text file of at most {max_bytes} bytes; received {file}, a longer one. Shorten it."
        )
    return data.decode("utf-8-sig")
