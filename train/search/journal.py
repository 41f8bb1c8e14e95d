"""Journal of a search's finished jobs, one JSON line each, so that a killed search can resume with the same result.

The file is JSON lines: first the key of the search, then a line for each finished piece of work, flushed to disk
before the next begins. A line that a kill cut short is dropped; a file of another key is begun anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from webparity.errors import UsageError

Value = TypeVar("Value")


class Journal(Generic[Value]):
    """Finished results by name, persisted as JSON lines.

    Args:
        file: where, its folder is made; None keeps nothing.
        key: tells everything that the results follow from.
        expected_type: the class of the results.

    Raises:
        UsageError: the file cannot be written.
    """

    def __init__(self, file: Path | None, key: Any, expected_type: type[Value]) -> None:
        self._file = file
        self.finished: dict[str, Value] = {}
        if file is None:
            return
        first = msgspec.json.encode(key, order="deterministic") + b"\n"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            lines = file.read_bytes().splitlines(keepends=True) if file.is_file() else []
            whole = [first]
            if lines and lines[0] == first:
                for line in lines[1:]:
                    if not line.endswith(b"\n"):
                        break
                    name, value = msgspec.json.decode(line, type=tuple[str, msgspec.Raw])
                    self.finished[name] = msgspec.json.decode(value, type=expected_type)
                    whole.append(line)
            if lines != whole:
                with file.open("wb") as stream:
                    _write_flushed(stream, b"".join(whole))
        except OSError as error:
            raise UsageError(
                f"Expected a place for the journal of the search; received {file}: {error.strerror}. "
                "Choose another --out."
            ) from error

    def add(self, name: str, value: Value) -> None:
        """Keep a result; it is on disk when this returns."""
        self.finished[name] = value
        if self._file is not None:
            with self._file.open("ab") as stream:
                _write_flushed(stream, msgspec.json.encode((name, value)) + b"\n")


def _write_flushed(stream: Any, data: bytes) -> None:
    stream.write(data)
    stream.flush()
    os.fsync(stream.fileno())
