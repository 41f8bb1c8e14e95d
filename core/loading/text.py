"""Text files that a user writes by hand, and that are therefore short."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from webparity.errors import UsageError

MAX_BYTES: Final = 2**20


def short_text(file: Path) -> str:
    """Read a UTF-8 text file of at most 1 MiB, and no more of it than that.

    Raises:
        UsageError: it is larger.
        OSError: it cannot be read.
        UnicodeDecodeError: it is not UTF-8.
    """
    with file.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UsageError(
            f"Expected a text file of at most {MAX_BYTES} bytes; received {file}, a longer one. Shorten it."
        )
    return data.decode("utf-8")
