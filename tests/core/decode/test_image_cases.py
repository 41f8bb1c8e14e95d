"""Small image files that the TypeScript suite reads too (web/tests/runtime/wasm/decoder.test.ts)."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from webparity.decode.contract import LUMA_CONTRACT, decode, digest_rgb8

IMAGES: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "shared" / "image-cases.json").read_text())[
    "images"
]


def decode_with_pillow(data: bytes) -> NDArray[np.uint8]:
    image = ImageOps.exif_transpose(Image.open(BytesIO(data)))
    if image.mode != "RGBA":
        return np.asarray(image.convert("RGB"))
    colour, alpha = np.split(np.asarray(image).astype(np.uint32), [3], axis=2)
    return ((colour * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


@pytest.mark.parametrize("case", IMAGES, ids=lambda case: case["name"])
def test_the_digests_are_those_of_pillow_and_of_the_decoder(case: dict[str, Any]) -> None:
    data = base64.b64decode(case["base64"])
    expected = decode_with_pillow(data)
    assert expected.shape == (case["height"], case["width"], 3)
    assert digest_rgb8(expected) == case["rgb8"]
    np.testing.assert_array_equal(decode(data), expected)


@pytest.mark.parametrize("case", IMAGES, ids=lambda case: case["name"])
def test_the_digests_of_gray_are_those_of_opencv_and_of_the_decoder(case: dict[str, Any]) -> None:
    data = base64.b64decode(case["base64"])
    pixels = decode(data, contract=LUMA_CONTRACT)
    assert digest_rgb8(pixels) == case["luma8"]
    # OpenCV has formulas of its own for inks, and leaves alpha out.
    if not ({"CMYK", "alpha"} & set(case["name"].split())):
        gray = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
        np.testing.assert_array_equal(pixels, np.repeat(np.asarray(gray)[..., np.newaxis], 3, 2))
