"""File cache of a split's preprocessed values: one batch in memory, nothing computed twice.

The file is NumPy's `.npy` (version 1.0): float32 [N, …], in the order of the split. It is read by position, not mapped:
a mapped file would count as memory of the process.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import msgspec
import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from webparity.errors import DatasetError
from webparity.preprocessing.spec import Preprocessing
from webparity.storage.cache import get_cache_folder, remove_unused, translate_cache_errors, write_whole
from webparity.storage.code_digest import digest_code
from webparity.train.datasets.batches import batch_by_size
from webparity.train.datasets.dataset import Split
from webparity.train.datasets.files import FileImages
from webparity.train.progress import CountCallback

Preprocess = Callable[[NDArray[np.uint8]], NDArray[np.float32]]

_DTYPE = np.dtype("<f4")
# How files become pixels and how values are stored; a caller adds the code of its preprocessing.
_CODE = (__name__, FileImages.__module__)


class ValueStore:
    """Values of N images, float32 [N, *shape], on disk.

    Attributes:
        shape: of one image's values.
    """

    shape: tuple[int, ...]

    def __init__(self, file: Path) -> None:
        """Open a store.

        Raises:
            ValueError: the file is not a whole store.
            OSError: it cannot be read.
        """
        with file.open("rb") as stream:
            npy.read_magic(stream)
            whole, fortran_order, dtype = npy.read_array_header_1_0(stream)
            self._start = stream.tell()
        self._length, *shape = whole
        self.shape = tuple(shape)
        self._record = int(np.prod(self.shape)) * _DTYPE.itemsize
        if fortran_order or dtype != _DTYPE or file.stat().st_size != self._start + self._length * self._record:
            raise ValueError(file)
        self._file = file
        self._descriptor = os.open(file, os.O_RDONLY)
        weakref.finalize(self, os.close, self._descriptor)

    def __len__(self) -> int:
        return self._length

    def read(self, indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Read the values of some images.

        Args:
            indices: int64 [n], each from 0 to N - 1; safe to call from several threads.

        Returns:
            float32 [n, *shape].

        Raises:
            IndexError: an index is out of range.
            DatasetError: the file was cut short meanwhile.
        """
        if len(indices) and not (indices.min() >= 0 and indices.max() < self._length):
            raise IndexError(f"indices from {indices.min()} to {indices.max()} of {self._length}")
        values = np.empty((len(indices), *self.shape), dtype=_DTYPE)
        for row, index in zip(values, indices.tolist(), strict=True):
            self._fill(row, index)
        return values

    def read_all(self) -> NDArray[np.float32]:
        """Read all values, flattened for scikit-learn: float32 [N, prod(shape)]."""
        return self.read(np.arange(self._length)).reshape(self._length, -1)

    def _fill(self, row: NDArray[np.float32], index: int) -> None:
        if os.preadv(self._descriptor, [row.data], self._start + index * self._record) != self._record:
            raise DatasetError(f"Expected {self._file} to stay whole; received a cut one. Start again.")


def open_value_store(
    split: Split,
    spec: Preprocessing,
    run: Preprocess,
    *,
    runner: str,
    code: str,
    progress: CountCallback | None = None,
) -> ValueStore:
    """Compute a split's preprocessed values, or open them from the cache.

    Several processes may open the same store at once. Stores that were not opened for a month are removed.

    Args:
        split: the images.
        spec: what `run` does; part of the store's name.
        run: uint8 [n, H, W, 3] of one size → float32 [n, *shape], by the preprocessing's own code.
        runner: the library that runs it (`numpy`, `tensorflow 2.21.0`); part of the store's name.
        code: the dotted name of the module whose code `run` is; the digest of it and its imports is part of the
            store's name, see `digest_code`.
        progress: called with images done and images in all.

    Raises:
        DatasetError: an image's values are not finite, or a file has changed since the dataset was loaded.
        UsageError: the cache folder cannot be written.
    """
    file = get_cache_folder() / f"values-{_make_cache_name(split, spec, runner, code)}.npy"
    try:
        store = ValueStore(file)
    except (OSError, ValueError, EOFError):
        remove_unused(file.parent, "values-*.npy")
        with translate_cache_errors(file), write_whole(file) as stream:
            _write(stream, split, run, progress)
        store = ValueStore(file)
    with contextlib.suppress(OSError):
        os.utime(file)
    return store


def _make_cache_name(split: Split, spec: Preprocessing, runner: str, code: str) -> str:
    parts = (split.digest().hex(), spec, runner, digest_code(code, *_CODE))
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:32]


def _write(stream: IO[bytes], split: Split, run: Preprocess, progress: CountCallback | None) -> None:
    done = 0
    for batch in batch_by_size(split.images):
        values = np.ascontiguousarray(run(batch), dtype=_DTYPE)
        _refuse_not_finite(values, split, done)
        if not done:
            header: dict[str, Any] = {"descr": "<f4", "fortran_order": False, "shape": (len(split), *values.shape[1:])}
            npy.write_array_header_1_0(stream, header)
        stream.write(values.data)
        done += len(batch)
        if progress is not None:
            progress(done, len(split))


def _refuse_not_finite(values: NDArray[np.float32], split: Split, done: int) -> None:
    finite = np.isfinite(values.reshape(len(values), -1)).all(axis=1)
    if not finite.all():
        index = done + int(np.argmin(finite))
        name = split.names[index] if split.names else f"image {index}"
        raise DatasetError(
            f"Expected finite values from the preprocessing; received NaN or infinity for {name}. "
            "Check scale, offset, mean and std."
        )
