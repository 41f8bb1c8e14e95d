"""Gray of files against OpenCV's IMREAD_GRAYSCALE, to the bit, and against the scalar and native twins."""

from __future__ import annotations

import io
import random
from typing import Any, Final

import cv2
import numpy as np
import pytest
from agreement import assert_alike
from jpeg_files import ANY_FACTORS, FACTORS, make_random_jpeg
from numpy.typing import NDArray
from PIL import Image
from wasm_host import Module, Native

pytestmark = pytest.mark.slow

ORIENTATION: Final = 0x0112


def read_with_opencv(data: bytes, how: int = cv2.IMREAD_GRAYSCALE) -> NDArray[np.uint8]:
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), how)
    assert pixels is not None
    levels: NDArray[np.uint8] = np.asarray(pixels, np.uint8)
    return levels if levels.ndim == 3 else np.repeat(levels[..., np.newaxis], 3, 2)


def write(image: Image.Image, file_format: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, file_format, **options)
    return stream.getvalue()


def draw() -> Image.Image:
    """Noise in full colors above smooth waves: every weight and every rounding occurs."""
    rows, columns = np.mgrid[0:91, 0:117]
    waves = np.stack([128 + 127 * np.sin(columns / 7), 128 + 127 * np.cos(rows / 9), rows * 255 / 90], -1)
    waves[:40] = np.random.default_rng(5).integers(0, 256, (40, 117, 3))
    return Image.fromarray(waves.astype(np.uint8))


@pytest.mark.parametrize("progressive", [False, True], ids=["sequential", "progressive"])
@pytest.mark.parametrize("sampling", [each for each in (*FACTORS, ANY_FACTORS) if each != "four"])
def test_a_jpegs_luma_equals_opencvs(
    module: Module, scalar: Module, native: Native, sampling: str, progressive: bool
) -> None:
    compared = 0
    for seed in range(11):
        data = make_random_jpeg(random.Random(f"{sampling} {progressive} {seed}"), sampling, progressive=progressive)
        verdict = module.decode(data, luma=True)
        assert_alike(verdict, scalar, native, data, luma=True)
        rgb = module.decode(data).pixels
        # Where colors differ too, OpenCV reads odd EXIF data otherwise, or inks.
        if rgb is not None and np.array_equal(rgb, read_with_opencv(data, cv2.IMREAD_COLOR_RGB)):
            compared += 1
            np.testing.assert_array_equal(verdict.pixels, read_with_opencv(data))
    assert compared > 3


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("options", [{"subsampling": 0}, {"subsampling": 2, "progressive": True}, {"quality": 20}])
def test_luma_is_turned_as_exif_says(module: Module, options: dict[str, Any], orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    data = write(draw(), "JPEG", exif=exif, **options)
    np.testing.assert_array_equal(module.decode(data, luma=True).pixels, read_with_opencv(data))


@pytest.mark.parametrize(
    ("file_format", "mode", "options"),
    [
        ("JPEG", "L", {}),
        ("JPEG", "RGB", {"keep_rgb": True}),
        ("PNG", "RGB", {}),
        ("PNG", "L", {}),
        ("PNG", "P", {}),
        ("WEBP", "RGB", {"lossless": True}),
        ("WEBP", "RGB", {"quality": 60}),
        ("GIF", "P", {}),
        ("BMP", "RGB", {}),
        ("BMP", "P", {}),
    ],
)
def test_gray_of_other_files_equals_opencvs(
    module: Module, scalar: Module, native: Native, file_format: str, mode: str, options: dict[str, Any]
) -> None:
    picture = draw().quantize(200) if mode == "P" else draw().convert(mode)
    data = write(picture, file_format, **options)
    verdict = module.decode(data, luma=True)
    np.testing.assert_array_equal(verdict.pixels, read_with_opencv(data))
    assert_alike(verdict, scalar, native, data, luma=True)


def test_gray_of_inks_is_that_of_their_rgb(module: Module) -> None:
    data = write(draw().convert("CMYK"), "JPEG")
    rgb, gray = module.decode(data).pixels, module.decode(data, luma=True).pixels
    assert rgb is not None
    assert gray is not None
    expected = np.asarray(Image.fromarray(rgb).convert("L"))
    np.testing.assert_array_equal(gray, np.repeat(expected[..., np.newaxis], 3, 2))


def test_the_next_file_is_decoded_to_rgb_again(module: Module) -> None:
    data = write(draw(), "JPEG")
    module.decode(data, luma=True)
    pixels = module.decode(data).pixels
    assert pixels is not None
    np.testing.assert_array_equal(pixels, np.asarray(Image.open(io.BytesIO(data))))


def test_a_refused_file_is_refused_alike(module: Module) -> None:
    data = write(draw(), "JPEG")[:900]
    assert module.decode(data, luma=True) == module.decode(data)
