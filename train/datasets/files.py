"""Images in files, decoded on access."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from webparity.decode.batch import map_in_threads
from webparity.decode.contract import decode
from webparity.errors import DatasetError
from webparity.storage.regular_file import MAX_IMAGE_BYTES, read_regular


@dataclass(frozen=True)
class KnownFile:
    """A file and the SHA-256 of its bytes, in hexadecimal, as they were when the dataset was loaded."""

    path: Path
    sha256: str

    def read(self) -> bytes:
        """Read the file's bytes.

        Raises:
            DatasetError: they have changed since.
        """
        try:
            data = read_regular(self.path, MAX_IMAGE_BYTES)
        except OSError as error:
            raise DatasetError(
                f"Expected {self.path} to stay as it was; received: {error.strerror}. Restore it, or start again."
            ) from error
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise DatasetError(
                f"Expected {self.path} to stay as it was; received other bytes. Leave the data alone and start again."
            )
        return data


@dataclass(frozen=True)
class FileImages:
    """Decoded images by index, uint8 [H, W, 3] each; only those in use are in memory."""

    files: tuple[KnownFile, ...]

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int, /) -> NDArray[np.uint8]:
        return _decode_file(self.files[index])

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        return map_in_threads(_decode_file, self.files)

    def digest(self) -> bytes:
        """SHA-256 over the SHA-256 of each file, in order; reads nothing anew."""
        return hashlib.sha256(b"".join(bytes.fromhex(file.sha256) for file in self.files)).digest()

    def take(self, indices: NDArray[np.int64]) -> FileImages:
        """Return the files at the given indices."""
        return FileImages(tuple(self.files[i] for i in indices))


def _decode_file(file: KnownFile) -> NDArray[np.uint8]:
    return decode(file.read(), file.path.name)
