"""What users give as an image becomes the pixels that its file has, or is refused with the fix."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from webparity.decode.contract import decode_file
from webparity.errors import DecodeError, MissingFileError, UsageError
from webparity.prediction.given_images import list_given_images

NOISE = np.random.default_rng(3).integers(0, 256, (24, 16, 4), dtype=np.uint8)
RGB = np.ascontiguousarray(NOISE[..., :3])
GRAY = np.ascontiguousarray(NOISE[..., 0])


class Tensor:
    """An array of another library."""

    def __init__(self, values: NDArray[Any] | None) -> None:
        self.values = values

    def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[Any]:
        del dtype, copy
        if self.values is None:
            raise TypeError("this tensor is on another device")
        return self.values


def read_one(given: Any) -> NDArray[np.uint8]:
    listed = list_given_images(given)
    assert listed.single
    pixels = listed.images[0].read()
    assert (pixels.dtype, pixels.ndim, pixels.shape[2]) == (np.uint8, 3, 3)
    return pixels


def encode(picture: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    stream = BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


@pytest.mark.parametrize("give", [lambda a: a, Tensor, lambda a: a[:, ::-1][:, ::-1], Image.fromarray])
def test_rgb_pixels_are_taken_as_they_are(give: Any) -> None:
    assert np.array_equal(read_one(give(RGB)), RGB)


@pytest.mark.parametrize("give", [lambda a: a, lambda a: a[..., np.newaxis], Image.fromarray])
def test_gray_pixels_are_in_all_three_channels(give: Any) -> None:
    assert np.array_equal(read_one(give(GRAY)), np.stack([GRAY] * 3, axis=2))


def test_alpha_goes_over_white_as_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "alpha.png").write_bytes(cv2.imencode(".png", NOISE[..., [2, 1, 0, 3]])[1].tobytes())
    expected = decode_file(tmp_path / "alpha.png")
    over_white = NOISE[..., :3] * (NOISE[..., 3:] / 255) + 255 * (1 - NOISE[..., 3:] / 255)
    assert np.abs(expected - over_white).max() <= 0.51
    assert np.array_equal(read_one(NOISE), expected)
    assert np.array_equal(read_one(Image.fromarray(NOISE)), expected)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_picture_has_the_pixels_of_its_file(mode: str, tmp_path: Path) -> None:
    deep = GRAY.astype(np.uint16) * 256 + GRAY.T[0, 0]
    picture = Image.fromarray(deep) if mode == "I;16" else Image.fromarray(NOISE).convert(mode)
    (tmp_path / "picture.png").write_bytes(encode(picture))
    assert np.array_equal(read_one(picture), decode_file(tmp_path / "picture.png"))
    assert np.array_equal(read_one(Image.open(tmp_path / "picture.png")), decode_file(tmp_path / "picture.png"))


@pytest.mark.parametrize("transparency", [{"mode": "P", "value": bytes([0, 128])}, {"mode": "RGB", "value": (1, 2, 3)}])
def test_a_transparent_colour_goes_over_white(transparency: dict[str, Any], tmp_path: Path) -> None:
    picture = Image.new(transparency["mode"], (4, 4), 0)
    picture.paste((1, 2, 3) if transparency["mode"] == "RGB" else 1, (0, 0, 2, 4))
    (tmp_path / "t.png").write_bytes(encode(picture, transparency=transparency["value"]))
    expected = decode_file(tmp_path / "t.png")
    assert (expected == 255).all(axis=2).any()
    assert np.array_equal(read_one(Image.open(tmp_path / "t.png")), expected)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("change", [lambda p: p, lambda p: p.convert("RGB"), lambda p: p.copy()])
def test_a_photographs_orientation_is_applied_as_in_its_file(orientation: int, change: Any, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = tmp_path / "photo.jpg"
    file.write_bytes(encode(Image.fromarray(RGB), "JPEG", exif=exif))
    assert np.array_equal(read_one(change(Image.open(file))), decode_file(file))


def test_the_orientation_of_a_png_is_ignored_as_in_its_file(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (tmp_path / "turned.png").write_bytes(encode(Image.fromarray(RGB), exif=exif))
    assert np.array_equal(read_one(Image.open(tmp_path / "turned.png")), RGB)


@pytest.mark.parametrize("give", [bytes, bytearray, memoryview, BytesIO])
def test_bytes_are_decoded_by_the_contract(give: Any) -> None:
    assert np.array_equal(read_one(give(encode(Image.fromarray(RGB)))), RGB)


def test_files_lists_arrays_and_columns_of_tables_are_several_images(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(encode(Image.fromarray(RGB)))
    paths = sorted(tmp_path.iterdir())
    column = np.array([str(path) for path in paths], dtype=object)
    for given in (
        paths,
        tuple(map(str, paths)),
        (path for path in paths),
        column,
        np.stack([RGB, RGB]),
        [RGB, paths[0]],
    ):
        listed = list_given_images(given)
        assert not listed.single
        assert [np.array_equal(image.read(), RGB) for image in listed.images] == [True, True]
    assert list_given_images([]).images == []


def test_a_folder_lists_its_images_by_content(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "a.png").write_bytes(encode(Image.fromarray(RGB)))
    (tmp_path / "notes.txt").write_text("no image")
    listed = list_given_images(str(tmp_path))
    assert ([image.path for image in listed.images], listed.folder) == ([tmp_path / "below" / "a.png"], True)
    assert listed.ignored == {".txt": 1}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, r"an image: .*; received NoneType"),
        (7, r"received int\. Give one of these"),
        ({"image": RGB}, "received dict"),
        ([[1, 2], [3, 4]], "received image 1: list"),
        ([RGB, None], "received image 2: NoneType"),
        (Image, "received module"),
        (Tensor(None), "this tensor is on another device"),
        ("", "the path of an image file; received ''"),
        (["."], r"the folder \.\. Give the folder by itself"),
        ("nul\0byte", "the path of an image file; received"),
        ("https://example.org/photo.jpg", "Download it"),
    ],
)
def test_what_is_no_image_is_refused(given: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        list_given_images(given)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (RGB / 255, r"received float64 in array \[24, 16, 3\].* \(array \* 255\)\.round\(\)"),
        (RGB.astype(np.float32), r'array\.round\(\)\.astype\("uint8"\)'),
        (RGB.astype(np.int64), r'array\.round\(\)\.astype\("uint8"\)'),
        (RGB / 127.5 - 1, "the bundle scales them itself.$"),
        (RGB > 99, "received bool"),
        (RGB.transpose(2, 0, 1), r"array\.transpose\(1, 2, 0\)"),
        (np.zeros((5, 8, 8), np.uint8), r"array\[\.\.\., None\]"),
        (np.zeros(64, np.uint8), "not rows of features"),
        (np.zeros((0, 4, 3), np.uint8), "1 to .* pixels"),
        (np.zeros((1, 70_000), np.uint8), "on a side"),
        (Image.new("CMYK", (2, 2)), r'received CMYK .*picture\.convert\("RGB"\)'),
        (Image.new("F", (2, 2)), "received F"),
        (Image.new("RGB", (0, 2)), "with pixels"),
    ],
)
def test_pixels_of_another_form_are_refused_with_the_conversion(given: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_one(given)


def test_the_conversion_that_the_error_names_helps() -> None:
    assert np.array_equal(read_one((RGB / 255 * 255).round().astype("uint8")), RGB)
    assert np.array_equal(read_one(RGB.astype(np.float32).round().astype("uint8")), RGB)
    assert np.array_equal(read_one(RGB.transpose(2, 0, 1).transpose(1, 2, 0)), RGB)
    assert len(list_given_images(np.zeros((5, 8, 8), np.uint8)[..., None]).images) == 5


def test_a_picture_that_cannot_be_read_is_refused() -> None:
    data = encode(Image.fromarray(RGB), "JPEG")
    with pytest.raises(UsageError, match="that Pillow can read; received RGB picture 16x24"):
        read_one(Image.open(BytesIO(data[:-200])))
    with pytest.raises(DecodeError):
        read_one(data[:99])
    with pytest.raises(MissingFileError):
        read_one("missing.png")
