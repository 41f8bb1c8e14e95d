"""Staged folders: written completely or not at all.

One process at a time writes a folder (`locking.py`). It is built beside its destination, flushed to disk, and takes its
place in one rename; where an earlier one stands, Linux exchanges the two atomically (`renameat2`), other systems rename
twice.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from webparity.errors import UsageError
from webparity.storage.locking import lock_folder

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def refuse_occupied(out: Path, *, marker: str, noun: str, force: bool, option: str = "--out") -> None:
    """Refuse a destination that may not be written.

    Args:
        out: the destination folder.
        marker: a file inside that tells a folder of ours, such as `site/manifest.json`.
        noun: what to call it in messages, such as `bundle`.
        force: an earlier folder of ours may be replaced.
        option: what the destination is given by, for messages.

    Raises:
        UsageError: it is a file, a folder of another kind, or one of ours without `force`; or cannot be written.
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"Expected a folder for the {noun}; received the file {out}. Choose another {option}.")
    occupied = out.is_dir() and any(out.iterdir())
    if occupied and not (out / marker).is_file():
        raise UsageError(
            f"Expected an empty folder or an earlier {noun}; received {out}, which holds something else. "
            f"Choose another {option}."
        )
    if occupied and not force:
        article = "an" if noun[0] in "aeiou" else "a"
        raise UsageError(
            f"Expected a new folder; received {out}, which holds {article} {noun}. Add --force to replace it."
        )
    require_writable(out, option)


def require_writable(out: Path, option: str) -> None:
    """Refuse a destination whose nearest existing parent takes no new folder.

    Raises:
        UsageError: names that parent; only trying tells, since root and read-only disks defeat permission bits.
    """
    out = out.absolute()
    # Beside the folder, where it will be staged, and by a name that the next writer removes if this process is killed.
    parent = _find_existing_parent(out.parent)
    probe = parent / f".{out.name}.{os.getpid()}-{secrets.token_hex(4)}.partial"
    try:
        probe.mkdir()
        with contextlib.suppress(FileNotFoundError):
            probe.rmdir()
    except OSError as error:
        raise UsageError(
            f"Expected a folder that can be written; received {parent}: {error.strerror}. Choose another {option}."
        ) from error


@contextlib.contextmanager
def stage_folder(out: Path, *, marker: str, noun: str, force: bool = False, option: str = "--out") -> Iterator[Path]:
    """Write a folder atomically: yield an empty folder, which becomes `out` on success and is removed on an error.

    Args:
        out: the destination folder; its parents are made.
        marker: see `refuse_occupied`.
        noun: see `refuse_occupied`.
        force: see `refuse_occupied`.
        option: see `refuse_occupied`.

    Raises:
        UsageError: see `refuse_occupied`; or somebody else is writing it (`lock_folder`), or the disk refuses.
    """
    # A link stays a link; what it leads to is replaced.
    out = Path(os.path.realpath(out))
    with lock_folder(out):
        refuse_occupied(out, marker=marker, noun=noun, force=force, option=option)
        try:
            _remove_abandoned(out)
            staging = out.parent / f".{out.name}.{os.getpid()}-{secrets.token_hex(4)}.partial"
            staging.mkdir()
        except OSError as error:
            raise UsageError(
                f"Expected a folder that can be written; received {out.parent}: {error.strerror}. "
                f"Choose another {option}."
            ) from error
        try:
            yield staging
            try:
                _flush_tree(staging)
                _replace_folder(staging, out)
            except OSError as error:
                raise UsageError(
                    f"Expected to write {out}; received: {error.strerror or error}. Free the disk or folder."
                ) from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def remove_abandoned(out: Path) -> None:
    """Remove what killed writers left beside a folder, unless it is being written now."""
    with contextlib.suppress(UsageError, OSError), lock_folder(out):
        _remove_abandoned(Path(os.path.realpath(out)))


def _find_existing_parent(path: Path) -> Path:
    path = path.absolute()
    while not path.exists():
        path = path.parent
    return path


def _remove_abandoned(out: Path) -> None:
    """Remove what killed writers left beside this folder; the caller holds the lock, so none of them is running."""
    left = re.compile(rf"\.{re.escape(out.name)}\.[0-9a-f-]+\.(partial|replaced)")
    for path in out.parent.iterdir():
        found = left.fullmatch(path.name)
        if found is None:
            continue
        if found[1] == "replaced" and not out.exists():
            # Killed between two renames, where a system cannot exchange folders: the earlier one comes back.
            path.rename(out)
        else:
            shutil.rmtree(path, ignore_errors=True)


def _flush_tree(folder: Path) -> None:
    for path in [*sorted(folder.rglob("*")), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _replace_folder(staging: Path, out: Path) -> None:
    if not out.exists() or not any(out.iterdir()):
        staging.rename(out)
    elif not _exchange_folders(staging, out):
        aside = staging.with_suffix(".replaced")
        out.rename(aside)
        staging.rename(out)
        shutil.rmtree(aside, ignore_errors=True)
    descriptor = os.open(out.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exchange_folders(one: Path, other: Path) -> bool:
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    if ctypes.get_errno() in {errno.EINVAL, errno.ENOSYS}:
        return False
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
