from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from webparity.decode.contract import decode_file
from webparity.train.datasets.chest import load_chest
from webparity.train.datasets.synthetic import draw_synthetic_radiographs, prepare_synthetic_radiographs


def _read_contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.jpeg")}


def test_the_same_seed_draws_the_same_files(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        draw_synthetic_radiographs(tmp_path / name, images_per_class=10, seed=seed, side=32)
    one, two, other = (_read_contents(tmp_path / name) for name in ("one", "two", "other"))
    assert one == two
    assert len(one) == len(other) == 20
    assert not set(one.values()) & set(other.values())


def test_a_fifth_of_every_kind_is_for_the_test(tmp_path: Path) -> None:
    draw_synthetic_radiographs(tmp_path, images_per_class=20, seed=0, side=32)
    kinds = {"NORMAL/IM": (16, 4), "PNEUMONIA/person*_bacteria_": (8, 2), "PNEUMONIA/person*_virus_": (8, 2)}
    for pattern, counts in kinds.items():
        assert tuple(len(list(tmp_path.glob(f"{part}/{pattern}*.jpeg"))) for part in ("train", "test")) == counts


def test_they_are_gray_and_darker_in_the_lungs_than_beside_them(tmp_path: Path) -> None:
    draw_synthetic_radiographs(tmp_path, images_per_class=6, seed=0, side=96)
    for file in tmp_path.glob("train/NORMAL/*.jpeg"):
        image = decode_file(file)
        assert image.shape == (96, 96, 3)
        assert (image[..., :1] == image).all()
        lung, spine = image[35:45, 24:32].mean(), image[35:45, 46:50].mean()
        assert lung < spine - 40


@pytest.mark.slow
@pytest.mark.parametrize(("classes", "least", "most"), [(2, 0.7, 1.0), (3, 0.65, 1.0)])
def test_the_finding_can_be_learnt_but_not_from_brightness(classes: int, least: float, most: float) -> None:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    dataset = load_chest("synthetic", classes)

    def list_rows(split: object) -> tuple[np.ndarray, np.ndarray]:
        return np.stack([image[2::4, 2::4, 0].ravel() for image in split.images]) / 255.0, split.labels

    (x, y), (x_test, y_test) = list_rows(dataset.train), list_rows(dataset.test)
    learnt = RandomForestClassifier(200, random_state=0).fit(x, y).score(x_test, y_test)
    assert least < learnt <= most
    brightness = LogisticRegression().fit(x.mean(axis=1, keepdims=True), y)
    assert brightness.score(x_test.mean(axis=1, keepdims=True), y_test) < learnt - 0.1


def test_the_cached_folder_is_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBPARITY_CACHE", str(tmp_path))
    monkeypatch.setattr("webparity.train.datasets.synthetic._CACHED_IMAGES_PER_CLASS", 4)
    folder = prepare_synthetic_radiographs()
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert prepare_synthetic_radiographs() == folder
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert list(tmp_path.iterdir()) == [folder]
