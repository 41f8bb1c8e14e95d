from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from webparity.decode.contract import decode_file
from webparity.errors import DatasetError, UsageError
from webparity.train.datasets.dataset import Dataset
from webparity.train.datasets.folder import load_folder


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBPARITY_CACHE", str(tmp_path / "cache"))


def _draw(file: Path, seed: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (5, 6, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file)


def _fill(folder: Path, *parts: str, each: int = 20, start: int = 0) -> Path:
    for place, part in enumerate(parts):
        for i in range(each):
            _draw(folder / part / f"{i:02d}.png", start + 1000 * place + i)
    return folder


def _get_sizes(dataset: Dataset) -> tuple[int, int, int]:
    return len(dataset.train), len(dataset.validation), len(dataset.test)


def test_plain_class_folders_are_split_in_three(tmp_path: Path) -> None:
    dataset = load_folder(_fill(tmp_path / "pets", "dogs", "cats"))
    assert (dataset.name, dataset.label_names, dataset.notes) == (str(tmp_path / "pets"), ("cats", "dogs"), ())
    assert _get_sizes(dataset) == (27, 5, 8)
    for split in (dataset.train, dataset.validation, dataset.test):
        assert abs(np.diff(np.bincount(split.labels))) <= 1
        for image, label, name in zip(split.images, split.labels, split.names, strict=True):
            assert name.startswith(dataset.label_names[label])
            np.testing.assert_array_equal(image, decode_file(tmp_path / "pets" / name))


def test_a_given_test_folder_is_the_test_set_and_val_joins_train(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "x", "train/a", "train/b")
    _fill(folder, "test/a", "test/b", each=3, start=5000)
    _fill(folder, "val/a", "val/b", each=2, start=9000)
    (folder / "__MACOSX").mkdir()
    (folder / "chest_xray").mkdir()
    dataset = load_folder(folder)
    assert _get_sizes(dataset) == (37, 7, 6)
    assert {name.split("/")[0] for name in dataset.test.names} == {"test"}
    assert {name.split("/")[0] for name in dataset.train.names + dataset.validation.names} == {"train", "val"}
    assert dataset.notes == (
        "Left out what stands beside train/: chest_xray.",
        "Merged 4 images of val/ into the training images; validation is split off anew.",
    )


def test_a_train_folder_alone_gives_the_test_set_too(tmp_path: Path) -> None:
    assert _get_sizes(load_folder(_fill(tmp_path / "x", "train/a", "train/b"))) == (27, 5, 8)


def test_other_files_are_skipped_and_counted(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "x", "a", "b")
    for name in (".DS_Store", "a/Thumbs.db", "a/._01.png", "b/.ipynb_checkpoints/1.png", "b/notes.txt", "README"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"not an image")
    dataset = load_folder(folder)
    assert sum(_get_sizes(dataset)) == 40
    assert dataset.notes == (
        "Skipped 6 files that are not JPEG, PNG, WebP, GIF or BMP: 1 .txt, 4 hidden or system, 1 without a suffix.",
    )


def test_content_tells_images_of_a_dataset_and_other_formats_are_counted(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "x", "a", "b")
    (folder / "a" / "00.png").rename(folder / "a" / "00.dat")
    (folder / "b" / "photo.heic").write_bytes(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic")
    (folder / "b" / "drawing.png.bak").write_bytes(b"<svg></svg>")
    Image.new("RGB", (8, 8)).save(folder / "b" / "moving.bin", "GIF")
    Image.new("RGB", (8, 9)).save(folder / "b" / "saved", "WEBP")
    (folder / ".git" / "deep").mkdir(parents=True)
    (folder / ".git" / "deep" / "x").write_bytes(b"")
    dataset = load_folder(folder)
    assert sum(_get_sizes(dataset)) == 42
    assert dataset.notes == (
        "Skipped 3 files that are not JPEG, PNG, WebP, GIF or BMP: 1 HEIC, 1 SVG, 1 hidden or system.",
    )


def test_damaged_images_are_skipped_and_counted_and_too_many_refused(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "x", "a", "b")
    (folder / "a" / "00.png").write_bytes((folder / "a" / "00.png").read_bytes()[:40])
    (folder / "a" / "01.png").write_bytes(b"")
    (folder / "b" / "gone.png").symlink_to(folder / "nowhere")
    dataset = load_folder(folder)
    assert sum(_get_sizes(dataset)) == 38
    (note,) = dataset.notes
    assert note == (
        "Skipped 3 images that cannot be decoded: "
        "a/00.png (truncated), a/01.png (empty), b/gone.png (No such file or directory)."
    )
    (folder / "b" / "00.png").write_bytes(b"no image")
    with pytest.raises(DatasetError, match=r"at most 3 or 5% .* received 4 of 41: .*b/00.png \(format\)"):
        load_folder(folder)


def test_patients_named_by_the_caller_stay_together(tmp_path: Path) -> None:
    dataset = load_folder(_fill(tmp_path / "x", "a", "b"), group_of=lambda image: str(int(image.path.stem) // 4))
    patients = [
        {int(Path(name).stem) // 4 for name in split.names}
        for split in (dataset.train, dataset.validation, dataset.test)
    ]
    assert sum(map(len, patients)) == 5


def test_a_class_of_damaged_images_only_is_refused(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "x", "a", "b")
    (folder / "c").mkdir()
    (folder / "c" / "only.jpeg").write_bytes(b"")
    dataset = load_folder(folder, label_of=lambda image: "b" if image.label == "c" else image.label)
    assert sum(_get_sizes(dataset)) == 40
    with pytest.raises(DatasetError, match="every class; received none of c"):
        load_folder(folder)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((), "received none in"),
        (("a",), "two classes or more; received one, a"),
        (("train/a", "train/b", "test/a"), "received b in one of them only"),
        (("train/a", "train/b", "val/a", "val/c", "test/a", "test/b"), "received c in one of them only"),
    ],
)
def test_a_folder_of_another_layout_is_refused(tmp_path: Path, parts: tuple[str, ...], message: str) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(DatasetError, match=message):
        load_folder(_fill(tmp_path / "x", *parts, each=3))


def test_a_missing_folder_and_an_empty_class_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="which is none"):
        load_folder(tmp_path / "missing")
    folder = _fill(tmp_path / "x", "a", "b")
    (folder / "c").mkdir()
    with pytest.raises(DatasetError, match=r"in every class folder; received none in .*c"):
        load_folder(folder)


def test_too_few_images_to_split_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="Expected 3 different images of every class"):
        load_folder(_fill(tmp_path / "x", "a", "b", each=2))


def test_a_file_that_changes_after_loading_is_refused(tmp_path: Path) -> None:
    dataset = load_folder(_fill(tmp_path / "x", "a", "b"))
    file = tmp_path / "x" / dataset.train.names[0]
    _draw(file, 77)
    with pytest.raises(DatasetError, match="received other bytes"):
        dataset.train.images[0]
    file.unlink()
    with pytest.raises(DatasetError, match="No such file"):
        dataset.train.images[0]


def test_an_unusable_cache_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("WEBPARITY_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(UsageError, match=r"Not a directory\. Set WEBPARITY_CACHE"):
        load_folder(_fill(tmp_path / "x", "a", "b"))


def test_nothing_is_decoded_twice_and_a_damaged_memory_is_rebuilt(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "x", "a", "b")
    decoded: list[tuple[int, int]] = []

    def load() -> str:
        decoded.clear()
        return load_folder(folder, progress=lambda done, total: decoded.append((done, total))).digest()

    digest = load()
    assert decoded == [(i, 40) for i in range(1, 41)]
    assert load() == digest
    assert decoded == []
    (memory,) = (tmp_path / "cache").glob("verdicts-*.json")
    memory.write_bytes(memory.read_bytes()[:-9] + b"\xff")
    assert load() == digest
    assert len(decoded) == 40
