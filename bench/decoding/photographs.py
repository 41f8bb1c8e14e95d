"""Pictures like photographs, and files of every kind that the benchmark decodes. The same seed gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.datasets import load_sample_image

# Noise of a sensor, in grey levels.
_NOISE = 3.0
# Sizes of many photographs, mostly those of collections on the web.
_SIZES = ((500, 375), (375, 500), (640, 480), (224, 224), (500, 333), (1024, 768), (1500, 1200), (320, 240))
# Of twenty files: how many are of each kind.
_MIX = ("baseline",) * 12 + ("progressive",) * 4 + ("webp",) * 3 + ("png",)

Rgb8 = NDArray[np.uint8]


@dataclass(frozen=True)
class PictureFile:
    """One file to decode.

    Attributes:
        name: what it is, as the table says it.
        data: its bytes.
        pixels: how many there are.
    """

    name: str
    data: bytes
    pixels: int


# Options of Pillow's save for each kind; JPEGs have 4:2:0 chroma, and quality 85 as cameras and the web have it.
_KINDS: dict[str, dict[str, Any]] = {
    "baseline": {"format": "JPEG", "quality": 85, "subsampling": 2},
    "optimised": {"format": "JPEG", "quality": 85, "subsampling": 2, "optimize": True},
    "progressive": {"format": "JPEG", "quality": 85, "subsampling": 2, "progressive": True},
    "png": {"format": "PNG"},
    "webp": {"format": "WEBP", "quality": 80},
    "webp-lossless": {"format": "WEBP", "lossless": True, "quality": 20, "method": 2},
}


def draw_picture(width: int, height: int, seed: int) -> Image.Image:
    """Draw a mosaic of scikit-learn's photographs, scaled and mirrored, with a sensor's noise.

    Small pictures show them reduced and large ones enlarged: a camera's own pixels are smoother than those of the web.

    Args:
        width: pixels.
        height: pixels.
        seed: of the place and of the noise.
    """
    noise = np.random.default_rng(seed)
    scale = float(np.clip((width * height / 1.8e6) ** 0.25, 0.5, 1.5))
    tiles = []
    for name in ("china.jpg", "flower.jpg"):
        photograph = Image.fromarray(load_sample_image(name))
        size = (round(photograph.width * scale), round(photograph.height * scale))
        tiles.append(np.asarray(photograph.resize(size, Image.Resampling.BICUBIC)))
    both = np.concatenate([tiles[0], tiles[1][:, ::-1]], axis=1)
    block = np.concatenate([both, both[::-1]], axis=0)
    down, across = noise.integers(0, block.shape[0]), noise.integers(0, block.shape[1])
    rows, columns = (down + np.arange(height)) % block.shape[0], (across + np.arange(width)) % block.shape[1]
    pixels = np.empty((height, width, 3), np.uint8)
    for begin in range(0, height, 256):  # noise needs much memory
        part = block[rows[begin : begin + 256]][:, columns]
        noisy = part + noise.standard_normal(part.shape, np.float32) * np.float32(_NOISE)
        pixels[begin : begin + 256] = np.clip(np.rint(noisy), 0, 255)
    return Image.fromarray(pixels)


def encode_picture(picture: Image.Image, kind: str) -> bytes:
    """Encode a picture as one of the kinds."""
    out = BytesIO()
    picture.save(out, **_KINDS[kind])
    return out.getvalue()


def make_file(name: str, picture: Image.Image, kind: str) -> PictureFile:
    """Make one file to decode."""
    return PictureFile(name, encode_picture(picture, kind), picture.width * picture.height)


def make_small_files() -> list[PictureFile]:
    """Make the JPEGs of 224 x 224 pixels: standard, optimised and progressive tables."""
    picture = draw_picture(224, 224, 1)
    kinds = {"standard tables": "baseline", "optimised tables": "optimised", "progressive": "progressive"}
    return [make_file(f"224 x 224 JPEG, {name}", picture, kind) for name, kind in kinds.items()]


def make_large_files(*, quick: bool) -> list[PictureFile]:
    """Make the files of 1.8 and 12 megapixels; `quick` makes all of them of 1.8."""
    middle = draw_picture(1500, 1200, 2)
    large = middle if quick else draw_picture(4000, 3000, 3)
    size = "1500 x 1200" if quick else "12 MP"
    kinds = {
        "progressive": "progressive",
        "PNG": "png",
        "WebP, lossy": "webp",
        "WebP, lossless": "webp-lossless",
    }
    files = [make_file("1500 x 1200 baseline 4:2:0", middle, "baseline")]
    if not quick:
        files.append(make_file("12 MP baseline 4:2:0", large, "baseline"))
    return files + [make_file(f"{size} {name}", large, kind) for name, kind in kinds.items()]


def write_photographs(folder: Path, count: int) -> Iterator[Path]:
    """Write `count` files of mixed kinds and sizes, and list them."""
    folder.mkdir(parents=True, exist_ok=True)
    endings = {"png": ".png", "webp": ".webp"}
    for number in range(count):
        width, height = _SIZES[number % len(_SIZES)]
        kind = _MIX[number * 7 % len(_MIX)]
        file = folder / f"{number:04d}{endings.get(kind, '.jpg')}"
        if not file.is_file():
            file.write_bytes(encode_picture(draw_picture(width, height, number), kind))
        yield file
