"""The cache folder: files that can be computed again, written atomically."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkstemp
from typing import IO

from webparity.errors import UsageError, WebparityError

# A file that nobody has written to for this long was left by a process that was killed.
_ABANDONED_SECONDS = 3600
_UNUSED_SECONDS = 30 * 24 * 3600


def get_cache_folder() -> Path:
    """Return `WEBPARITY_CACHE`, else `webparity` in the user's cache folder (XDG), made where it is missing.

    Raises:
        UsageError: it cannot be made.
    """
    given = os.environ.get("WEBPARITY_CACHE")
    shared = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    folder = (Path(given) if given else Path(shared) / "webparity").expanduser()
    with translate_cache_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def translate_cache_errors(path: Path) -> Iterator[None]:
    """Turn an `OSError` of the disk into a `UsageError` that says what to do.

    Raises:
        UsageError: reading or writing in the cache failed.
    """
    try:
        yield
    except WebparityError:
        raise
    except OSError as error:
        raise UsageError(
            f"Expected a cache folder that can be written; received {path}: {error.strerror}. "
            "Set WEBPARITY_CACHE to a folder with free space."
        ) from error


@contextlib.contextmanager
def write_whole(path: Path) -> Iterator[IO[bytes]]:
    """Write a file atomically: yield a temporary file, which becomes `path` on success and is removed on an error.

    Any number of processes may write the same path at once; the last one stays.
    """
    with contextlib.ExitStack() as on_failure:
        descriptor, name = mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".partial")
        on_failure.callback(Path(name).unlink, missing_ok=True)
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
        on_failure.pop_all()


def remove_unused(folder: Path, pattern: str) -> None:
    """Remove files that match and were not touched for a month, and what killed processes left."""
    for suspects, seconds in ((folder.glob(pattern), _UNUSED_SECONDS), (folder.glob(".*.partial"), _ABANDONED_SECONDS)):
        for file in suspects:
            with contextlib.suppress(OSError):
                if file.stat().st_mtime < time.time() - seconds:
                    file.unlink()
