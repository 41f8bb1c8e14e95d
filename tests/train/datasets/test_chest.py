from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from webparity.errors import DatasetError
from webparity.train.datasets.chest import LABELS, find_patient_key, load_chest
from webparity.train.datasets.dataset import Dataset
from webparity.train.datasets.files import FileImages


def _choose_data() -> str:
    real = Path(os.environ.get("WEBPARITY_DATA", "nowhere")) / "chest_xray"
    return "chest" if real.is_dir() else "synthetic"


@pytest.fixture(scope="module", params=[2, 3])
def dataset(request: pytest.FixtureRequest) -> Dataset:
    return load_chest(_choose_data(), request.param)


def test_splits_share_no_file_and_no_patient(dataset: Dataset) -> None:
    splits = (dataset.train, dataset.validation, dataset.test)
    files, patients, groups = [], [], []
    for split in splits:
        assert isinstance(split.images, FileImages)
        assert split.groups is not None
        files.append({file.sha256 for file in split.images.files})
        patients.append({find_patient_key(Path(name).stem) for name in split.names})
        groups.append(set(split.groups.tolist()))
        assert None not in patients[-1]
    for sets in (files, patients, groups):
        assert len(set.union(*sets)) == sum(map(len, sets))


def test_every_split_keeps_its_share_of_every_class(dataset: Dataset) -> None:
    whole = np.bincount(np.concatenate([dataset.train.labels, dataset.validation.labels]))
    assert len(dataset.validation) / whole.sum() == pytest.approx(0.15, abs=0.03)
    shares = np.bincount(dataset.validation.labels) / len(dataset.validation)
    np.testing.assert_allclose(shares, whole / whole.sum(), atol=0.03)
    assert dataset.label_names == LABELS[len(whole)]
    assert set(np.unique(dataset.test.labels)) == set(range(len(whole)))


def test_labels_are_those_of_the_file_names(dataset: Dataset) -> None:
    marks = {"NORMAL": "/NORMAL/", "PNEUMONIA": "/PNEUMONIA/", "BACTERIAL": "_bacteria_", "VIRAL": "_virus_"}
    for split in (dataset.train, dataset.validation, dataset.test):
        for name, label in zip(split.names, split.labels, strict=True):
            assert marks[dataset.label_names[label]] in name


def test_loading_twice_gives_the_same_splits(dataset: Dataset) -> None:
    again = load_chest(_choose_data(), len(dataset.label_names))
    assert again.digest() == dataset.digest()
    assert again.validation.names == dataset.validation.names


@given(number=st.integers(0, 99999), image=st.integers(0, 9999), cause=st.sampled_from(["bacteria", "virus"]))
def test_the_patient_is_read_from_all_numbers_but_the_image_s(number: int, image: int, cause: str) -> None:
    assert find_patient_key(f"person{number}_{cause}_{image}") == f"person{number}_{cause}"
    assert find_patient_key(f"IM-{number:04d}-{image:04d}") == f"IM-{number:04d}"
    assert find_patient_key(f"IM-{number:04d}-{image:04d}-0001") == f"IM-{number:04d}"
    assert find_patient_key(f"NORMAL2-IM-{number:04d}-{image:04d}") == f"NORMAL2-IM-{number:04d}"


@pytest.mark.parametrize("stem", ["scan", "person12", "person12_fungus_3", "IM-12", "my-IM-1-2"])
def test_a_name_of_another_kind_has_no_patient(stem: str) -> None:
    assert find_patient_key(stem) is None


def _write_image(file: Path, level: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((4, 4), level, np.uint8)).save(file)


def test_a_pneumonia_without_a_cause_is_refused_for_three_classes(tmp_path: Path) -> None:
    for level in range(10):
        _write_image(tmp_path / "normal" / f"IM-{level}-1.png", level)
        _write_image(tmp_path / "pneumonia" / f"person{level}.png", 100 + level)
    assert load_chest(str(tmp_path), 2).label_names == ("NORMAL", "PNEUMONIA")
    with pytest.raises(DatasetError, match=r"_bacteria_ or _virus_ .* received pneumonia/person0.png"):
        load_chest(str(tmp_path), 3)


def test_other_classes_are_refused(tmp_path: Path) -> None:
    _write_image(tmp_path / "cats" / "a.png", 1)
    _write_image(tmp_path / "dogs" / "a.png", 2)
    with pytest.raises(DatasetError, match=r"NORMAL and PNEUMONIA; received cats"):
        load_chest(str(tmp_path))
    with pytest.raises(DatasetError, match="received 4"):
        load_chest("synthetic", 4)


def test_missing_data_are_reported_with_their_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBPARITY_DATA", str(tmp_path))
    with pytest.raises(DatasetError, match=r"received .*chest_xray.* --data synthetic"):
        load_chest("chest")
    monkeypatch.delenv("WEBPARITY_DATA")
    with pytest.raises(DatasetError, match="received no WEBPARITY_DATA"):
        load_chest("chest")
