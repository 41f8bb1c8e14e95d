"""Reading of regular files only, up to a size limit, where a path comes from a user or a bundle.

A path may lead to a device that never ends, or to a pipe that nobody writes to; opening either would hang.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 2**33  # of a model
MAX_IMAGE_BYTES: Final = 2**30  # of an image file, also one of 200 million pixels, or of a report
START_BYTES: Final = 512  # by which a file is judged
MAX_MANIFEST_BYTES: Final = 2**28

_FILE_TYPES: Final = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)
# A pipe without a writer would otherwise hold up the call; Windows has neither.
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def open_regular(file: Path) -> BufferedReader:
    """Open a plain file for reading; links are followed.

    Args:
        file: the path.

    Raises:
        OSError: it cannot be opened, or leads to a device, a pipe, a socket or a folder; `strerror` says which.
    """
    _refuse_others(file.stat().st_mode, file)  # before it is opened: some devices act on that alone
    descriptor = os.open(file, _FLAGS)
    try:
        _refuse_others(os.fstat(descriptor).st_mode, file)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_regular(file: Path, max_bytes: int = MAX_BYTES, *, judge: Callable[[bytes], None] | None = None) -> bytes:
    """Read a plain file whole.

    Args:
        file: the path.
        max_bytes: the largest that is read.
        judge: called with the first `START_BYTES` bytes, or all of a shorter file; an error from it leaves the rest
            unread.

    Raises:
        OSError: see `open_regular`; or it is larger.
    """
    with open_regular(file) as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > max_bytes:
            raise _make_size_error(file, max_bytes)
        if judge is not None:
            judge(stream.peek(START_BYTES)[:START_BYTES])
        data = stream.read(size + 1)
        # A file may grow while it is read, and files below /proc have a size of 0.
        while len(data) <= max_bytes and (more := stream.read(2**20)):
            data += more
    if len(data) > max_bytes:
        raise _make_size_error(file, max_bytes)
    return data


def _make_size_error(file: Path, max_bytes: int) -> OSError:
    return OSError(errno.EFBIG, f"a file of more than {max_bytes} bytes", str(file))


def _refuse_others(mode: int, file: Path) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    if not stat.S_ISREG(mode):
        found = next((name for test, name in _FILE_TYPES if test(mode)), "something else")
        raise OSError(errno.EINVAL, f"{found}, where a plain file is needed", str(file))
