"""Class folders of any kind as the recipes read them: classes, parts, groups, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from webparity.errors import DatasetError, UsageError
from webparity.train.datasets.dataset import Dataset
from webparity.train.recipes import image_boosting
from webparity.train.recipes.image_cnn import RECIPE
from webparity.train.recipes.image_folders import find_group
from webparity.train.recipes.image_linear import RECIPE as LINEAR


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBPARITY_CACHE", str(tmp_path / "cache"))


def _fill(folder: Path, *parts: str, each: int = 8, name: str = "{:02d}.png") -> Path:
    random = np.random.default_rng(len(list(folder.rglob("*"))))
    for part in parts:
        for i in range(each):
            file = folder / part / name.format(i)
            file.parent.mkdir(parents=True, exist_ok=True)
            sides = random.integers(5, 9, 2)
            Image.fromarray(random.integers(0, 256, (*sides, 3), dtype=np.uint8)).save(file)
    return folder


def _load(folder: Path, **choices: str) -> Dataset:
    return RECIPE.load(str(folder), RECIPE.choose({name.replace("_", "-"): value for name, value in choices.items()}))


def test_classes_are_in_the_order_of_keras_and_torchvision(tmp_path: Path) -> None:
    names = ["b", "10", "2", "B", "Ärzte", "日本", "a b", "café", "train"]
    dataset = _load(_fill(tmp_path / "x", *names))
    # Both sort the folders' names as Python sorts text.
    assert list(dataset.label_names) == sorted(names)
    for split in (dataset.train, dataset.validation, dataset.test):
        assert set(split.labels) == set(range(len(names)))
        for label, name in zip(split.labels, split.names, strict=True):
            assert name.startswith(f"{dataset.label_names[label]}/")


def test_a_decomposed_name_is_the_same_class(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "x", "train/cafe\u0301", "train/tea", "test/caf\u00e9", "test/tea")
    assert _load(folder).label_names == ("caf\u00e9", "tea")


@pytest.mark.parametrize(
    "parts", [("train", "val", "test"), ("Training", "validation", "Testing"), ("train", "valid", "test")]
)
def test_given_parts_are_the_splits(tmp_path: Path, parts: tuple[str, str, str]) -> None:
    folder = _fill(tmp_path / "x", *(f"{part}/{label}" for part in parts for label in "ab"))
    dataset = _load(folder)
    splits = (dataset.train, dataset.validation, dataset.test)
    for part, split in zip(parts, splits, strict=True):
        assert {name.split("/")[0] for name in split.names} == {part}
        assert len(split) == 16
    assert dataset.notes == ()


def test_a_missing_part_is_split_off_the_training_images(tmp_path: Path) -> None:
    dataset = _load(_fill(tmp_path / "x", "train/a", "train/b", "val/a", "val/b"))
    assert {name.split("/")[0] for name in dataset.test.names} == {"train"}
    assert {name.split("/")[0] for name in dataset.validation.names} == {"val"}


def test_what_stands_in_val_too_leaves_the_training_images(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "x", "train/a", "train/b", "val/a", "val/b", "test/a", "test/b")
    (folder / "train/a/copy.png").write_bytes((folder / "val/a/00.png").read_bytes())
    dataset = _load(folder)
    names = dataset.train.names + dataset.validation.names
    assert ("train/a/copy.png" in names) != ("val/a/00.png" in names)
    assert any("that repeat another" in note for note in dataset.notes)


def test_images_of_a_test_part_without_classes_are_named(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "x", "train/a", "train/b", "test")
    dataset = _load(folder)
    assert "Left out 8 images of test/ that are in no class folder, such as 00.png." in dataset.notes
    assert sum(map(len, (dataset.train, dataset.validation, dataset.test))) == 16


@pytest.mark.parametrize("name", ["scene{:02d}/x.png", "s_scene{:02d}.png"])
def test_groups_are_never_on_both_sides(tmp_path: Path, name: str) -> None:
    folder = _fill(tmp_path / "x", "a", "b", each=12, name=name)
    _fill(folder, "a", "b", each=12, name=name.replace(".png", "_2.png"))
    dataset = _load(folder, group_pattern=r"scene\d+")
    scenes = [
        {re.findall(r"scene\d+", image)[0] for image in split.names}
        for split in (dataset.train, dataset.validation, dataset.test)
    ]
    assert sum(map(len, scenes)) == len(set.union(*scenes)) == 12
    assert dataset.notes[-1] == "Found 12 groups in the names of 48 of 48 images."


def test_a_group_is_what_the_brackets_match() -> None:
    assert find_group(re.compile(r"p\d+"), "p12_3.png") == "p12"
    assert find_group(re.compile(r"(p\d+)_(\w)?"), "p12_.png") == "p12/"
    assert find_group(re.compile(r"(x?)"), "p12.png") is None
    assert find_group(re.compile("z"), "p12.png") is None


def test_a_pattern_that_matches_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"matches none of 16, such as a/00.png"):
        _load(_fill(tmp_path / "x", "a", "b"), group_pattern="patient")
    with pytest.raises(DatasetError, match="as many groups"):
        _load(tmp_path / "x", group_pattern="png")


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (("only",), "two classes or more; received one, only"),
        (("data/a", "data/b"), r"one folder, data, that holds folders itself.* Give .*/data\.$"),
        (("data/train/a", "data/train/b", "data/test/a", "data/test/b"), r"Give .*/data\.$"),
        (("seg_train/a", "seg_train/b", "seg_test/a", "seg_test/b"), "received seg_test, seg_train .* Rename"),
        (("train/a", "train/b", "training/a", "training/b"), "one folder of the train images; received train, train"),
        (("train/a", "train/b", "test/a", "test/c"), "received b, c in one of them only"),
    ],
)
def test_other_layouts_are_refused_with_the_remedy(tmp_path: Path, parts: tuple[str, ...], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        _load(_fill(tmp_path / "x", *parts))


def test_a_class_of_one_image_is_refused_and_of_three_accepted(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "x", "a", "b")
    _fill(folder, "rare", each=1)
    with pytest.raises(DatasetError, match=r"3 different images of every class .* received 1 of rare"):
        _load(folder)
    _fill(folder, "rare", each=3)
    dataset = _load(folder)
    counts = [int((split.labels == 2).sum()) for split in (dataset.train, dataset.validation, dataset.test)]
    assert counts == [1, 1, 1]


def test_a_class_of_other_files_names_them(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "x", "a", "b")
    (folder / "c").mkdir()
    (folder / "c" / "1.tif").write_bytes(b"II*\x00" + bytes(20))
    with pytest.raises(DatasetError, match=r"received none in .*/c, but 1 TIFF\. Convert them"):
        _load(folder)


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "x", "a", "b\udcff")
    with pytest.raises(DatasetError, match=r"in UTF-8; received b\\xff"):
        _load(folder)


def test_more_than_a_thousand_classes_are_refused(tmp_path: Path) -> None:
    image = _fill(tmp_path / "one", "a", each=1) / "a" / "00.png"
    for number in range(1001):
        (tmp_path / "x" / f"{number}").mkdir(parents=True)
        (tmp_path / "x" / f"{number}" / "1.png").symlink_to(image)
    with pytest.raises(DatasetError, match="at most 1000 classes; received 1001"):
        _load(tmp_path / "x")


def test_data_must_be_given() -> None:
    with pytest.raises(UsageError, match=r"received none\. Give --data FOLDER"):
        RECIPE.find_data(None)
    assert RECIPE.find_data("x") == "x"


def test_hog_is_of_gray_images() -> None:
    with pytest.raises(UsageError, match="Give --features pixels"):
        LINEAR.plan(LINEAR.choose({"colour": "rgb"}))
    plan = LINEAR.plan(LINEAR.choose({"colour": "rgb", "features": "pixels", "size": "16x24"}))
    assert plan.preprocessing.values_shape == (16, 24, 3)


def test_too_many_trees_are_refused_with_a_number_that_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_boosting, "_MAX_TREES", 100)
    folder, recipe = _fill(tmp_path / "x", "a", "b", "c"), image_boosting.RECIPE
    with pytest.raises(UsageError, match=r"received 100 for each of 3 classes\. Give --set trees=33"):
        recipe.load(str(folder), recipe.choose())
    assert len(recipe.load(str(folder), recipe.choose({"trees": 33})).label_names) == 3
