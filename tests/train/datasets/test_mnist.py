from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from webparity.errors import DatasetError
from webparity.train.datasets.dataset import Dataset, Split
from webparity.train.datasets.mnist import load_mnist


@pytest.fixture(scope="module")
def subset() -> Dataset:
    return load_mnist("mnist-subset")


def test_the_subset_is_split_by_class_and_shares_no_image(subset: Dataset) -> None:
    splits = {"train": subset.train, "validation": subset.validation, "test": subset.test}
    assert {name: len(split.labels) for name, split in splits.items()} == {
        "train": 3600,
        "validation": 400,
        "test": 1000,
    }
    for split in splits.values():
        assert len(set(np.bincount(split.labels))) == 1
        assert split.images.shape[1:] == (28, 28, 3)
    seen = [{image.tobytes() for image in split.images} for split in splits.values()]
    assert len(set.union(*seen)) == sum(map(len, seen))


def test_the_digest_is_the_data_s(subset: Dataset) -> None:
    assert subset.digest() == load_mnist("mnist-subset").digest()
    images = subset.train.images.copy()
    images[0, 0, 0, 0] ^= 1
    changed = Dataset(
        subset.name, subset.label_names, Split(images, subset.train.labels), subset.validation, subset.test
    )
    assert changed.digest() != subset.digest()


def _write_npz(file: Path, **changes: np.ndarray) -> Path:
    random = np.random.default_rng(0)
    arrays = {
        "x_train": random.integers(0, 256, (200, 28, 28), dtype=np.uint8),
        "y_train": np.arange(200) % 10,
        "x_test": random.integers(0, 256, (50, 28, 28), dtype=np.uint8),
        "y_test": np.arange(50) % 10,
    }
    np.savez(file, **{**arrays, **changes})
    return file


def test_a_file_with_keras_keys_is_read(tmp_path: Path) -> None:
    dataset = load_mnist(str(_write_npz(tmp_path / "own.npz")))
    assert (len(dataset.train.labels), len(dataset.validation.labels), len(dataset.test.labels)) == (180, 20, 50)


@pytest.mark.parametrize(
    ("changes", "received"),
    [
        ({"y_train": np.full(200, 10)}, "labels 0 to 9; received 10"),
        ({"y_test": np.arange(50) % 10 - 1}, "labels 0 to 9; received -1"),
        ({"y_train": np.full(200, np.nan)}, "labels 0 to 9; received nan"),
        ({"y_train": np.arange(199) % 10}, r"received labels \[199\] for 200 images"),
        ({"x_train": np.zeros((200, 28, 28), dtype=np.float32)}, r"received float32 \[200, 28, 28\] in"),
        ({"x_train": np.full((200, 28, 28), np.nan)}, "with NaN"),
        ({"x_test": np.zeros((50, 20, 28), dtype=np.uint8)}, r"received uint8 \[50, 20, 28\]"),
        ({"y_train": np.arange(200) // 199}, "enough images of every class"),
    ],
)
def test_a_file_of_another_content_is_refused(tmp_path: Path, changes: dict[str, np.ndarray], received: str) -> None:
    with pytest.raises(DatasetError, match=received):
        load_mnist(str(_write_npz(tmp_path / "own.npz", **changes)))


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"PK nothing")
    for file in (broken, tmp_path / "missing.npz"):
        with pytest.raises(DatasetError, match=file.name):
            load_mnist(str(file))


def test_full_mnist_is_taken_where_webparity_data_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write_npz(tmp_path / "mnist.npz")
    monkeypatch.setenv("WEBPARITY_DATA", str(tmp_path))
    assert load_mnist("mnist").name == "mnist-full"


def test_without_full_mnist_the_subset_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WEBPARITY_DATA", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_mnist("mnist").name == "mnist-subset"
    with pytest.raises(DatasetError, match="WEBPARITY_DATA"):
        load_mnist("mnist-full")
