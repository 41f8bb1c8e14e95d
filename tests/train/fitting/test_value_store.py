from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from webparity.errors import DatasetError, UsageError
from webparity.preprocessing.spec import Preprocessing
from webparity.train.datasets.dataset import Split
from webparity.train.datasets.files import FileImages, KnownFile
from webparity.train.datasets.folder import load_folder
from webparity.train.fitting.value_store import open_value_store

CODE = "webparity.preprocessing.spec"
SPEC = Preprocessing(height=2, width=3)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("WEBPARITY_CACHE", str(folder))
    return folder


def _take_corner(images: np.ndarray) -> np.ndarray:
    return images[:, :2, :3, :1] / np.float32(255)


def _fail(images: np.ndarray) -> np.ndarray:
    raise AssertionError(images.shape)


def _make_array_split(count: int = 10) -> Split:
    pixels = np.random.default_rng(0).integers(0, 256, (count, 4, 5, 3), dtype=np.uint8)
    return Split(pixels, np.arange(count) % 2)


def _make_file_split(folder: Path) -> Split:
    random = np.random.default_rng(1)
    for i in range(30):
        pixels = random.integers(0, 256, (4 + i // 7, 5, 3), dtype=np.uint8)
        file = folder / "ab"[i % 2] / f"{i:02d}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(file)
    return load_folder(folder).train


def test_values_are_those_of_each_image_in_any_order() -> None:
    split = _make_array_split()
    store = open_value_store(split, SPEC, _take_corner, runner="test", code=CODE)
    assert (len(store), store.shape) == (10, (2, 3, 1))
    order = np.array([7, 0, 7, 3])
    values = store.read(order)
    assert values.dtype == np.float32
    np.testing.assert_array_equal(values, _take_corner(split.images[order]))
    np.testing.assert_array_equal(store.read_all(), _take_corner(split.images).reshape(10, 6))
    assert store.read(np.array([], dtype=np.int64)).shape == (0, 2, 3, 1)


def test_files_of_several_sizes_are_streamed_in_order(tmp_path: Path) -> None:
    split = _make_file_split(tmp_path / "data")
    seen: list[tuple[int, int]] = []
    store = open_value_store(
        split, SPEC, _take_corner, runner="test", code=CODE, progress=lambda *done: seen.append(done)
    )
    expected = np.concatenate([_take_corner(image[np.newaxis]) for image in split.images])
    np.testing.assert_array_equal(store.read(np.arange(len(split))), expected)
    assert seen[-1] == (len(split), len(split))
    assert len(seen) > 1


def test_a_store_is_found_again_for_the_same_question_only() -> None:
    split = _make_array_split()
    open_value_store(split, SPEC, _take_corner, runner="test", code=CODE)
    found = open_value_store(split, SPEC, _fail, runner="test", code=CODE)
    np.testing.assert_array_equal(found.read_all(), _take_corner(split.images).reshape(10, 6))
    others = [
        (split, SPEC, "other"),
        (split, Preprocessing(height=2, width=3, offset=1.0), "test"),
        (split.take(np.arange(9)), SPEC, "test"),
        (split.take(np.arange(9, -1, -1)), SPEC, "test"),
    ]
    for other, spec, runner in others:
        with pytest.raises(AssertionError):
            open_value_store(other, spec, _fail, runner=runner, code=CODE)


def test_values_of_other_code_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    split = _make_array_split()
    open_value_store(split, SPEC, _take_corner, runner="test", code=CODE)
    with pytest.raises(AssertionError):
        open_value_store(split, SPEC, _fail, runner="test", code="webparity.preprocessing.graph")
    monkeypatch.setattr("webparity.train.fitting.value_store.digest_code", lambda *_: "of the same code, changed")
    with pytest.raises(AssertionError):
        open_value_store(split, SPEC, _fail, runner="test", code=CODE)


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY\x01", b"nonsense" * 40, "cut", "longer"])
def test_a_damaged_store_is_built_again(cache: Path, damage: bytes | str) -> None:
    split = _make_array_split()
    open_value_store(split, SPEC, _take_corner, runner="test", code=CODE)
    (file,) = cache.glob("values-*.npy")
    whole = file.read_bytes()
    file.write_bytes({"cut": whole[:-1], "longer": whole + b"0"}[damage] if isinstance(damage, str) else damage)
    store = open_value_store(split, SPEC, _take_corner, runner="test", code=CODE)
    np.testing.assert_array_equal(store.read_all(), _take_corner(split.images).reshape(10, 6))
    assert file.read_bytes() == whole


def test_values_that_are_not_finite_are_refused_by_name_and_nothing_is_kept(tmp_path: Path, cache: Path) -> None:
    def spoil(images: np.ndarray) -> np.ndarray:
        values = _take_corner(images)
        values[:, 0, 0, 0] = np.where(images[:, 0, 0, 0] == 255, np.inf, values[:, 0, 0, 0])
        return values

    split = _make_array_split()
    split.images[6, 0, 0, 0] = 255
    with pytest.raises(DatasetError, match="NaN or infinity for image 6"):
        open_value_store(split, SPEC, spoil, runner="test", code=CODE)
    named = _make_file_split(tmp_path / "data")
    with pytest.raises(DatasetError, match=named.names[0]):
        open_value_store(named, SPEC, lambda images: _take_corner(images) * np.nan, runner="test", code=CODE)
    assert not list(cache.glob("*values*"))
    assert not list(cache.glob(".*"))


def test_an_index_out_of_range_and_a_cut_file_are_refused(cache: Path) -> None:
    store = open_value_store(_make_array_split(), SPEC, _take_corner, runner="test", code=CODE)
    for index in (-1, 10):
        with pytest.raises(IndexError):
            store.read(np.array([index]))
    (file,) = cache.glob("values-*.npy")
    os.truncate(file, file.stat().st_size - 5)
    with pytest.raises(DatasetError, match="stay whole"):
        store.read(np.array([9]))


def test_a_file_that_changed_since_loading_is_refused(tmp_path: Path, cache: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"other")
    split = Split(FileImages((KnownFile(file, "0" * 64),)), np.zeros(1, dtype=np.int64))
    with pytest.raises(DatasetError, match="received other bytes"):
        open_value_store(split, SPEC, _take_corner, runner="test", code=CODE)
    assert list(cache.iterdir()) == []


def test_an_unusable_cache_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("WEBPARITY_CACHE", str(tmp_path / "file"))
    with pytest.raises(UsageError, match=r"File exists\. Set WEBPARITY_CACHE"):
        open_value_store(_make_array_split(), SPEC, _take_corner, runner="test", code=CODE)


def test_two_builders_of_one_store_do_not_disturb_each_other(cache: Path) -> None:
    split = _make_array_split()
    inner = []

    def interrupt(images: np.ndarray) -> np.ndarray:
        inner.append(open_value_store(split, SPEC, _take_corner, runner="test", code=CODE))
        return _take_corner(images)

    outer = open_value_store(split, SPEC, interrupt, runner="test", code=CODE)
    np.testing.assert_array_equal(outer.read_all(), inner[0].read_all())
    assert len(list(cache.iterdir())) == 1


def test_files_of_killed_processes_and_unused_stores_are_removed_in_time(cache: Path) -> None:
    cache.mkdir()
    for name, days in (
        (".values-a.npy.x.partial", 0.1),
        (".values-b.npy.x.partial", 0.01),
        ("values-c.npy", 31),
        ("values-d.npy", 29),
        ("verdicts-e.json", 400),
    ):
        (cache / name).touch()
        os.utime(cache / name, (time.time() - days * 86400,) * 2)
    open_value_store(_make_array_split(), SPEC, _take_corner, runner="test", code=CODE)
    left = {path.name for path in cache.iterdir() if path.stat().st_size == 0}
    assert left == {".values-b.npy.x.partial", "values-d.npy", "verdicts-e.json"}


_BUILD_SLOWLY = """
import time, numpy as np
from webparity.preprocessing.spec import Preprocessing
from webparity.train.datasets.dataset import Split
from webparity.train.fitting.value_store import open_value_store
def slow(images):
    print("building", flush=True)
    time.sleep(0.05)
    return images[:, :1, :1, :1] / np.float32(255)
images = (np.arange(2000 * 12) % 251).astype(np.uint8).reshape(2000, 2, 2, 3)
split, spec = Split(images, np.zeros(2000, np.int64)), Preprocessing(height=1, width=1)
store = open_value_store(split, spec, slow, runner="test", code="webparity.preprocessing.spec")
assert (store.read_all()[:, 0] == images[:, 0, 0, 0] / np.float32(255)).all()
"""


@pytest.mark.slow
def test_a_killed_builder_leaves_no_half_store_and_the_next_one_builds_it(cache: Path) -> None:
    command = [sys.executable, "-c", _BUILD_SLOWLY]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as killed:
        assert killed.stdout is not None
        for _ in range(3):
            killed.stdout.readline()
        killed.send_signal(signal.SIGKILL)
    assert not list(cache.glob("values-*"))
    two = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [builder.wait() for builder in two] == [0, 0]
    assert len(list(cache.glob("values-*.npy"))) == 1
