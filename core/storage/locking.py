"""Folder locks: one writer per folder, across processes, containers and machines that share a file system.

The lock is a file beside the folder, `.NAME.lock`, held with `flock`, which the kernel lets go when its process ends in
whatever way. It says who holds it, and is removed when it is let go; one that a killed process left is taken over.
"""

from __future__ import annotations

import json
import os
import shlex
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from webparity.errors import UsageError
from webparity.text.visible import escape_invisible

_POLL_S: Final = 0.2
_MAX_HOLDER_BYTES: Final = 4096
_held: dict[tuple[str, int], int] = {}


@contextmanager
def lock_folder(out: Path, *, waiting: Callable[[str], None] | None = None) -> Iterator[None]:
    """Lock a folder for writing; the thread that holds the lock may enter again.

    Args:
        out: the folder, there or not; its parents are made, and those that were made and stay empty are removed.
        waiting: wait for another writer, calling this once with who it is; by default another writer is an error.

    Raises:
        UsageError: another process or thread is writing it, or the file system has no locks.
    """
    file = get_lock_file(out)
    key = (str(file), threading.get_ident())
    if key in _held:
        _held[key] += 1
        try:
            yield
        finally:
            _held[key] -= 1
        return
    made = _make_parents(file.parent)
    lock = FileLock(file, thread_local=False)
    try:
        _acquire_lock(lock, file, out, waiting)
    except BaseException:
        _remove_empty(made)
        raise
    _held[key] = 1
    try:
        with suppress(OSError):
            file.write_text(json.dumps(_describe_this_process()), encoding="utf-8")
        yield
    finally:
        del _held[key]
        # Removed while the lock is held: a waiting process finds that its file is gone, and makes a new one.
        with suppress(OSError):
            file.unlink()
        lock.release()
        _remove_empty(made)


def get_lock_file(out: Path) -> Path:
    """Return the path of a folder's lock, beside it; the same for every path that leads to the folder."""
    real = Path(os.path.realpath(out))
    return real.with_name(f".{real.name}.lock")


def _acquire_lock(lock: Any, file: Path, out: Path, waiting: Callable[[str], None] | None) -> None:
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if waiting is None:
                raise
            waiting(f"waiting for {_describe_holder(file)}, which is writing {out}")
            lock.acquire(timeout=-1, poll_interval=_POLL_S)
    except Timeout as error:
        raise UsageError(
            f"Expected a folder that nobody else is writing; received {out}, which {_describe_holder(file)} "
            "is writing. Wait for it with --wait, or choose another folder."
        ) from error
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise UsageError(
            f"Expected a folder that can be written; received {file.parent}: {reason}. Choose another folder."
        ) from error


def _describe_this_process() -> dict[str, Any]:
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": time.strftime("%Y-%m-%d %H:%M:%S%z"),
        "command": escape_invisible(shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]))[:1000],
    }


def _describe_holder(file: Path) -> str:
    """Describe the holder of a lock by what it wrote into the lock file, which may be nothing yet."""
    try:
        with file.open("rb") as stream:
            said = json.loads(stream.read(_MAX_HOLDER_BYTES))
        return f"process {said['pid']} on {said['host']} since {said['since']} ({said['command']})"
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return "another process"


def _make_parents(folder: Path) -> list[Path]:
    made = []
    missing = folder
    while not missing.exists() and missing != missing.parent:
        made.append(missing)
        missing = missing.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        _remove_empty(made)
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"Expected a folder that can be written; received {missing}: {reason}. Choose another folder."
        ) from error
    return made


def _remove_empty(made: list[Path]) -> None:
    for folder in made:
        with suppress(OSError):
            folder.rmdir()
