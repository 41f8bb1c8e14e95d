"""Zip archives, checked by their directory before anything is unpacked."""

from __future__ import annotations

import stat
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from re import Pattern
from typing import IO, Final

from webparity.model_safety.refusal import make_refusal
from webparity.storage.regular_file import open_regular
from webparity.text.library_error import summarize_library_error

MAX_MEMBERS: Final = 200_000  # ten thousand trees have sixty thousand
# Keras and skops do not compress; trained weights cannot be compressed by more than this.
MAX_RATIO: Final = 20
FREE_BYTES: Final = 256 * 2**20
_MAGIC: Final = b"PK\x03\x04"
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 0x1


@contextmanager
def open_archive(stream: IO[bytes], name: str, members: Pattern[str]) -> Iterator[zipfile.ZipFile]:
    """Open an archive that holds only the expected members, within bounds of size.

    Python's `zipfile` never gives more of a member than its directory entry declares, so that checking these is enough.

    Args:
        stream: the archive.
        name: what to call it in messages.
        members: a pattern that each member's whole name must match; it admits no folders.

    Raises:
        UnsupportedModelError: it is no such archive.
    """
    if stream.read(len(_MAGIC)) != _MAGIC:
        raise make_refusal("a zip archive, by its first bytes", f"{name}, which is something else")
    size = stream.seek(0, 2)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise make_refusal("a whole zip archive", f"{name}: {summarize_library_error(error)}") from error
    with archive:
        _refuse_bad_directory(archive.infolist(), name, members, size)
        yield archive


def open_model_file(file: Path) -> IO[bytes]:
    """Open a model file for reading.

    Raises:
        UnsupportedModelError: it cannot be opened.
    """
    try:
        return open_regular(file)
    except OSError as error:
        raise make_refusal("a model file that can be read", f"{file.name}: {error.strerror}") from error


def read_member(archive: zipfile.ZipFile, member: str, name: str) -> bytes:
    """Read a member of an archive as a whole.

    Raises:
        UnsupportedModelError: it is missing or damaged.
    """
    try:
        return archive.read(member)
    except KeyError as error:
        raise make_refusal(f"an archive with {member}", f"{name} without it") from error
    except Exception as error:  # zlib, struct and zipfile each raise their own
        raise make_refusal(
            "a whole zip archive", f"{name}, in which {member} is damaged: {summarize_library_error(error)}"
        ) from error


def _refuse_bad_directory(entries: list[zipfile.ZipInfo], name: str, members: Pattern[str], size: int) -> None:
    if len(entries) > MAX_MEMBERS:
        raise make_refusal(f"an archive of at most {MAX_MEMBERS} members", f"{name} with {len(entries)}")
    for entry in entries:
        if members.fullmatch(entry.filename) is None:
            raise make_refusal("an archive of a model's own members only", f"{name} with {entry.filename!r}")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise make_refusal("an archive without links", f"{name}, in which {entry.filename} is a symbolic link")
        if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
            raise make_refusal("members that are stored or deflated", f"{name}, in which {entry.filename} is neither")
    twice = [member for member, times in Counter(entry.filename for entry in entries).items() if times > 1]
    if twice:
        raise make_refusal("an archive that holds each member once", f"{name} with two of {twice[0]}")
    unpacked, limit = sum(entry.file_size for entry in entries), FREE_BYTES + MAX_RATIO * size
    if unpacked > limit:
        raise make_refusal(
            f"an archive of {size} bytes that unpacks to at most {limit}", f"{name}, which unpacks to {unpacked}"
        )
