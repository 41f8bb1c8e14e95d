"""Writing of content-addressed files, and the list of their digests for the manifest."""

from __future__ import annotations

import hashlib
from pathlib import Path

from webparity.bundle.manifest import FileEntry


def make_file_entry(data: bytes) -> FileEntry:
    """Make the entry of a file: digest and size of its bytes."""
    return FileEntry(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))


def make_hashed_name(stem: str, suffix: str, data: bytes) -> str:
    """Make a name that changes with the content, `stem-0123456789ab.suffix`, so that caches may keep the file."""
    return _make_name(stem, suffix, make_file_entry(data).sha256)


def _make_name(stem: str, suffix: str, sha256: str) -> str:
    return f"{stem}-{sha256[:12]}{suffix}"


class SiteWriter:
    """Writes files below one folder and remembers their digests.

    Attributes:
        files: every path written so far, with forward slashes, to its digest and size.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, FileEntry] = {}

    def put(self, path: str, data: bytes) -> str:
        """Write one file under a given path and return that path."""
        return self._put(path, data, make_file_entry(data))

    def put_hashed(self, stem: str, suffix: str, data: bytes) -> str:
        """Write one file under a name that holds its content's hash and return its path."""
        entry = make_file_entry(data)
        return self._put(_make_name(stem, suffix, entry.sha256), data, entry)

    def _put(self, path: str, data: bytes, entry: FileEntry) -> str:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        self.files[path] = entry
        return path

    def list_files(self) -> dict[str, FileEntry]:
        """The files by path, in sorted order, so that the manifest's bytes do not vary."""
        return dict(sorted(self.files.items()))
