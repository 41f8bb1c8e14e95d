"""Decode-contract checks of a folder's files, cached by the file's digest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from webparity.decode.batch import map_in_threads
from webparity.decode.contract import decode
from webparity.errors import DecodeError
from webparity.storage.cache import get_cache_folder, translate_cache_errors, write_whole
from webparity.storage.code_digest import digest_code
from webparity.train.datasets.files import KnownFile
from webparity.train.progress import CountCallback


def check_files(files: Sequence[KnownFile], progress: CountCallback | None = None) -> list[str]:
    """Decode every file that has not been decoded before.

    Args:
        files: the files.
        progress: called with files decoded and files to decode.

    Returns:
        For each file the contract's refusal code, or an empty string where it is accepted.

    Raises:
        DatasetError: a file changes meanwhile.
        UsageError: the cache folder cannot be written.
    """
    memory = get_cache_folder() / f"verdicts-{digest_code(decode.__module__)[:16]}.json"
    known = _read_checks(memory)
    new = list({file.sha256: file for file in files if file.sha256 not in known}.values())
    for done, (file, verdict) in enumerate(zip(new, map_in_threads(_check_file, new), strict=True), start=1):
        known[file.sha256] = verdict
        if progress is not None:
            progress(done, len(new))
    if new:
        with translate_cache_errors(memory), write_whole(memory) as stream:
            stream.write(msgspec.json.encode(known))
    return [known[file.sha256] for file in files]


def _read_checks(memory: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode(memory.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def _check_file(file: KnownFile) -> str:
    try:
        decode(file.read())
    except DecodeError as error:
        return error.code
    return ""
