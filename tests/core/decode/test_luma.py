"""The contract `luma8/2` in Python, against OpenCV and TensorFlow."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import skimage.data
import tensorflow as tf
from PIL import Image

from webparity.decode.batch import decode_images
from webparity.decode.contract import CONTRACT, LUMA_CONTRACT, decode, decode_file
from webparity.errors import DecodeError

PHOTOGRAPH = skimage.data.coffee()[:233, :331]


def write(file_format: str, *, gray: bool = False, **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(PHOTOGRAPH).convert("L" if gray else "RGB").save(stream, file_format, **options)
    return stream.getvalue()


JPEGS = {
    "444": write("JPEG", subsampling=0, quality=95),
    "422": write("JPEG", subsampling=1),
    "420": write("JPEG", subsampling=2),
    "progressive": write("JPEG", progressive=True),
    "restarts": write("JPEG", restart_marker_blocks=3),
    "gray": write("JPEG", gray=True),
    "rgb": write("JPEG", keep_rgb=True),
}


@pytest.mark.parametrize("name", JPEGS)
def test_a_jpeg_is_what_opencv_and_tensorflow_take_as_gray(name: str) -> None:
    data = JPEGS[name]
    pixels = decode(data, contract=LUMA_CONTRACT)
    for channel in range(3):
        np.testing.assert_array_equal(
            pixels[..., channel], cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
        )
    gray = tf.io.decode_jpeg(data, channels=1, dct_method="INTEGER_ACCURATE").numpy()
    np.testing.assert_array_equal(pixels[..., :1], gray)


def test_no_formula_on_rgb_gives_it() -> None:
    data = JPEGS["420"]
    of_rgb = cv2.cvtColor(decode(data), cv2.COLOR_RGB2GRAY)
    assert np.abs(decode(data, contract=LUMA_CONTRACT)[..., 0].astype(int) - of_rgb).max() > 3


def test_a_png_is_what_opencv_and_tensorflow_take_as_gray() -> None:
    data = write("PNG")
    pixels = decode(data, contract=LUMA_CONTRACT)
    np.testing.assert_array_equal(pixels[..., 1], cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE))
    np.testing.assert_array_equal(pixels[..., :1], tf.io.decode_png(data, channels=1).numpy())


def test_files_and_batches_take_the_contract(tmp_path: Path) -> None:
    file = tmp_path / "photograph.jpg"
    file.write_bytes(JPEGS["422"])
    expected = decode(JPEGS["422"], contract=LUMA_CONTRACT)
    np.testing.assert_array_equal(decode_file(file, LUMA_CONTRACT), expected)
    for pixels in decode_images([file, JPEGS["422"]], contract=LUMA_CONTRACT):
        np.testing.assert_array_equal(pixels, expected)


def test_rgb_is_the_default() -> None:
    np.testing.assert_array_equal(decode(JPEGS["422"]), decode(JPEGS["422"], contract=CONTRACT))
    assert np.ptp(decode(JPEGS["422"]), axis=2).max() > 0


def test_refusals_are_those_of_rgb() -> None:
    with pytest.raises(DecodeError) as refused:
        decode(JPEGS["422"][:2000], contract=LUMA_CONTRACT)
    assert refused.value.code == "truncated"
