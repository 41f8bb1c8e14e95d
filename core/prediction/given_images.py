"""What a user gives to be predicted: files, folders, bytes, pictures of Pillow, arrays, and lists of these."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.decode.contract import CONTRACT, DecodeContract, decode, decode_file
from webparity.decode.image_folder import list_images
from webparity.errors import MissingFileError, UsageError
from webparity.prediction.given_array import convert_array, is_batch
from webparity.prediction.given_picture import convert_picture, is_picture

_WHAT: Final = "an image: the path of a file, its bytes, a picture of Pillow, or an array uint8 [H, W, 3]"


@dataclass(frozen=True, kw_only=True)
class GivenImage:
    """One image: what to call it, a function that gives its pixels, uint8 [H, W, 3], and its file, if it is one."""

    name: str
    read: Callable[[], NDArray[np.uint8]]
    path: Path | None = None


@dataclass(frozen=True, kw_only=True)
class GivenImages:
    """All images of one call.

    Attributes:
        images: in their order.
        single: whether one image was given by itself, and not a list or a folder of images.
        folder: whether a folder was given; files in it that are refused are passed over.
        ignored: how many other files the folder has, by kind.
    """

    images: list[GivenImage]
    single: bool = False
    folder: bool = False
    ignored: Mapping[str, int] = field(default_factory=dict)


def list_given_images(given: Any, contract: DecodeContract = CONTRACT) -> GivenImages:
    """List the images that a user gives.

    Args:
        given: an image, as `Bundle.predict` takes it; a folder; an array [N, H, W, C]; or an iterable of images.
        contract: how files and bytes are decoded; pictures and arrays are pixels already.

    Raises:
        UsageError: it is none of these; MissingFileError where a path leads nowhere.
    """
    if isinstance(given, (str, os.PathLike)) and (folder := _make_path(given)).is_dir():
        return _list_folder(folder, contract)
    array = _find_array(given)
    if array is not None and (is_batch(array) or _is_column_of_names(array)):
        given = list(array)
    elif array is not None or not _is_list(given):
        return GivenImages(images=[_make_image(given, contract)], single=True)
    images = [_make_image(each, contract, f"image {number}: ") for number, each in enumerate(given, 1)]
    return GivenImages(images=images)


def _list_folder(folder: Path, contract: DecodeContract) -> GivenImages:
    listed = list_images(folder)
    if not listed.images:
        raise UsageError(
            f"Expected a folder with image files; received {folder} with none. {listed.describe_ignored()} "
            "Check the path."
        )
    images = [_make_file(path, contract) for path in listed.images]
    return GivenImages(images=images, folder=True, ignored=listed.ignored)


def _make_image(given: Any, contract: DecodeContract, prefix: str = "") -> GivenImage:
    """Make one image; `prefix` says which of a list it is."""
    if isinstance(given, (str, os.PathLike)):
        path = _make_path(given)
        if path.is_dir():
            raise UsageError(f"Expected {_WHAT}, in a list; received the folder {path}. Give the folder by itself.")
        return _make_file(path, contract)
    if hasattr(given, "read") and not is_picture(given):
        given = given.read()
    if isinstance(given, (bytes, bytearray, memoryview)):
        data, name = bytes(given), f"{prefix}{len(given)} bytes"
        return GivenImage(name=name, read=lambda: decode(data, name, contract))
    if is_picture(given):
        name = f"{prefix}{given.mode} picture {given.width}x{given.height}"
        return GivenImage(name=name, read=lambda: convert_picture(given, name))
    array = _find_array(given)
    if array is not None:
        name = f"{prefix}array {list(array.shape)}"
        return GivenImage(name=name, read=lambda: convert_array(array, name))
    raise UsageError(
        f"Expected {_WHAT}; received {prefix}{type(given).__name__}. Give one of these, or a list of them."
    )


def _make_path(given: Any) -> Path:
    path = os.fspath(given)
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if "://" in path:
        raise MissingFileError(
            f"Expected the path of an image file; received the address {path}. Download it, and give the file or its "
            "bytes."
        )
    if not path or "\0" in path:
        raise UsageError(f"Expected the path of an image file; received {path!r}. Correct it.")
    return Path(path)


def _make_file(path: Path, contract: DecodeContract) -> GivenImage:
    return GivenImage(name=str(path), read=lambda: decode_file(path, contract), path=path)


def _find_array(given: Any) -> NDArray[Any] | None:
    """Convert what says that it is an array, of NumPy, pandas, TensorFlow or PyTorch; None for anything else."""
    if is_picture(given) or not hasattr(given, "__array__") or isinstance(given, type):
        return None
    try:
        return np.asarray(given)
    except Exception as error:  # whatever a library's tensor raises, such as one on another device
        raise UsageError(
            f"Expected {_WHAT}; received a {type(given).__name__} that NumPy cannot read: {error}. "
            "Convert it to a NumPy array."
        ) from error


def _is_column_of_names(array: NDArray[Any]) -> bool:
    """Whether an array is a column of a table, with paths or pictures."""
    return array.ndim == 1 and array.dtype.kind in "OU"


def _is_list(given: Any) -> bool:
    others = (str, bytes, bytearray, memoryview, os.PathLike, Mapping)
    return (isinstance(given, Iterable) and not isinstance(given, others) and not is_picture(given)) and not hasattr(
        given, "read"
    )
