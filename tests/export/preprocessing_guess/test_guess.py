"""The search finds the pipeline that made a user's arrays, from the libraries' own calls."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
import skimage.transform
from PIL import Image

from webparity.errors import UsageError
from webparity.export.inputs.preprocessing_file import read_preprocessing
from webparity.export.preprocessing_guess.guess import guess_preprocessing
from webparity.export.preprocessing_guess.report import describe_guesses, write_best

IMAGES = [skimage.data.coffee()[:231, :331], skimage.data.cat()[:233, :201]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photographs")
    for number, image in enumerate(IMAGES):
        Image.fromarray(image).save(path / f"{number}.png")
    return path


def save(tmp_path: Path, arrays: list[np.ndarray]) -> Path:
    file = tmp_path / "arrays.npy"
    np.save(file, np.stack(arrays))
    return file


def test_pillow_s_bicubic_with_imagenet_s_means_channels_first(folder: Path, tmp_path: Path) -> None:
    mean, std = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    arrays = [((np.asarray(Image.fromarray(each).resize((48, 40))) / 255 - mean) / std) for each in IMAGES]
    found = guess_preprocessing(folder, save(tmp_path, [each.transpose(2, 0, 1).astype(np.float32) for each in arrays]))
    best = found[0].preprocessing.steps
    assert (best[0].options["method"], best[0].options["like"]) == ("bicubic", "pillow")
    assert [step.step for step in best] == ["resize", "scale", "normalize"]
    assert found[0].largest <= 0.01 < found[1].mean
    lines = describe_guesses(found, 3)
    assert lines[0] == "This one gives your arrays:"
    assert "like pillow" in lines[2]
    write_best(found, tmp_path / "pre.toml")
    assert read_preprocessing(tmp_path / "pre.toml") == found[0].preprocessing
    with pytest.raises(UsageError, match="a new file"):
        write_best(found, tmp_path / "pre.toml")


def test_opencv_s_bgr_without_scaling(folder: Path, tmp_path: Path) -> None:
    arrays = [cv2.resize(each[..., ::-1], (40, 40), interpolation=cv2.INTER_AREA) for each in IMAGES]
    best = guess_preprocessing(folder, save(tmp_path, arrays))[0]
    assert best.preprocessing.channels == "bgr"
    assert (best.preprocessing.steps[0].options["method"], best.preprocessing.steps[0].options["like"]) == (
        "area",
        "opencv",
    )


def test_gray_arrays_without_a_channel_axis(folder: Path, tmp_path: Path) -> None:
    arrays = [np.asarray(Image.fromarray(each).convert("L").resize((40, 40), 2)) / 127.5 - 1 for each in IMAGES]
    best = guess_preprocessing(folder, save(tmp_path, arrays))[0]
    assert best.largest <= 1e-6
    assert [step.step for step in best.preprocessing.steps] == ["color", "resize", "scale"]


def test_a_jpeg_s_own_luma_is_told_from_gray_of_its_pixels(tmp_path: Path) -> None:
    folder = tmp_path / "photographs"
    folder.mkdir()
    arrays = []
    for number, image in enumerate(IMAGES):
        file = folder / f"{number}.jpg"
        Image.fromarray(image).save(file)
        arrays.append(cv2.resize(cv2.imread(str(file), cv2.IMREAD_GRAYSCALE), (40, 40)) / 255)
    found = guess_preprocessing(folder, save(tmp_path, arrays))
    best = found[0]
    assert best.preprocessing.contract == "luma8/2"
    assert best.largest <= 1e-6
    assert [step.step for step in best.preprocessing.steps] == ["color", "resize", "scale"]
    lines = describe_guesses(found, 3)
    assert lines[0] == "This one gives your arrays:"
    (said,) = [line for line in lines if line.startswith("luma is the file's own gray")]
    others = [guess for guess in found if guess.preprocessing.contract == "rgb8/2"]
    assert f"{others[0].mean:.4f} away" in said
    assert others[0].mean > 0


def test_a_mean_and_a_deviation_of_a_dataset_s_own_are_fitted(folder: Path, tmp_path: Path) -> None:
    mean, std = np.array([0.21, 0.5, 0.83]), np.array([0.05, 0.4, 1.7])
    arrays = [(np.asarray(Image.fromarray(each).resize((48, 40), 2)) / 255 - mean) / std for each in IMAGES]
    best = guess_preprocessing(folder, save(tmp_path, arrays))[0]
    assert (best.preprocessing.steps[0].options["method"], best.preprocessing.steps[0].options["like"]) == (
        "bilinear",
        "pillow",
    )
    assert best.preprocessing.steps[-1].options["mean"] == pytest.approx(mean, abs=1e-5)
    assert best.preprocessing.steps[-1].options["std"] == pytest.approx(std, rel=1e-5)
    assert best.largest <= 0.02


def test_inverted_gray_of_a_dataset_s_own_scale_is_fitted(folder: Path, tmp_path: Path) -> None:
    gray = [cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in IMAGES]
    best = guess_preprocessing(folder, save(tmp_path, [7 - cv2.resize(each, (40, 40)) / 300.0 for each in gray]))[0]
    assert [step.step for step in best.preprocessing.steps] == ["color", "resize", "invert", "scale", "normalize"]
    assert best.largest <= 0.02


def test_images_in_another_order_are_asked_about(folder: Path, tmp_path: Path) -> None:
    arrays = [cv2.resize(each, (40, 40)) / 255 for each in IMAGES[::-1]]
    lines = describe_guesses(guess_preprocessing(folder, save(tmp_path, arrays)), 2)
    assert "in the order of their names?" in lines[0]


def test_of_equal_pipelines_a_library_s_comes_first(folder: Path, tmp_path: Path) -> None:
    arrays = [np.asarray(Image.fromarray(each).resize((40, 40), 0)) / 255 for each in IMAGES]
    found = guess_preprocessing(folder, save(tmp_path, arrays))
    assert found[0].preprocessing.steps[0].options["like"] == "pillow"
    assert found[0].largest <= 1e-6


def test_progress_is_reported(folder: Path, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    arrays = save(tmp_path, [cv2.resize(each, (20, 20)) for each in IMAGES])
    guess_preprocessing(folder, arrays, progress=lambda *step: seen.append(step))
    assert seen[-1][1] == seen[-1][2] > 1


def test_what_no_pipeline_gives_is_said(folder: Path, tmp_path: Path) -> None:
    arrays = [skimage.transform.swirl(skimage.transform.resize(each, (40, 40)), strength=4) for each in IMAGES]
    found = guess_preprocessing(folder, save(tmp_path, arrays))
    assert describe_guesses(found, 2)[0].startswith("None gives your arrays")


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros((9, 40, 40, 3)), "an image for each array; received 2 images"),
        (np.zeros((2, 40, 40, 4)), "1 or 3 channels"),
        (np.zeros((2, 4800)), "before they are made rows"),
        (np.full((2, 4, 4, 3), np.nan), "finite numbers"),
        (np.zeros((2, 4, 4, 3), complex), "Expected numbers"),
        (np.zeros(3), "Expected numbers"),
        (np.array([{}], object), "a .npy file of numbers"),
    ],
)
def test_arrays_that_cannot_be_used_are_refused(folder: Path, tmp_path: Path, array: np.ndarray, said: str) -> None:
    np.save(tmp_path / "a.npy", array, allow_pickle=True)
    with pytest.raises(UsageError, match=said):
        guess_preprocessing(folder, tmp_path / "a.npy")


def test_a_file_of_another_kind_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.npy").write_bytes(b"no array")
    with pytest.raises(UsageError, match=r"a \.npy file.*which is none\. Save"):
        guess_preprocessing(folder, tmp_path / "a.npy")
    with pytest.raises(UsageError, match=r"a \.npy file.*No such file"):
        guess_preprocessing(folder, tmp_path / "missing.npy")
