"""The images of a verification: listing of files, and decoding in batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import GoldenImage
from webparity.bundle.read import Bundle
from webparity.decode.batch import map_in_threads
from webparity.decode.contract import DecodeContract, decode, digest_rgb8, read_image_bytes
from webparity.decode.image_folder import describe_ignored, list_images
from webparity.errors import DecodeError, MissingFileError, UsageError
from webparity.parity.result import RefusedImage
from webparity.preprocessing.graph import resize_image_in_numpy
from webparity.preprocessing.spec import Preprocessing

T = TypeVar("T")
_BATCH_IMAGES = 64
_BATCH_BYTES = 32 * 2**20


@dataclass(frozen=True, kw_only=True)
class ImageFile:
    """An image file with the name it goes by in the report."""

    path: Path
    name: str


@dataclass(frozen=True, kw_only=True, eq=False)
class DecodedImage:
    """An image by the decode contract.

    Attributes:
        pixels: uint8 [H, W, 3].
        rgb8: SHA-256 of the pixels.
        truth: the resized pixels in float64, [h, w, c] in grey levels.
    """

    pixels: NDArray[np.uint8]
    rgb8: str
    truth: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """An image file with its pixels, or its refusal by the decode contract."""

    file: ImageFile
    content: DecodedImage | RefusedImage


def list_golden_files(bundle: Bundle, golden: Sequence[GoldenImage]) -> list[ImageFile]:
    """List the files of golden images, in their order."""
    return [ImageFile(path=bundle.site / image.file, name=f"{image.file} ({image.title})") for image in golden]


@dataclass(frozen=True, kw_only=True)
class CollectedImages:
    """Image files, and how many other files stood among them, by suffix.

    Formats that the decode contract refuses are images too: that every runtime refuses them alike is part of parity.
    """

    files: list[ImageFile]
    ignored: Mapping[str, int]


def collect_images(images: Path | str | Sequence[Path | str]) -> CollectedImages:
    """List the image files given, folders with everything below them, in sorted order.

    A file given by itself is taken whatever it holds; below a folder content decides, see `decode.image_folder`.

    Raises:
        UsageError: a path does not exist or cannot be listed, or there is no image file at all.
    """
    given = [Path(images)] if isinstance(images, str | Path) else [Path(path) for path in images]
    files: list[ImageFile] = []
    ignored: Counter[str] = Counter()
    for path in given:
        if path.is_file():
            files.append(ImageFile(path=path, name=path.name))
            continue
        _require_folder(path)
        listed = list_images(path)
        ignored.update(listed.ignored)
        files += [ImageFile(path=file, name=file.relative_to(path).as_posix()) for file in listed.images]
    if not files:
        note = describe_ignored(ignored)
        raise UsageError(
            f"Expected image files; received none in {', '.join(map(str, given)) or 'an empty list'}."
            f"{f' {note}' if note else ''} Give a folder that holds some."
        )
    return CollectedImages(files=files, ignored=dict(sorted(ignored.items())))


def _require_folder(path: Path) -> None:
    if not path.is_dir():
        what = "neither a regular file nor a folder" if path.exists() else "which does not exist"
        error_class = UsageError if path.exists() else MissingFileError
        raise error_class(f"Expected an image file or a folder; received {path}, {what}. Check the path.")


def take_evenly(files: list[T], limit: int | None) -> list[T]:
    """Take at most `limit` of the files, evenly spread, so that no class at the end is left out.

    Raises:
        UsageError: the limit is below 1.
    """
    if limit is None or limit >= len(files):
        return files
    if limit < 1:
        raise UsageError(f"Expected at least 1 image; received max_images={limit}. Leave it out to take them all.")
    return [files[index * len(files) // limit] for index in range(limit)]


def decode_batches(files: Iterable[ImageFile], spec: Preprocessing) -> Iterator[list[Sample]]:
    """Decode files on all cores, in order, in batches bounded by count and by bytes."""
    batch: list[Sample] = []
    size = 0
    for file, decoded in map_in_threads(partial(_decode_file, spec.contract), files):
        sample = Sample(file=file, content=_resize_image(decoded, spec))
        batch.append(sample)
        if isinstance(sample.content, DecodedImage):
            size += sample.content.pixels.nbytes + sample.content.truth.nbytes
        if len(batch) == _BATCH_IMAGES or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _decode_file(contract: DecodeContract, file: ImageFile) -> tuple[ImageFile, NDArray[np.uint8] | RefusedImage]:
    try:
        return file, decode(read_image_bytes(file.path, file.name), file.name, contract)
    except DecodeError as error:
        return file, RefusedImage(code=error.code, message=str(error))


def _resize_image(decoded: NDArray[np.uint8] | RefusedImage, spec: Preprocessing) -> DecodedImage | RefusedImage:
    if isinstance(decoded, RefusedImage):
        return decoded
    truth = resize_image_in_numpy(decoded, spec)
    return DecodedImage(pixels=decoded, rgb8=digest_rgb8(decoded), truth=truth)
