"""Answers that contradict class folders are found; a weak, biased or untrained model is not reported."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from webparity.export.checks.class_folders import find_label_mismatch
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import read_golden_folder
from webparity.export.pipeline import write_bundle
from webparity.models.baked import Baked, bake
from webparity.models.model_file import serialize_model
from webparity.preprocessing.spec import Preprocessing

pytestmark = pytest.mark.slow

SPEC = Preprocessing(height=6, width=6, scale=1.0)
LABELS = ("left", "right", "top", "bottom")


def _make_image(label: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Noise with one bright half, by class."""
    image = random.integers(0, 100, (12, 12, 3), dtype=np.uint8)
    part = ((slice(None), slice(0, 6)), (slice(None), slice(6, 12)), (slice(0, 6),), (slice(6, 12),))[label]
    image[part] += 150
    return image


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, random = tmp_path_factory.mktemp("photos"), np.random.default_rng(1)
    for label, name in enumerate(LABELS):
        (folder / name).mkdir()
        for number in range(8):
            Image.fromarray(_make_image(label, random)).save(folder / name / f"{number}.png")
    (folder / "other").mkdir()
    return folder


@pytest.fixture(scope="module")
def baked() -> Baked:
    random = np.random.default_rng(0)
    numbers = np.arange(400) % 4
    gray = np.stack([_make_image(label, random).mean(axis=-1)[::2, ::2].reshape(-1) for label in numbers])
    return bake(make_pipeline(StandardScaler(), LogisticRegression()).fit(gray.astype(np.float32), numbers), SPEC)


def test_labels_in_the_order_of_the_outputs_give_no_warning(baked: Baked, photos: Path) -> None:
    assert find_label_mismatch(baked, LABELS, photos) == ""


@pytest.mark.parametrize(
    "labels",
    [("right", "left", "top", "bottom"), LABELS[::-1], ("Right ", "LEFT", "top", "bottom")],
    ids=["two exchanged", "turned", "written otherwise"],
)
def test_exchanged_labels_are_found_with_the_confusion(baked: Baked, photos: Path, labels: tuple[str, ...]) -> None:
    found = find_label_mismatch(baked, labels, photos)
    assert f"contradict the class folders in {photos}" in found
    assert f"{labels[0]} is answered as {labels[labels.index(_choose_other(labels))]} (8 of 8)" in found


def _choose_other(labels: tuple[str, ...]) -> str:
    """The label that images of the first one's folder are answered as."""
    return labels[LABELS.index(labels[0].strip().lower())]


def test_folders_of_some_classes_are_enough(baked: Baked, photos: Path, tmp_path: Path) -> None:
    for name in LABELS[:2]:
        (tmp_path / name).symlink_to(photos / name)
    assert "left is answered as top (8 of 8)" in find_label_mismatch(
        baked, ("top", "bottom", "left", "right"), tmp_path
    )
    assert find_label_mismatch(baked, LABELS, tmp_path) == ""


def test_one_class_and_folders_of_other_names_give_no_warning(baked: Baked, photos: Path, tmp_path: Path) -> None:
    (tmp_path / "left").symlink_to(photos / "left")
    assert find_label_mismatch(baked, LABELS[::-1], tmp_path) == ""
    assert find_label_mismatch(baked, ("a", "b", "c", "d"), photos) == ""


@pytest.mark.parametrize("seed", range(12))
def test_a_model_that_guesses_gives_no_warning(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.normal(0, 1, (40, 36)).astype(np.float32)
    guesses = LogisticRegression(max_iter=1000).fit(values, np.arange(40) % 4)
    for name in LABELS:
        (tmp_path / name).mkdir()
        for number in range(20):
            pixels = random.integers(0, 256, (6, 6, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / name / f"{number}.png")
    assert find_label_mismatch(bake(guesses, SPEC), LABELS, tmp_path) == ""


def test_a_model_with_one_answer_gives_no_warning(photos: Path) -> None:
    values = np.random.default_rng(0).normal(size=(40, 36)).astype(np.float32)
    constant = LogisticRegression().fit(values, np.arange(40) % 4)
    constant.coef_[:] = 0
    constant.intercept_[:] = [0, 0, 5, 0]
    assert find_label_mismatch(bake(constant, SPEC), LABELS, photos) == ""


def test_damaged_images_are_skipped(baked: Baked, tmp_path: Path) -> None:
    for name in LABELS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "empty.png").write_bytes(b"")
    assert find_label_mismatch(baked, LABELS[::-1], tmp_path) == ""


def test_an_export_warns_once_and_says_so_in_the_log_by_default(
    baked: Baked, photos: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    exportable = Exportable(
        name="halves",
        baked=baked,
        source=serialize_model(baked.estimator),
        labels=("rechts", "links", "top", "bottom"),
        golden=read_golden_folder(photos),
        class_folders=(photos, photos),
    )
    said: list[str] = []
    renamed = tmp_path / "photos"
    renamed.mkdir()
    for name, other in (("left", "links"), ("right", "rechts"), ("top", "top"), ("bottom", "bottom")):
        (renamed / other).symlink_to(photos / name)
    turned = Exportable(**{**vars(exportable), "class_folders": (renamed, renamed)})
    write_bundle(turned, tmp_path / "a", target_names=["onnx"], page=False, warn=said.append)
    assert len(said) == 1
    assert "links is answered as rechts (8 of 8)" in said[0]
    assert "rechts is answered as links (8 of 8)" in said[0]
    with caplog.at_level(logging.WARNING, logger="webparity.export"):
        write_bundle(turned, tmp_path / "b", target_names=["onnx"], page=False)
    assert "contradict the class folders" in caplog.text
