"""Version of scikit-learn that wrote a pickle, read from its bytes without unpickling."""

from __future__ import annotations

import bz2
import gzip
import lzma
import pickletools
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

_KEY: Final = "_sklearn_version"
_MAX_BYTES: Final = 2**26
_VERSION: Final = re.compile(r"\d+\.\d+[\w.]*")
# Compression formats of joblib, by a file's first bytes.
_DECOMPRESSORS: Final[dict[bytes, Callable[[bytes], bytes]]] = {
    b"x": zlib.decompress,
    b"\x1f\x8b": gzip.decompress,
    b"BZh": bz2.decompress,
    b"\xfd7zXZ": lzma.decompress,
    b"\x5d\x00": lzma.decompress,
}


def read_sklearn_version(file: Path) -> str | None:
    """Read the first version of scikit-learn in a pickle, such as `1.2.2`; None where there is none.

    Args:
        file: by pickle or joblib, compressed or not.
    """
    try:
        data = file.read_bytes()
        unpack = next((unpack for magic, unpack in _DECOMPRESSORS.items() if data.startswith(magic)), None)
        data = unpack(data) if unpack is not None and len(data) < _MAX_BYTES else data
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
        return None
    # joblib puts arrays between the parts of a pickle, so it cannot be parsed as a whole: the key is searched, and the
    # next text after it is the version.
    at = data.find(_KEY.encode())
    while at >= 0:
        found = _read_next_text(data[at + len(_KEY) : at + len(_KEY) + 64])
        if found is not None:
            return found
        at = data.find(_KEY.encode(), at + 1)
    return None


def _read_next_text(data: bytes) -> str | None:
    try:
        for operation, argument, _ in pickletools.genops(data):
            if operation.name in {"SHORT_BINUNICODE", "BINUNICODE", "UNICODE"}:
                return argument if _VERSION.fullmatch(str(argument)) else None
    except (ValueError, IndexError, UnicodeDecodeError):
        pass
    return None
