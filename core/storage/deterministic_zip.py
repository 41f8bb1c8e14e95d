"""Zip archives whose bytes depend on the names and contents of their members alone."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Final

# The earliest date that a zip archive can hold.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def write_deterministic_zip(members: Mapping[str, bytes]) -> bytes:
    """Write a zip archive: members in sorted order, not compressed, all of the same date.

    Args:
        members: the content of each member by name.

    Returns:
        The archive.
    """
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), members[name])
    return stream.getvalue()
