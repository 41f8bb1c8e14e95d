"""Listing of the image files below a folder, detected by content, with a count of all other files."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from webparity.decode.image_format import HEAD_BYTES, detect_image_format
from webparity.errors import make_file_error

# A name of these promises an image. One that holds none is refused by name, not passed over.
_SUFFIXES: Final = frozenset(
    {".avif", ".bmp", ".cr2", ".cr3", ".dcm", ".dng", ".gif", ".heic", ".heif", ".ico", ".jfif", ".jp2", ".jpe"}
    | {".jpeg", ".jpg", ".jxl", ".nef", ".png", ".psd", ".svg", ".tif", ".tiff", ".webp"}
)
_SYSTEM: Final = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
HIDDEN: Final = "hidden or system"


@dataclass(frozen=True, kw_only=True)
class ImageFolder:
    """Contents of a folder, with all folders below it.

    Attributes:
        images: files that are images by content or by the suffix of their name, sorted by path.
        ignored: how many others there are, by suffix or by a few words.
    """

    images: tuple[Path, ...]
    ignored: Mapping[str, int]

    def describe_ignored(self) -> str:
        """Describe the counts of ignored files in one sentence; empty if there are none."""
        return describe_ignored(self.ignored)


def list_images(folder: Path) -> ImageFolder:
    """List every file below a folder as an image or as ignored; links are followed.

    Args:
        folder: where to look.

    Raises:
        UsageError: it, or a folder below it, is missing or cannot be listed.
    """
    images: list[Path] = []
    ignored: Counter[str] = Counter()
    for path in iterate_files(folder):
        description = describe_other_file(path, folder)
        if description is None:
            images.append(path)
        else:
            ignored[description] += 1
    return ImageFolder(images=tuple(sorted(images)), ignored=dict(sorted(ignored.items())))


def describe_ignored(ignored: Mapping[str, int]) -> str:
    """Describe counts of ignored files in one sentence; empty if there are none."""
    total = sum(ignored.values())
    if not total:
        return ""
    listed = ", ".join(f"{count} {what}" for what, count in sorted(ignored.items()))
    return f"Ignored {total} file{'' if total == 1 else 's'} that {'is' if total == 1 else 'are'} no image: {listed}."


def is_hidden(name: str) -> bool:
    """Whether a file or folder is hidden or the operating system's own, by its name."""
    return name.startswith(".") or name.lower() in _SYSTEM


def describe_other_file(path: Path, folder: Path) -> str | None:
    """Name the kind of a file that is not an image; None for an image.

    Args:
        path: a file below the folder.
        folder: names above it are not looked at.
    """
    if any(map(is_hidden, path.relative_to(folder).parts)):
        return HIDDEN
    promised = path.suffix.lower() in _SUFFIXES
    if path.exists() and not path.is_file():
        # A pipe or a device: reading it may never end.
        return "not a regular file"
    if promised or read_image_format(path) is not None:
        return None
    return path.suffix.lower() or "without a suffix"


def read_image_format(path: Path) -> str | None:
    """Read the image format from a file's first bytes, or None; `unreadable` for a file that cannot be read."""
    try:
        with path.open("rb") as stream:
            return detect_image_format(stream.read(HEAD_BYTES))
    except OSError:
        # It may be an image: the decoder's error names the reason.
        return "unreadable"


def iterate_files(folder: Path) -> Iterator[Path]:
    """Iterate over every file below a folder, links to folders followed; a folder that is reached twice is listed once.

    Raises:
        UsageError: it, or a folder below it, is missing or cannot be listed.
    """
    seen: set[tuple[int, int]] = set()

    def refuse(error: OSError) -> None:
        raise make_file_error(
            f"Expected a folder that can be listed; received {error.filename}: {error.strerror}. "
            "Check the path and its permissions.",
            error,
        ) from error

    for parent, folders, names in os.walk(folder, onerror=refuse, followlinks=True):
        state = Path(parent).stat()
        if (state.st_dev, state.st_ino) in seen:
            folders.clear()
            continue
        seen.add((state.st_dev, state.st_ino))
        folders.sort()
        yield from (Path(parent, name) for name in names)
