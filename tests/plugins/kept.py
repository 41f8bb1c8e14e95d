"""Folders that tests share and keep in `build/tests/kept`, made once by the digest of the code that makes them."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from filelock import FileLock

from webparity.storage.code_digest import digest_code

ROOT: Final = Path(__file__).parents[2]
KEPT: Final = ROOT / "build" / "tests" / "kept"
_UNUSED_SECONDS: Final = 7 * 24 * 3600
# The locked libraries compute as much as the code does.
_LOCK: Final = ROOT / "requirements.lock"
_DONE: Final = ".done"


def keep(
    name: str,
    make: Callable[[Path], object],
    *,
    packages: Iterable[str] = (),
    files: Iterable[Path] = (),
    folder: Path = KEPT,
) -> Path:
    """Give the folder that `make` writes: the one kept from before, if its code is still the same.

    Args:
        name: what the folder holds; together with the digest it names the folder.
        make: writes the folder, which does not exist yet, at the path that it is given.
        packages: dotted names of the modules and packages of webparity whose code makes it.
        files: other files and folders of files that take part.
        folder: where folders are kept.

    Returns:
        The folder; whoever changes it copies it first.
    """
    digest = digest_packages(packages, files)
    home = folder / f"{name}-{digest[:16]}"
    home.parent.mkdir(parents=True, exist_ok=True)
    # Worker processes ask for the same folder at the same time.
    with FileLock(home.with_suffix(".lock")):
        if not (home / _DONE).is_file():
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir()
            make(home / "content")
            (home / _DONE).touch()
        os.utime(home / _DONE)
    return home / "content"


def digest_packages(packages: Iterable[str], files: Iterable[Path] = ()) -> str:
    """SHA-256 over the code of packages, over files, and over what Python and which libraries run them."""
    names = tuple(packages)
    total = hashlib.sha256(f"{sys.version} {digest_code(*names) if names else ''}".encode())
    for file in sorted(found for given in (*files, _LOCK) for found in _iterate_files(given)):
        data = file.read_bytes()
        total.update(f"{file.name} {len(data)}\n".encode())
        total.update(data)
    return total.hexdigest()


def remove_unused(folder: Path = KEPT) -> None:
    """Remove what no run has asked for in a week."""
    for done in folder.glob(f"*/{_DONE}"):
        if done.stat().st_mtime < time.time() - _UNUSED_SECONDS:
            shutil.rmtree(done.parent)
            done.parent.with_suffix(".lock").unlink(missing_ok=True)


def _iterate_files(path: Path) -> Iterable[Path]:
    return (file for file in path.rglob("*") if file.is_file()) if path.is_dir() else (path,)
