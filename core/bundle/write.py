"""Writing of content-addressed files, and the list of their digests for the manifest."""

from __future__ import annotations

import hashlib
from pathlib import Path

from webparity.bundle.manifest import FileEntry


def make_file_entry(data: bytes) -> FileEntry:
    """Make the entry of a file: digest and size of its bytes."""
    return FileEntry(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))


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
        """Write one file as `stem-0123456789ab.suffix`: the name changes with the content, so that caches may keep it.

        Args:
            stem: path and beginning of the name.
            suffix: with its dot.
            data: the file's bytes.

        Returns:
            The path.
        """
        entry = make_file_entry(data)
        return self._put(f"{stem}-{entry.sha256[:12]}{suffix}", data, entry)

    def _put(self, path: str, data: bytes, entry: FileEntry) -> str:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        self.files[path] = entry
        return path

    def list_files(self) -> dict[str, FileEntry]:
        """The files by path, in sorted order, so that the manifest's bytes do not vary."""
        return dict(sorted(self.files.items()))
