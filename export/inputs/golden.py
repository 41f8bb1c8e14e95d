"""Golden set of a bundle: up to 32 image files that exercise decoding, resizing and the network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from webparity.bundle.names import make_readable_name
from webparity.decode.batch import map_in_threads
from webparity.decode.contract import CONTRACT, DecodeContract, decode, read_image_bytes
from webparity.decode.image_folder import list_images
from webparity.decode.image_format import DECODED_FORMATS, DECODED_FORMATS_TEXT, HEAD_BYTES, detect_image_format
from webparity.errors import MissingFileError, UsageError
from webparity.prediction.given_images import list_given_images

GOLDEN_SIZE: Final = 32
_SAMPLES: Final = 10
_ORIENTATION_TAG: Final = 0x0112
Rgb8 = NDArray[np.uint8]
GoldenImages = Path | Sequence[Any] | Rgb8


@dataclass(frozen=True, kw_only=True)
class GoldenFile:
    """An image file's bytes, its title, and whether the page offers it as a sample.

    Attributes:
        pixels: uint8 [H, W, 3] by `rgb8/2`, where the file was decoded already.
    """

    data: bytes
    suffix: str
    title: str
    sample: bool = False
    pixels: Rgb8 | None = field(default=None, repr=False, compare=False)

    def decode(self, contract: DecodeContract) -> Rgb8:
        """Give the pixels, decoded by a contract."""
        known = self.pixels if contract == CONTRACT else None
        return decode(self.data, self.title, contract) if known is None else known


def list_image_files(folder: Path, *, option: str) -> list[Path]:
    """List the image files below a folder, by name; see `webparity.decode.image_folder` for what counts as one.

    Raises:
        UsageError: the folder is missing or holds none; `option` is what it was given by.
    """
    listed = list_images(folder) if folder.is_dir() else None
    if listed is None or not listed.images:
        note = f" {listed.describe_ignored()}" if listed is not None and listed.ignored else ""
        error_class = UsageError if folder.exists() else MissingFileError
        raise error_class(
            f"Expected a folder of {DECODED_FORMATS_TEXT} files; received {folder}.{note} Give {option} DIR."
        )
    return list(listed.images)


def read_golden(golden: GoldenImages) -> list[GoldenFile]:
    """Make the golden set from the images that a user gave.

    Args:
        golden: a folder of image files, a list of image files, or decoded images as `Bundle.predict` takes them.

    Raises:
        UsageError: the folder is missing, there is no image, or an image is of another shape or type.
        DecodeError: an image is refused by the decode contract.
    """
    if isinstance(golden, Path):
        return read_golden_folder(golden)
    given = list_given_images(golden)
    if given.single:
        raise UsageError(
            "Expected several golden images: a folder, a list, or an array [N, H, W, 3]; received "
            f"{given.images[0].name}. Put it into a list."
        )
    if not given.images:
        raise UsageError("Expected golden images; received an empty list. Give at least one, or leave it out.")
    files = [image.path for image in given.images if image.path is not None]
    if len(files) == len(given.images):
        return _read_golden_files(files)
    return make_golden_set([(image.read(), f"image {number + 1}") for number, image in enumerate(given.images)])


def read_golden_folder(folder: Path) -> list[GoldenFile]:
    """Read up to 32 image files in the order of their names; the first ten become the page's samples.

    Raises:
        UsageError: the folder is missing or holds no image, or a file cannot be read.
        DecodeError: an image is refused by the decode contract.
    """
    return _read_golden_files(list_image_files(folder, option="--golden"))


def _read_golden_files(files: Sequence[Path]) -> list[GoldenFile]:
    read = map_in_threads(_read_golden_file, files[:GOLDEN_SIZE])
    return [replace(file, sample=i < _SAMPLES) for i, file in enumerate(read)]


def _read_golden_file(file: Path) -> GoldenFile:
    data = read_image_bytes(file, str(file))
    pixels = decode(data, file.name)
    return GoldenFile(data=data, suffix=_find_suffix(data), title=make_readable_name(file.name), pixels=pixels)


def _find_suffix(data: bytes) -> str:
    detected = detect_image_format(data[:HEAD_BYTES])
    assert detected is not None  # it was decoded
    return DECODED_FORMATS[detected][0]


def make_golden_set(samples: Sequence[tuple[Rgb8, str]]) -> list[GoldenFile]:
    """Make the golden set of decoded sample images.

    The first of each label goes in as it is and is offered on the page; the others are written in every way that
    image files come: colour, alpha, palette, 16 bit, EXIF-rotated, several sizes, several kinds of JPEG.

    Args:
        samples: uint8 [H, W, 3] images with their labels, at least one.

    Returns:
        32 files.
    """
    seen: set[str] = set()
    files: list[GoldenFile] = []
    for image, label in samples:
        if label not in seen and len(files) < GOLDEN_SIZE - len(_VARIANTS):
            seen.add(label)
            files.append(GoldenFile(data=_encode_png(image), suffix=".png", title=label, sample=True))
    turn = len(files)
    for title, suffix, vary in _VARIANTS:
        image, label = samples[turn % len(samples)]
        files.append(GoldenFile(data=vary(image), suffix=suffix, title=f"{label}, {title}"))
        turn += 1
    while len(files) < GOLDEN_SIZE:
        image, label = samples[turn % len(samples)]
        side = 20 + 11 * (len(files) - len(_VARIANTS))
        files.append(
            GoldenFile(
                data=_encode_png(_resize(image, side, side + 7)), suffix=".png", title=f"{label}, {side}x{side + 7}"
            )
        )
        turn += 1
    return files


def _encode(image: Any, file_format: str, **options: Any) -> bytes:
    stream = BytesIO()
    image.save(stream, file_format, **options)
    return stream.getvalue()


def _encode_png(image: Rgb8) -> bytes:
    return _encode(Image.fromarray(image), "PNG")


def _resize(image: Rgb8, width: int, height: int) -> Rgb8:
    sized: Rgb8 = np.array(Image.fromarray(image).resize((width, height), Image.Resampling.BICUBIC))
    return sized


def _tint(image: Rgb8) -> Rgb8:
    """Blend a color gradient over an image, so that the coefficients of the gray conversion matter."""
    height, width = image.shape[:2]
    down, across = np.mgrid[0:height, 0:width]
    tint = np.stack([255 * across // width, 255 * down // height, 255 - 255 * across // width], axis=-1)
    tinted: Rgb8 = ((image.astype(np.int64) * 4 + tint) // 5).astype(np.uint8)
    return tinted


def _make_jpeg_encoder(width: int = 0, height: int = 0, **options: Any) -> Callable[[Rgb8], bytes]:
    def write(image: Rgb8) -> bytes:
        pixels = _tint(_resize(image, width, height)) if width else image
        return _encode(Image.fromarray(pixels), "JPEG", **{"quality": 90, **options})

    return write


def _make_rotated_jpeg_encoder(orientation: int) -> Callable[[Rgb8], bytes]:
    """Return an encoder of rotated JPEG files with the EXIF orientation that restores them."""
    undo = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}[orientation]

    def write(image: Rgb8) -> bytes:
        exif = Image.Exif()
        exif[_ORIENTATION_TAG] = orientation
        return _encode(Image.fromarray(_resize(image, 60, 44)).transpose(undo), "JPEG", quality=92, exif=exif)

    return write


def _encode_gray_jpeg(image: Rgb8) -> bytes:
    return _encode(Image.fromarray(_resize(image, 56, 56)).convert("L"), "JPEG", quality=90)


def _make_alpha_png_encoder(mode: str) -> Callable[[Rgb8], bytes]:
    def write(image: Rgb8) -> bytes:
        coloured = Image.fromarray(_tint(_resize(image, 48, 40)))
        ramp = np.linspace(255, 96, 48).astype(np.uint8)
        coloured.putalpha(Image.fromarray(np.tile(ramp, (40, 1))))
        return _encode(coloured.convert(mode), "PNG")

    return write


def _encode_palette_png(image: Rgb8) -> bytes:
    return _encode(Image.fromarray(_tint(_resize(image, 40, 52))).quantize(16), "PNG")


def _encode_transparent_palette_png(image: Rgb8) -> bytes:
    return _encode(Image.fromarray(_resize(image, 33, 29)).quantize(8), "PNG", transparency=bytes([200, 255]))


def _encode_one_bit_png(image: Rgb8) -> bytes:
    return _encode(Image.fromarray(_resize(image, 64, 64)).convert("1"), "PNG")


def _encode_sixteen_bit_png(image: Rgb8) -> bytes:
    gray = np.asarray(Image.fromarray(_resize(image, 36, 36)).convert("L")).astype(np.uint16) * 257 - 3 * (
        image[0, 0, 0] > 0
    )
    return _encode(Image.fromarray(gray.astype(np.uint16)), "PNG")


def _make_color_png_encoder(width: int, height: int) -> Callable[[Rgb8], bytes]:
    return lambda image: _encode_png(_tint(_resize(image, width, height)))


_VARIANTS: Final[tuple[tuple[str, str, Callable[[Rgb8], bytes]], ...]] = (
    ("JPEG", ".jpg", _make_jpeg_encoder()),
    ("colour JPEG 4:4:4, 200x240", ".jpg", _make_jpeg_encoder(200, 240, subsampling=0)),
    ("colour JPEG 4:2:2, 61x47", ".jpg", _make_jpeg_encoder(61, 47, subsampling=1)),
    ("colour JPEG 4:2:0, 97x131", ".jpg", _make_jpeg_encoder(97, 131, subsampling=2)),
    ("progressive JPEG, 128x96", ".jpg", _make_jpeg_encoder(128, 96, progressive=True)),
    ("coarse JPEG, 80x80", ".jpg", _make_jpeg_encoder(80, 80, quality=35)),
    ("gray JPEG, 56x56", ".jpg", _encode_gray_jpeg),
    ("JPEG turned by EXIF 3", ".jpg", _make_rotated_jpeg_encoder(3)),
    ("JPEG turned by EXIF 6", ".jpg", _make_rotated_jpeg_encoder(6)),
    ("JPEG turned by EXIF 8", ".jpg", _make_rotated_jpeg_encoder(8)),
    ("PNG with alpha, 48x40", ".png", _make_alpha_png_encoder("RGBA")),
    ("gray PNG with alpha, 48x40", ".png", _make_alpha_png_encoder("LA")),
    ("palette PNG, 40x52", ".png", _encode_palette_png),
    ("palette PNG with transparency, 33x29", ".png", _encode_transparent_palette_png),
    ("1-bit PNG, 64x64", ".png", _encode_one_bit_png),
    ("16-bit PNG, 36x36", ".png", _encode_sixteen_bit_png),
    ("colour PNG, 320x200", ".png", _make_color_png_encoder(320, 200)),
    ("colour PNG, 19x23", ".png", _make_color_png_encoder(19, 23)),
    ("colour PNG, 1x1", ".png", _make_color_png_encoder(1, 1)),
    ("colour PNG, 500x31", ".png", _make_color_png_encoder(500, 31)),
)
